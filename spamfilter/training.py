"""Teaching spamd an account's messages, in order, as often as it is interrupted.

Whoever works on an account holds its lock; who comes second leaves, for the first looks for new
work before it goes. All is safe to repeat: spamd knows what it has learned, and a keyword that is
set already stays.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from mailaccounts.models import MailAccount
from mailaccounts.store import StoreUnavailable, mail_store
from spamfilter import bayes
from spamfilter.link import ScannerDown
from spamfilter.marking import original
from spamfilter.models import TrainingJob
from spamfilter.spamd import spamd

logger = logging.getLogger(__name__)

# Of each message, as spamd's own tool has it: what is longer teaches nothing more.
OCTETS = 256 * 1024
CHUNK = 50
_LOCK = 0x5472 << 40  # any number that nobody else locks, and the account's below it
_GIVEN_UP = timedelta(days=1)
_HOPELESS = 3  # failures in a row that are not the messages' fault


class NotNow(Exception):
    """The filter or the mailbox does not answer."""


def begin(
    *, account: MailAccount, kind: str, message_ids: Sequence[str], now: datetime
) -> TrainingJob | None:
    """Have messages learned, without those that unfinished jobs of the same kind will."""
    waiting = TrainingJob.objects.unfinished().filter(account=account, kind=kind)
    known = {one for job in waiting for one in job.message_ids[job.done :]}
    wanted = [one for one in dict.fromkeys(message_ids) if one not in known]
    if not wanted:
        return None
    return TrainingJob.objects.create(
        account=account, kind=kind, message_ids=wanted, total=len(wanted), created=now
    )


def work_off(account: MailAccount, *, limit: int) -> bool:
    """Teach up to `limit` messages of the account's jobs; whether any job is left that nobody else
    works on. Errors: `NotNow`, and everything is as it was.
    """
    while True:
        with _alone(account) as alone:
            if not alone:
                return False
            while limit > 0 and (job := _first(account)):
                limit -= _teach_some(account, job, min(limit, CHUNK))
        if not TrainingJob.objects.unfinished().filter(account=account).exists():
            return False
        if limit <= 0:
            return True


def forget_everything(account: MailAccount, *, now: datetime) -> bool:
    """Have the account's filter know nothing; whether that is done, or only begun.

    Where spamd keeps its lessons elsewhere, the messages that are still in the mailbox are
    forgotten one by one. Errors: `StoreUnavailable`, and nothing is forgotten.
    """
    store = mail_store()
    known = [one for names in store.learned(account.address).values() for one in names]
    TrainingJob.objects.unfinished().filter(account=account).update(finished=now)
    with transaction.atomic():
        _wait_alone(account)
        done = bayes.forget_all(account.address)
    if done:
        store.note(account.address, known, None)
    else:
        begin(account=account, kind=TrainingJob.Kind.FORGET, message_ids=known, now=now)
    return done


def learn_moved(account: MailAccount, *, now: datetime) -> None:
    """Have learned what its owner has moved into or out of Junk. Errors: `StoreUnavailable`."""
    for kind, names in mail_store().moved(account.address).items():
        begin(account=account, kind=kind, message_ids=names, now=now)


def give_up_old(now: datetime) -> None:
    """End what has been waiting for too long."""
    old = TrainingJob.objects.unfinished().filter(waiting_since__lt=now - _GIVEN_UP)
    for job in old:
        logger.warning("Training %s of account %s is given up", job, job.account_id)
    old.update(finished=now)


def _first(account: MailAccount) -> TrainingJob | None:
    return TrainingJob.objects.unfinished().filter(account=account).first()


def _teach_some(account: MailAccount, job: TrainingJob, number: int) -> int:
    """The next messages of a job; how many they were."""
    names = job.message_ids[job.done : job.done + number]
    now = timezone.now()
    try:
        taught, news, failed = _teach(account, job, names)
    except (ScannerDown, StoreUnavailable) as error:
        waiting = TrainingJob.objects.filter(pk=job.pk, waiting_since=None)
        if waiting.update(waiting_since=now):
            logger.warning("Training of %s waits: %s", account.address, error)
        raise NotNow from error
    done = job.done + len(names)
    TrainingJob.objects.filter(pk=job.pk).update(
        done=done,
        news=F("news") + news,
        gone=F("gone") + len(names) - taught - failed,
        failed=F("failed") + failed,
        started=job.started or now,
        waiting_since=None,
    )
    if done >= job.total:
        TrainingJob.objects.filter(pk=job.pk, finished=None).update(finished=timezone.now())
    return len(names)


def _teach(account: MailAccount, job: TrainingJob, names: list[str]) -> tuple[int, int, int]:
    """How many were taught, how many of them were news, and how many failed."""
    scanner, store = spamd(), mail_store()
    if scanner is None:
        raise ScannerDown("There is no SPAMD_URL any more.")
    contents = store.fetch_many(account.address, names, octets=OCTETS)
    taught, news, failed = [], 0, 0
    for name in names:
        if name in contents:
            try:
                came = original(contents[name])
                news += scanner.learn([came], job.learned, user=account.address)
                taught.append(name)
            except ScannerDown:
                scanner.ping()  # only this message was too much for it, or it is down
                failed += 1
                if failed >= _HOPELESS and not taught:
                    raise
    store.note(account.address, taught, job.learned)
    return len(taught), news, failed


@contextmanager
def _alone(account: MailAccount) -> Iterator[bool]:
    """Whether nobody else works on the account, and then nobody does until the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK | account.pk])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK | account.pk])


def _wait_alone(account: MailAccount) -> None:
    """Until who works on the account has ended; nobody begins before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK | account.pk])
