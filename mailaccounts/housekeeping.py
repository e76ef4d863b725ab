"""Forget what is past its time."""

from datetime import datetime

from mailaccounts.models import PasswordLink
from mailaccounts.sessions import SessionStore


def housekeep(now: datetime) -> None:
    """End links and sessions whose time is over."""
    PasswordLink.objects.expired(now).delete()
    SessionStore.clear_expired()
