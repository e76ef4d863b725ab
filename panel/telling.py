"""Telling owners by mail what was done in their name, and from where."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from delivery.tasks import notify
from mailaccounts.browsers import browser_of
from mailaccounts.models import MailAccount
from panel.client_address import client_address


def tell(request: HttpRequest, account: MailAccount, template: str, *, to: str = "") -> None:
    """Have the worker send a notice of `templates/mail/` that says when, whence and by what."""
    browser = browser_of(request.headers.get("User-Agent", ""))
    context = {
        "at": timezone.now().isoformat(),
        "address": client_address(request) or "",
        "browser": browser.name,
        "system": browser.system,
    }
    notify.enqueue(account.pk, template, context, to=to)
