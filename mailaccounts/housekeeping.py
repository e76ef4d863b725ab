"""Forget what is past its time."""

from datetime import datetime

from mailaccounts.actions import make_signing_keys
from mailaccounts.models import Alias, PasswordLink, PasswordRequest, RecoveryLink, SigningKey
from mailaccounts.sessions import SessionStore


def housekeep(now: datetime) -> None:
    """End links and sessions whose time is over; free addresses whose time of reserve is.

    Domains that came without a signing key get one; what kept the place of an old one goes.
    """
    PasswordLink.objects.expired(now).delete()
    PasswordRequest.objects.forgettable(now).delete()
    RecoveryLink.objects.expired(now).delete()
    Alias.objects.free_again(now).delete()
    SessionStore.clear_expired()
    SigningKey.objects.needless(now).delete()
    make_signing_keys()
