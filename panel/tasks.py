"""What the worker does for the doors of the panel. Each is safe to repeat.

Links are made here and not before: arguments of tasks are kept in the database as they are.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task

from delivery.notices import Postponed, send_notice
from mailaccounts.actions import make_password_link
from mailaccounts.models import MailAccount, PasswordLink, RecoveryLink
from mailaccounts.recovery import make_recovery_token, who_may_have_link

logger = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(minutes=1)
# With pauses that double, for half an hour: who still waits then has asked again.
_TRIES = 6


@task()
def answer_password_request(request_id: int) -> None:
    """Have a link sent, if who asked for it knows an address of the account."""
    with transaction.atomic():
        account = who_may_have_link(request_id=request_id, now=timezone.now())
        if account is not None:
            mail_password_link.enqueue(account.pk)


@task()
def mail_password_link(account_id: int, tries: int = 1) -> None:
    """Send a new one-time link to the recovery address, else into the own mailbox, else nowhere."""
    account = MailAccount.objects.with_services().filter(pk=account_id, is_active=True).first()
    if account is None:
        return
    now = timezone.now()
    token = make_password_link(account=account, now=now)
    context = {
        "link": settings.PANEL_URL + reverse("password_reset_confirm", args=[token]),
        "minutes": PasswordLink.LIFETIME.seconds // 60,
    }
    key = PasswordLink.digest_of(token)
    to = account.recovery_address
    try:
        sent = send_notice(account, "password_link", context, to=to, key=key, now=now)
    except Postponed as reason:
        _again(mail_password_link, account, tries, reason)
        return
    if not sent:
        logger.info("A password link for %s has nowhere to go", account.address)


@task()
def mail_recovery_link(account_id: int, tries: int = 1) -> None:
    """Ask the reader of the address that waits to confirm it."""
    waiting = RecoveryLink.objects.waiting(timezone.now()).filter(account=account_id).first()
    account = MailAccount.objects.with_services().filter(pk=account_id, is_active=True).first()
    if waiting is None or account is None:
        return
    token = make_recovery_token(account=account)
    context = {
        "link": settings.PANEL_URL + reverse("recovery_confirm", args=[token]),
        "hours": RecoveryLink.LIFETIME // timedelta(hours=1),
    }
    key = PasswordLink.digest_of(token)
    try:
        send_notice(
            account, "recovery_link", context, to=waiting.address, key=key, now=timezone.now()
        )
    except Postponed as reason:
        _again(mail_recovery_link, account, tries, reason)


def _again(which: Task[Any, Any], account: MailAccount, tries: int, reason: Postponed) -> None:
    """A further try, with a link of its own."""
    if tries >= _TRIES:
        logger.error("%s for %s is given up: %s", which.name, account.address, reason)
        return
    pause = _FIRST_PAUSE * 2 ** (tries - 1)
    logger.warning("%s for %s waits %s: %s", which.name, account.address, pause, reason)
    which.using(run_after=timezone.now() + pause).enqueue(account.pk, tries=tries + 1)
