"""Who has forgotten a password, and how often that was said."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount


class PasswordRequestQuerySet(models.QuerySet["PasswordRequest"]):
    def recent(self, now: datetime) -> PasswordRequestQuerySet:
        """Those that count against the limits."""
        return self.filter(made__gt=now - PasswordRequest.COUNTED)

    def forgettable(self, now: datetime) -> PasswordRequestQuerySet:
        return self.filter(made__lte=now - PasswordRequest.COUNTED)


class PasswordRequest(models.Model):
    """A form sent at "Forgot your password?".

    What was typed stands here only until the worker has looked at it; afterwards the row counts,
    for the address it came from and, where a link was sent, for the account.
    """

    COUNTED = timedelta(hours=1)

    login = models.CharField(max_length=addresses.ADDRESS_OCTETS, blank=True)
    email = models.CharField(max_length=addresses.ADDRESS_OCTETS, blank=True)
    ip_address = models.GenericIPAddressField(null=True, db_index=True)
    account = models.ForeignKey(
        MailAccount, models.CASCADE, null=True, related_name="password_requests"
    )
    made = models.DateTimeField()

    objects = PasswordRequestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.made:%Y-%m-%d %H:%M}"
