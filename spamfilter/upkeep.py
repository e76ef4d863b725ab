"""What this app has to do once in a while, and what it looks after all the time."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings

from mailaccounts.addresses import OWN_ADDRESS
from mailaccounts.models import MailAccount
from spamfilter import bayes
from spamfilter.models import TrainingJob
from spamfilter.tasks import look_for_moved, train
from spamfilter.training import give_up_old

_KEPT = timedelta(days=7)
# A job on which nothing has happened for so long was left by a worker that died.
_LOST = timedelta(minutes=5)
_TAKEN = "~"  # in no address


def train_on(now: datetime) -> None:
    """Go on with lost trainings, and forget those that ended long ago."""
    give_up_old(now)
    TrainingJob.objects.filter(finished__lt=now - _KEPT).delete()
    lost = TrainingJob.objects.unfinished().filter(created__lt=now - _LOST)
    for account_id in set(lost.values_list("account_id", flat=True)):
        train.enqueue(account_id)
    bayes.forget_the_departed()


def watch_moved(now: datetime) -> None:
    """See for which accounts Dovecot has noted that they moved messages into or out of Junk.

    A note is taken away before the mailbox is looked at, so what is moved meanwhile is noted anew;
    one that was taken by a process that died is found again.
    """
    if not settings.MOVED_FOLDER:
        return
    with suppress(FileNotFoundError), os.scandir(settings.MOVED_FOLDER) as notes:
        for note in list(notes):
            _take(note)


def _take(note: os.DirEntry[str]) -> None:
    name = note.name.removesuffix(_TAKEN)
    taken = f"{settings.MOVED_FOLDER}/{name}{_TAKEN}"
    with suppress(FileNotFoundError):  # another process was quicker
        os.replace(note.path, taken)
        account = _account(name)
        if account is not None and settings.SPAMD_URL:
            look_for_moved.enqueue(account.pk)
        os.unlink(taken)


def _account(name: str) -> MailAccount | None:
    """Who has the address, and the filter on."""
    if not re.fullmatch(OWN_ADDRESS, name):
        return None
    return MailAccount.objects.filter(address=name, spam_filter__enabled=True).first()
