"""What this app has to do once in a while: forget what is over, and turn the log's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from delivery.models import Carried, Sending

_MONTHS_AHEAD = 2
_LOG = "delivery_deliveryrecord"
_PARTITION = re.compile(rf"{_LOG}_(\d{{4}})_(\d{{2}})")
# A task that runs for longer was left by a worker that died; each is safe to repeat.
_TASK_IS_LOST = timedelta(hours=1)
_TASKS_ARE_KEPT = timedelta(days=7)
_ONE_AT_A_TIME = 0x50696765  # any number that nobody else locks

# While the lock is waited for, mail waits too: rather again later than for long.
_PATIENCE = "SET LOCAL lock_timeout = '2s'"

_CREATE = """
CREATE TABLE {name} (LIKE {log} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
LOCK TABLE {log}_default IN ACCESS EXCLUSIVE MODE;
WITH moved AS (
    DELETE FROM {log}_default
    WHERE received >= '{first} 00:00+00' AND received < '{end} 00:00+00' RETURNING *
) INSERT INTO {name} SELECT * FROM moved;
ALTER TABLE {log} ATTACH PARTITION {name}
    FOR VALUES FROM ('{first} 00:00+00') TO ('{end} 00:00+00');
"""


def housekeep(now: datetime) -> None:
    """Forget what is past its time, and have months ready.

    Safe to call as often as one likes, from anywhere: who comes second leaves at once.
    """
    Carried.objects.older_than(now - timedelta(seconds=settings.RESEND_WINDOW)).delete()
    Sending.objects.before(now - timedelta(hours=1)).delete()
    _tidy_tasks(now)
    this_month = now.astimezone(UTC).date().replace(day=1)
    oldest = (now - timedelta(days=settings.LOG_DAYS)).astimezone(UTC)
    with transaction.atomic():
        if not _is_first():
            return
        there = _months()
        _run(_PATIENCE)
        for month in sorted(set(_ahead(this_month)) - there):
            _make(month)
        for month in sorted(month for month in there if _next(month) <= oldest.date()):
            _run(f"DROP TABLE {_name(month)}")
        # Days for which no month was there in time.
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_LOG}_default WHERE received < %s", [oldest])  # noqa: S608


def _tidy_tasks(now: datetime) -> None:
    """Have lost tasks done again, and forget those that ended long ago."""
    DBTaskResult.objects.running().filter(started_at__lt=now - _TASK_IS_LOST).update(
        status=TaskResultStatus.READY
    )
    DBTaskResult.objects.finished().filter(finished_at__lt=now - _TASKS_ARE_KEPT).delete()


def _is_first() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        return bool(cursor.fetchone()[0])


def _months() -> set[date]:
    """The months for which there is a partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass",
            [_LOG],
        )
        names = [_PARTITION.fullmatch(name) for (name,) in cursor.fetchall()]
    return {date(int(name[1]), int(name[2]), 1) for name in names if name}


def _ahead(month: date) -> Iterator[date]:
    for _ in range(_MONTHS_AHEAD + 1):
        yield month
        month = _next(month)


def _make(month: date) -> None:
    _run(_CREATE.format(log=_LOG, name=_name(month), first=month, end=_next(month)))


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _name(month: date) -> str:
    return f"{_LOG}_{month:%Y_%m}"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
