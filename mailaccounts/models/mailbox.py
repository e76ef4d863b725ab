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
    quota = models.PositiveIntegerField(
        _("space, in MB"),
        null=True,
        blank=True,
        help_text=_("Empty: what the plan says. 0: as much as comes."),
    )
    # The share, in percent, of which its owner was last told that so much is in use; 0 for none.
    told = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        permissions = [("manage_mailbox", _("Mailbox"))]

    def accepts_mail(self, now: datetime) -> bool:
        return self.enabled

    def reach(self, threshold: int) -> bool:
        """Note the threshold that is reached now (0 for none); whether its owner is to be told.

        Once for each until it falls below again: of two calls at the same moment one is true.
        """
        changed = Mailbox.objects.filter(pk=self.pk).exclude(told=threshold).update(told=threshold)
        return bool(changed) and threshold > self.told
