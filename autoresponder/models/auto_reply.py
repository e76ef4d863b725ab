"""The service: all autoresponders of an account, and the pace at which it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount, Service

if TYPE_CHECKING:
    from autoresponder.models.autoresponder import Autoresponder


class AutoReply(Service):
    """Whether the account answers by itself; off keeps every autoresponder as a template.

    This row is locked while an answer of the account is counted and sent, so that limits hold
    however many messages come at once. `hour_began` and `hour_answers` are the ceiling of all its
    autoresponders: an hour begins with its first answer.
    """

    delivery_facts = ("account__aliases", "autoresponders__attachments")

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="auto_reply"
    )
    hour_began = models.DateTimeField(null=True, editable=False)
    hour_answers = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("autoresponders")
        verbose_name_plural = _("autoresponders")
        permissions = [("manage_autoresponders", _("Autoresponders"))]

    def accepts_mail(self, now: datetime) -> bool:
        return bool(self.answering(now))

    def answering(self, now: datetime) -> list[Autoresponder]:
        """The autoresponders that are on, today within their dates; none while the service is off.

        In Python, for delivery has read them already.
        """
        if not self.enabled:
            return []
        today = self.today(now)
        return [one for one in self.autoresponders.all() if one.enabled and one.is_due(today)]

    def today(self, now: datetime) -> date:
        """The day where the account is: dates and "a day" are meant there."""
        return now.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone; UTC for one that this machine does not know."""
        try:
            return ZoneInfo(self.account.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")
