"""How an account comes in, once it is known who it is."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import login
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from mailaccounts.models import MailAccount
from mailaccounts.sessions import ENDED, LANGUAGE, SessionStore, end_older_sessions

_NOTE_LOGIN = """
    UPDATE mailaccounts_mailaccount SET last_login = %s WHERE id = %s RETURNING multiple_sessions
"""


@transaction.atomic
def log_in(request: HttpRequest, account: MailAccount, *, language: str = "") -> None:
    """Begin a session of the account, in a language if one was chosen.

    Where the account allows one session only, the older ones end. Two logins at once wait for each
    other at the account's row, so that the second one finds the first one's session.
    """
    now = timezone.now()
    several = _lock(account, now)
    login(request, account)
    session = request.session
    assert isinstance(session, SessionStore)  # noqa: S101 - for the type checker
    session.pop(ENDED, None)
    if language:
        session[LANGUAGE] = language
    session.save()
    if not several:
        end_older_sessions(
            account=account, keep=session.session_key, ip_address=session.ip_address, now=now
        )


def _lock(account: MailAccount, now: datetime) -> bool:
    """Note the time of the login, which locks the row; say whether several sessions are allowed.

    In one statement; Django's own note of the time, which is another, is switched off.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_LOGIN, [now, account.pk])
        (several,) = cursor.fetchone()
    account.last_login = now
    return bool(several)
