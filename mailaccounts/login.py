"""How an account comes in, once it is known who it is."""

from __future__ import annotations

from contextlib import nullcontext

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from mailaccounts.models import MailAccount
from mailaccounts.sessions import LANGUAGE, SessionStore, end_older_sessions


def log_in(request: HttpRequest, account: MailAccount, *, language: str = "") -> None:
    """Begin a session of the account, in a language if one was chosen.

    Where the account allows one session only, the older ones end. Two logins at once wait for each
    other at the account's row, so that the second one finds the first one's session.
    """
    session = request.session
    assert isinstance(session, SessionStore)  # noqa: S101 - for the type checker
    with nullcontext() if account.multiple_sessions else transaction.atomic():
        if session.session_key is not None:
            session.flush()  # what was in this browser before, be it the word of why it ended
        login(request, account)
        if language:
            session[LANGUAGE] = language
        session.save()
        if session.is_only:
            end_older_sessions(
                account=account,
                keep=session.session_key,
                ip_address=session.ip_address,
                now=timezone.now(),
            )
