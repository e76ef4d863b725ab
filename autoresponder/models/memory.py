"""Who was answered when, and what came of each message that a request matched."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from autoresponder.models.autoresponder import Autoresponder
from delivery.words import Reason


class Answered(models.Model):
    """An address that an autoresponder remembers: `today` answers on `day`, the last one `at`.

    `address` is the one spelling under which all of an address count as one.
    """

    pk = models.CompositePrimaryKey("autoresponder_id", "address")
    autoresponder = models.ForeignKey(
        Autoresponder, models.CASCADE, db_index=False, related_name="answered"
    )
    address = models.TextField()
    day = models.DateField()
    today = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["autoresponder", "at"], name="answered_oldest"),
            BrinIndex(fields=["at"], name="answered_at"),
        ]

    def __str__(self) -> str:
        return self.address


class AnswerEventQuerySet(models.QuerySet["AnswerEvent"]):
    def older_than(self, moment: datetime) -> AnswerEventQuerySet:
        return self.filter(at__lt=moment)


class AnswerEvent(models.Model):
    """A message that an autoresponder answered, or did not and why; never what it says.

    `because` is the msgid of the reason with its `params`, read in the reader's language.
    """

    autoresponder = models.ForeignKey(
        Autoresponder, models.CASCADE, db_index=False, related_name="events"
    )
    at = models.DateTimeField()
    address = models.TextField()
    is_answered = models.BooleanField()
    because = models.TextField()
    params = models.JSONField(default=dict)

    objects = AnswerEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["autoresponder", "-at"], name="event_autoresponder_at"),
            BrinIndex(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.address}"

    @property
    def reason(self) -> Reason:
        """Why, as a sentence in the reader's language."""
        return Reason(self.because, self.params)
