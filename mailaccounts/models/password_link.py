"""One-time links by which a new password is chosen."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models.account import MailAccount


class PasswordLinkQuerySet(models.QuerySet["PasswordLink"]):
    def usable(self, token: str, now: datetime) -> PasswordLinkQuerySet:
        """The link with this token, while it holds and its account is not suspended.

        One that would hold for longer than any was made while the clock was wrong.
        """
        return self.filter(
            digest=PasswordLink.digest_of(token),
            expires__gt=now,
            expires__lte=now + PasswordLink.LIFETIME,
            account__is_active=True,
        )

    def expired(self, now: datetime) -> PasswordLinkQuerySet:
        """Links that were never used and work no more."""
        return self.filter(expires__lte=now)


class PasswordLink(models.Model):
    """The newest one-time link of an account; only its digest is stored, so a copy opens nothing.

    One row per account: making another link overwrites, and thereby ends, the one before.
    """

    LIFETIME = timedelta(minutes=30)

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="password_link"
    )
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField(_("expires"))

    objects = PasswordLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("password link")
        verbose_name_plural = _("password links")

    def __str__(self) -> str:
        return str(self.account)

    @staticmethod
    def digest_of(token: str) -> str:
        # The token has 256 random bits: a fast digest is enough.
        return hashlib.sha256(token.encode()).hexdigest()
