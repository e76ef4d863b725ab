"""What all services have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailaccounts.models.account import MailAccount


class Service(models.Model):
    """One service of one account.

    Each subclass declares `account` anew with the name at which an account finds it.
    """

    # Relations of the row that delivery reads beforehand while the service is on.
    delivery_facts: ClassVar[tuple[str, ...]] = ()

    account = models.OneToOneField(MailAccount, models.CASCADE, primary_key=True)
    enabled = models.BooleanField(_("on"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def read_ahead(cls, services: Sequence[Self]) -> None:
        """Read for all of these, which are on, what delivery will want to know of them."""
        prefetch_related_objects(services, *cls.delivery_facts)

    # How its switch on the Mailbox screen is called; empty where it has none there.
    mailbox_label: ClassVar[str | Promise] = ""

    def accepts_mail(self, now: datetime) -> bool:
        """Whether mail to the account is accepted because of this service."""
        return False

    def hindrance(self) -> str:
        """Why this server cannot do it, for its owner to read; empty where it can."""
        return ""

    def switch(self, *, on: bool) -> None:
        """Switch this service alone; nothing else of the row is written."""
        self.enabled = on
        self.save(update_fields=["enabled"])
