"""Recovery addresses that wait for their confirmation."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts import addresses
from mailaccounts.models.account import MailAccount
from mailaccounts.models.password_link import PasswordLink


class RecoveryLinkQuerySet(models.QuerySet["RecoveryLink"]):
    def waiting(self, now: datetime) -> RecoveryLinkQuerySet:
        """Those that can still be confirmed."""
        return self.filter(expires__gt=now).exclude(address="")

    def expired(self, now: datetime) -> RecoveryLinkQuerySet:
        return self.filter(expires__lte=now)


class RecoveryLink(models.Model):
    """The address that an account wants as its recovery address, and the link that was sent there.

    One row per account: another address, or another mail to the same one, ends the link before.
    Withdrawn, the row stays with an empty address until it expires, so that its mails stay counted.
    """

    LIFETIME = timedelta(hours=24)
    MAILS = 5  # within that time: nobody is pestered by way of us

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="recovery_link"
    )
    address = models.CharField(
        _("recovery address"), max_length=addresses.ADDRESS_OCTETS, blank=True
    )
    digest = models.CharField(max_length=64, blank=True)  # empty until the mail is written
    expires = models.DateTimeField(_("expires"))
    mails = models.PositiveSmallIntegerField(default=0)

    objects = RecoveryLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery link")
        verbose_name_plural = _("recovery links")

    def __str__(self) -> str:
        return addresses.readable(self.address)

    def opens_with(self, token: str) -> bool:
        """Whether this is the token of the newest mail."""
        return hmac.compare_digest(self.digest, PasswordLink.digest_of(token))
