"""The message log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount

_COLUMNS = (
    "received",
    "id",
    "account_id",
    "recipient",
    "sender",
    "message_id",
    "author",
    "subject",
    "octets",
    "outcome",
    "score",
    "actions",
    "rules",
)
_JSON = 2  # columns, the last ones
_ROW = f"({', '.join(['%s'] * len(_COLUMNS))})"


class DeliveryRecordQuerySet(models.QuerySet["DeliveryRecord"]):
    def write(self, records: Sequence[DeliveryRecord]) -> None:
        """`bulk_create`, at a third of its price: this happens for every message."""
        if not records:
            return
        values: list[Any] = []
        for record in records:
            values += (getattr(record, column) for column in _COLUMNS[:-_JSON])
            values += (json.dumps(getattr(record, column)) for column in _COLUMNS[-_JSON:])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO delivery_deliveryrecord ({', '.join(_COLUMNS)})"  # noqa: S608 - ours
                f" VALUES {', '.join([_ROW] * len(records))}",
                values,
            )


class DeliveryRecord(models.Model):
    """What happened to one message for one recipient, and why; never what it says.

    Partitioned by the month of `received`; see `delivery.housekeeping`. `actions` is a list of
    `{"name", "because", "params", "done", "failed"}`: the reason's msgid and parameters, to how
    many the action was done, and who refused or deferred it, with the reply. `score` are the points
    that the spam filter gave, empty where it did not look; `rules` is a list of
    `{"name", "points", "says"}`.
    """

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        DEFERRED = "deferred", _("waiting")
        REFUSED = "refused", _("refused")
        DELETED = "deleted", _("deleted")
        QUARANTINED = "quarantined", _("in quarantine")

    pk = models.CompositePrimaryKey("received", "id")
    received = models.DateTimeField(_("received"))
    id = models.UUIDField(default=uuid.uuid4)
    # Without a constraint: looking the account up again for each row would hold up mail.
    account = models.ForeignKey(
        MailAccount,
        models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="delivery_records",
        verbose_name=_("mail account"),
    )
    recipient = models.TextField(_("recipient"))
    sender = models.TextField(_("envelope sender"), blank=True)
    message_id = models.TextField(_("message ID"), blank=True)
    author = models.TextField(_("from"), blank=True)
    subject = models.TextField(_("subject"), blank=True)
    octets = models.PositiveBigIntegerField(_("size"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    actions = models.JSONField(_("actions"), default=list)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=1, null=True, blank=True)
    rules = models.JSONField(_("rules"), default=list)

    objects = DeliveryRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery record")
        verbose_name_plural = _("delivery records")
        ordering = ["-received"]
        indexes = [models.Index(fields=["account", "-received"], name="record_account_received")]

    def __str__(self) -> str:
        return f"{self.received:%Y-%m-%d %H:%M} {self.recipient}"
