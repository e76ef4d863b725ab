"""Limits, held by PostgreSQL: whom an autoresponder has answered, and the pace of an account.

Whoever answers for an account holds the lock on its service row until the answer is committed, so
counting and sending are one. All of it runs inside the transaction of the caller.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from autoresponder.models import AnswerEvent
from mailaccounts.prepared import Prepared

HOUR = timedelta(hours=1)

# An autoresponder and an address in its one spelling; and on which day it was answered.
Pair = tuple[int, str]
Remembered = tuple[int, str, date]

_LOCK = Prepared(
    "autoresponder_lock",
    ["bigint[]"],
    """
    SELECT account_id, hour_began, hour_answers FROM autoresponder_autoreply
    WHERE account_id = ANY($1) ORDER BY account_id FOR NO KEY UPDATE
    """,
)

_RECALL = Prepared(
    "autoresponder_recall",
    ["bigint[]", "text[]"],
    """
    SELECT asked.id, asked.address, known.day, known.today, one.answers_a_day
    FROM unnest($1, $2) AS asked (id, address)
    JOIN autoresponder_autoresponder AS one ON one.id = asked.id
    LEFT JOIN autoresponder_answered AS known
        ON known.autoresponder_id = asked.id AND known.address = asked.address
    """,
)

_LOGGED = """
    INSERT INTO autoresponder_answerevent
        (autoresponder_id, at, address, is_answered, because, params)
    SELECT id, $1, address, is_answered, because, params::jsonb
    FROM unnest($2, $3, $4, $5, $6) AS event (id, address, is_answered, because, params)
    JOIN autoresponder_autoresponder AS one USING (id)
"""
_LOG_TYPES = ["timestamptz", "bigint[]", "text[]", "boolean[]", "text[]", "text[]"]
_LOG = Prepared("autoresponder_log", _LOG_TYPES, _LOGGED)

_REMEMBER = Prepared(
    "autoresponder_remember",
    [*_LOG_TYPES, "timestamptz", "bigint[]", "int[]", "bigint[]", "text[]", "date[]", "int[]"],
    f"""
    WITH logged AS ({_LOGGED}), paced AS (
        UPDATE autoresponder_autoreply AS service
        SET hour_began = CASE WHEN hour_began > $7 THEN hour_began ELSE $1 END,
            hour_answers = CASE WHEN hour_began > $7 THEN hour_answers ELSE 0 END + sent.times
        FROM unnest($8, $9) AS sent (id, times) WHERE service.account_id = sent.id
    ), told AS (
        INSERT INTO autoresponder_answered AS known (autoresponder_id, address, day, today, at)
        SELECT id, address, day, times, $1
        FROM unnest($10, $11, $12, $13) AS sent (id, address, day, times)
        JOIN autoresponder_autoresponder AS one USING (id)
        ORDER BY id, address
        ON CONFLICT (autoresponder_id, address) DO UPDATE
        SET today = CASE WHEN known.day = excluded.day THEN known.today ELSE 0 END
                + excluded.today,
            day = excluded.day, at = excluded.at
        RETURNING autoresponder_id AS id, xmax = 0 AS is_new
    ), counted AS (
        SELECT id, count(*) FILTER (WHERE is_new) AS new FROM told GROUP BY id
    )
    UPDATE autoresponder_autoresponder AS one
    SET answers = one.answers + sent.times, stored = one.stored + counted.new
    FROM counted, (
        SELECT id, sum(times) AS times FROM unnest($10, $13) AS s (id, times) GROUP BY id
    ) AS sent
    WHERE one.id = counted.id AND one.id = sent.id
    RETURNING one.id, one.stored - one.stored_limit
    """,  # noqa: S608 - our own text
)

_FORGET = """
WITH gone AS (
    DELETE FROM autoresponder_answered WHERE autoresponder_id = %s AND address IN (
        SELECT address FROM autoresponder_answered WHERE autoresponder_id = %s
        ORDER BY at LIMIT %s
    ) RETURNING address
)
UPDATE autoresponder_autoresponder SET stored = stored - (SELECT count(*) FROM gone) WHERE id = %s
"""


@dataclass(frozen=True)
class Pace:
    """The answers of an account since the first one of its running hour."""

    began: datetime | None
    answers: int

    def since(self, moment: datetime) -> int:
        """How many count when the running hour must have begun after the moment."""
        return self.answers if self.began and self.began > moment else 0


@dataclass(frozen=True)
class Known:
    """What an autoresponder knows of an address, and how often it may answer it a day."""

    day: date | None
    today: int
    limit: int

    def times(self, day: date) -> int:
        """How often it has answered on that day."""
        return self.today if self.day == day else 0


def lock_paces(accounts: Collection[int]) -> dict[int, Pace]:
    """Hold these accounts until the transaction ends, always in the same order."""
    with connection.cursor() as cursor:
        _LOCK.execute(cursor, [list(accounts)])
        return {account: Pace(began, answers) for account, began, answers in cursor.fetchall()}


def recall(pairs: Collection[Pair]) -> dict[Pair, Known]:
    """What is known of each; an autoresponder that is gone is left out."""
    ids, addresses = _columns(set(pairs), 2)
    with connection.cursor() as cursor:
        _RECALL.execute(cursor, [ids, addresses])
        return {
            (one, address): Known(day, today or 0, limit)
            for one, address, day, today, limit in cursor.fetchall()
        }


def remember(
    sent: Mapping[Remembered, int],
    by_account: Mapping[int, int],
    events: Sequence[AnswerEvent],
    now: datetime,
) -> None:
    """Count these answers, in the running hour too, and forget the oldest addresses above limits.

    The accounts are locked by whoever admitted the answers; after a failure that was another
    transaction, and PostgreSQL may have to choose between two who wait for each other.
    """
    pace = [now - HOUR, list(by_account), list(by_account.values())]
    counts = [*_columns(sent, 3), list(sent.values())]
    with connection.cursor() as cursor:
        _REMEMBER.execute(cursor, [now, *_logged(events), *pace, *counts])
        for one, surplus in cursor.fetchall():
            if surplus > 0:
                cursor.execute(_FORGET, [one, one, surplus, one])


def log(events: Sequence[AnswerEvent], now: datetime) -> None:
    """Keep what came of each message, for autoresponders that are still there."""
    with connection.cursor() as cursor:
        _LOG.execute(cursor, [now, *_logged(events)])


def _logged(events: Sequence[AnswerEvent]) -> list[list[Any]]:
    rows = [
        (e.autoresponder_id, e.address, e.is_answered, e.because, json.dumps(e.params))
        for e in events
    ]
    return _columns(rows, 5)


def _columns(rows: Collection[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as arrays, one for each column."""
    return [[row[index] for row in rows] for index in range(width)]
