"""What the worker does for this app in the background. Each is safe to repeat."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from mailaccounts.models import MailAccount
from mailaccounts.store import StoreUnavailable
from spamfilter.training import NotNow, learn_moved, work_off

# About three seconds of spamd; then it is somebody else's turn.
_TURN = 100
_PAUSE = timedelta(seconds=30)


@task()
def train(account_id: int) -> None:
    """Teach the account's filter what waits for it, a part at a time."""
    account = MailAccount.objects.filter(pk=account_id).first()
    if account is None:
        return
    try:
        left = work_off(account, limit=_TURN)
    except NotNow:
        train.using(run_after=timezone.now() + _PAUSE).enqueue(account_id)
        return
    if left:
        train.enqueue(account_id)


@task()
def look_for_moved(account_id: int) -> None:
    """Teach what the owner has moved in a mail program; later, if the mailbox does not answer."""
    account = MailAccount.objects.filter(pk=account_id).first()
    if account is None:
        return
    try:
        learn_moved(account, now=timezone.now())
    except StoreUnavailable:
        look_for_moved.using(run_after=timezone.now() + _PAUSE).enqueue(account_id)
        return
    train.enqueue(account_id)
