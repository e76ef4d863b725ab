"""What the worker does for this app in the background. Each is safe to repeat."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from delivery.notices import Postponed, send_notice
from mailaccounts.fullness import share_of
from mailaccounts.models import MailAccount
from mailaccounts.store import StoreUnavailable, mail_store

logger = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
# With these pauses, it is tried for about two days.
_TRIES = 50


@task()
def notify(
    account_id: int,
    template: str,
    context: dict[str, Any],
    to: str = "",
    key: str = "",
    tries: int = 1,
) -> None:
    """Send a notice of `delivery.notices`, again and again while its way is closed.

    The arguments are kept in the database as they are: no secret may be among them.
    """
    account = MailAccount.objects.with_services().filter(pk=account_id).first()
    if account is None:
        return
    now = timezone.now()
    key = key or f"{template} {account_id} {now.isoformat()}"
    try:
        sent = send_notice(account, template, context, to=to, key=key, now=now)
    except Postponed as reason:
        _later(account, template, context, to, key, tries, reason)
        return
    if not sent:
        logger.info("Notice “%s” for %s has nowhere to go", template, account.address)


def _later(
    account: MailAccount,
    template: str,
    context: dict[str, Any],
    to: str,
    key: str,
    tries: int,
    reason: Postponed,
) -> None:
    if tries >= _TRIES:
        logger.error("Notice “%s” for %s is given up: %s", template, account.address, reason)
        return
    pause = min(_FIRST_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE)
    logger.warning("Notice “%s” for %s waits %s: %s", template, account.address, pause, reason)
    notify.using(run_after=timezone.now() + pause).enqueue(
        account.pk, template, context, to=to, key=key, tries=tries + 1
    )


@task()
def look_at_mailbox(account_id: int) -> None:
    """Tell the owner of a mailbox that is nearly full, once for each threshold that it passes."""
    account = MailAccount.objects.with_services().filter(pk=account_id, is_active=True).first()
    if account is None or not account.mailbox.enabled:
        return
    try:
        share = share_of(mail_store().usage(account.address), account.mailbox_limit)
    except StoreUnavailable as error:  # the next mail has it looked at again
        logger.warning("How full is the mailbox of %s? %s", account.address, error)
        return
    if share is None:
        return
    told = {"octets": share.octets, "limit": share.limit, "percent": share.percent}
    with transaction.atomic():
        if account.mailbox.reach(share.threshold):
            notify.enqueue(account.pk, "mailbox_full", told)
