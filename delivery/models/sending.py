"""How much each account has sent in an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount

_ADD = """
INSERT INTO delivery_sending AS sent (account_id, hour, messages, recipients)
VALUES (%(account)s, %(hour)s, 1, %(recipients)s)
ON CONFLICT (account_id, hour) DO UPDATE
SET messages = sent.messages + 1, recipients = sent.recipients + %(recipients)s
WHERE sent.messages < %(most_messages)s
AND sent.recipients + %(recipients)s <= %(most_recipients)s
RETURNING messages
"""


@dataclass(frozen=True)
class Limits:
    """How much an account may send in an hour."""

    messages: int
    recipients: int


class SendingQuerySet(models.QuerySet["Sending"]):
    def add(self, account: int, hour: datetime, recipients: int, *, most: Limits) -> bool:
        """Count one more message; false, and nothing counted, when that is more than the limits.

        One statement: whoever counts for the same account meanwhile waits for the row.
        """
        if most.messages < 1 or most.recipients < recipients:
            return False
        values: dict[str, int | datetime] = {
            "account": account,
            "hour": hour,
            "recipients": recipients,
            "most_messages": most.messages,
            "most_recipients": most.recipients,
        }
        with connection.cursor() as cursor:
            cursor.execute(_ADD, values)
            return cursor.fetchone() is not None

    def before(self, hour: datetime) -> SendingQuerySet:
        return self.filter(hour__lt=hour)


class Sending(models.Model):
    """What one account has sent in the hour that began at `hour`."""

    account = models.ForeignKey(MailAccount, models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    messages = models.PositiveIntegerField()
    recipients = models.PositiveIntegerField()

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "hour"],
                name="one_count_for_an_hour",
                violation_error_message=_("This hour is counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}, {self.hour:%F %H:00}: {self.messages}"
