"""The service: all autoresponders of an account, and the pace at which it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount, Service
from mailaccounts.prepared import Prepared

if TYPE_CHECKING:
    from autoresponder.models.autoresponder import Autoresponder

_AHEAD = """
SELECT service.id,
    ARRAY(SELECT address FROM mailaccounts_alias WHERE account_id = service.id),
    ARRAY(SELECT attachment_id FROM autoresponder_autoresponder_attachments
          WHERE autoresponder_id = one.id),
    {columns}
FROM unnest($1) AS service (id)
LEFT JOIN autoresponder_autoresponder AS one ON one.service_id = service.id AND one.enabled
ORDER BY one.name, one.id
"""


@cache
def _ahead_query() -> tuple[type[Autoresponder], list[str], Prepared]:
    """Made when all models are there."""
    model: type[Autoresponder] = apps.get_model("autoresponder", "Autoresponder")
    names = [field.attname for field in model._meta.concrete_fields]
    columns = ", ".join(f"one.{name}" for name in names)
    sql = _AHEAD.format(columns=columns)
    return model, names, Prepared("autoresponder_ahead", ["bigint[]"], sql)


@dataclass
class _Ahead:
    """What delivery has read of a service beforehand: aliases, and autoresponders that are on."""

    aliases: list[str]
    on: list[Autoresponder]


class AutoReply(Service):
    """Whether the account answers by itself; off keeps every autoresponder as a template.

    This row is locked while an answer of the account is counted and sent, so that limits hold
    however many messages come at once. `hour_began` and `hour_answers` are the ceiling of all its
    autoresponders: an hour begins with its first answer.
    """

    account = models.OneToOneField(
        MailAccount, models.CASCADE, primary_key=True, related_name="auto_reply"
    )
    hour_began = models.DateTimeField(null=True, editable=False)
    hour_answers = models.PositiveIntegerField(default=0, editable=False)

    _ahead: _Ahead | None = None

    class Meta:
        verbose_name = _("autoresponders")
        verbose_name_plural = _("autoresponders")
        permissions = [("manage_autoresponders", _("Autoresponders"))]

    @classmethod
    def read_ahead(cls, services: Sequence[Self]) -> None:
        """One query whose text never changes: the ORM would build three, for every message."""
        model, names, query = _ahead_query()
        by_pk = {service.pk: service for service in services}
        with connection.cursor() as cursor:
            query.execute(cursor, [list(by_pk)])
            for pk, aliases, files, *values in cursor.fetchall():
                service = by_pk[pk]
                ahead = service._ahead = service._ahead or _Ahead(aliases, [])
                if values[0] is not None:
                    one = model.from_db(connection.alias, names, values)
                    one.service, one.file_ids = service, files
                    ahead.on.append(one)

    def accepts_mail(self, now: datetime) -> bool:
        return bool(self.answering(now))

    def answering(self, now: datetime) -> list[Autoresponder]:
        """The autoresponders that are on, today within their dates; none while the service is off.

        In Python, for delivery has read them already.
        """
        if not self.enabled:
            return []
        on = self._ahead.on if self._ahead else self.autoresponders.filter(enabled=True)
        today = self.today(now)
        return [one for one in on if one.is_due(today)]

    def own_addresses(self) -> frozenset[str]:
        """All addresses at which the account is reached."""
        account = self.account
        if self._ahead:
            return frozenset({account.address, *self._ahead.aliases})
        return frozenset({account.address, *(alias.address for alias in account.aliases.all())})

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
