"""The mailbox service."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailaccounts.models.account import MailAccount
from mailaccounts.models.service import Service


class Mailbox(Service):
    """Whether the account keeps its mail; a new account does."""

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="mailbox"
    )
    enabled = models.BooleanField(pgettext_lazy("mailbox", "on"), default=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        permissions = [("manage_mailbox", _("Mailbox"))]

    def accepts_mail(self, now: datetime) -> bool:
        return self.enabled
