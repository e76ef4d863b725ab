"""How an account comes in, once it is known who it is."""

from __future__ import annotations

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from mailaccounts.models import MailAccount
from mailaccounts.sessions import ENDED, LANGUAGE, SessionStore, end_older_sessions


@transaction.atomic
def log_in(request: HttpRequest, account: MailAccount, *, language: str = "") -> None:
    """Begin a session of the account, in a language if one was chosen.

    Where the account allows one session only, the older ones end. Two logins at once wait for each
    other at the account's row, so that the second one finds the first one's session.
    """
    locked = MailAccount.objects.select_for_update().get(pk=account.pk)
    login(request, account)
    session = request.session
    assert isinstance(session, SessionStore)  # noqa: S101 - for the type checker
    session.pop(ENDED, None)
    if language:
        session[LANGUAGE] = language
    session.save()
    if not locked.multiple_sessions:
        end_older_sessions(
            account=locked,
            keep=session.session_key,
            ip_address=session.ip_address,
            now=timezone.now(),
        )
