"""Where infected mail is kept, for the staff alone."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount


class QuarantineQuerySet(models.QuerySet["Quarantine"]):
    def without_message(self) -> QuarantineQuerySet:
        """What lists need: an original may have 50 MB."""
        return self.defer("message")

    def older_than(self, moment: datetime) -> QuarantineQuerySet:
        return self.filter(received__lt=moment)


class Quarantine(models.Model):
    """One infected message for one account, as it was received, with our own trace above it.

    Nothing in it may be believed or shown as anything but text. `released` says when the staff let
    it into the mailbox after all.
    """

    account = models.ForeignKey(
        MailAccount,
        models.CASCADE,
        db_index=False,  # the index below begins with it
        related_name="quarantine",
        verbose_name=_("mail account"),
    )
    received = models.DateTimeField(_("received"), db_index=True)
    recipient = models.TextField(_("recipient"))
    sender = models.TextField(_("envelope sender"), blank=True)
    author = models.TextField(_("from"), blank=True)
    subject = models.TextField(_("subject"), blank=True)
    virus = models.CharField(_("virus"), max_length=200)
    octets = models.PositiveBigIntegerField(_("size"))
    message = models.BinaryField(_("message"))
    released = models.DateTimeField(_("released"), null=True, blank=True, editable=False)

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        verbose_name = _("message in quarantine")
        verbose_name_plural = _("quarantine")
        ordering = ["-received"]
        indexes = [
            models.Index(fields=["account", "-received"], name="quarantine_account_received")
        ]

    def __str__(self) -> str:
        return f"{self.received:%Y-%m-%d %H:%M} {self.virus}"
