"""Browsers in which an account has logged in before: each carries a signed cookie that says so.

It is no way in. Rows would have to be bounded and pruned, and would tell what this does: whether
an owner should be told of a login.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from mailaccounts.models import MailAccount

_SALT = "panel.known_browsers"
_ACCOUNTS = 10  # of one browser, the last ones; families share computers
_LASTS = 400 * 24 * 3600  # seconds; browsers keep no cookie for longer


def is_known(request: HttpRequest, account: MailAccount) -> bool:
    """Whether this account has logged in here before, as far as the browser remembers."""
    return account.pk in _accounts(request)


def remember(request: HttpRequest, response: HttpResponse, account: MailAccount) -> None:
    """Have the browser know this account the next time."""
    known = [account.pk, *(pk for pk in _accounts(request) if pk != account.pk)]
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        signing.dumps(known[:_ACCOUNTS], salt=_SALT),
        max_age=_LASTS,
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def _accounts(request: HttpRequest) -> list[int]:
    """None where the cookie is missing, forged or too old."""
    try:
        known = signing.loads(
            request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), salt=_SALT, max_age=_LASTS
        )
    except signing.BadSignature:
        return []
    return list(known)
