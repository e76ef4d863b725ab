"""What an owner has told the filter to learn, until it has."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import MailAccount
from mailaccounts.store import Learned


class TrainingJobQuerySet(models.QuerySet["TrainingJob"]):
    def unfinished(self) -> TrainingJobQuerySet:
        """In the order in which they are to be done."""
        return self.filter(finished=None).order_by("pk")


class TrainingJob(models.Model):
    """Some messages of one account, to be learned or forgotten in this order.

    `done` counts those that are past, the first of `message_ids`; of them the filter learned
    something new from `news`, `gone` were not in the mailbox any more, and `failed` were too much
    for it.
    """

    class Kind(models.TextChoices):
        SPAM = "spam", _("It’s spam!")
        HAM = "ham", _("It’s not spam")
        FORGET = "forget", _("Forget it")

    account = models.ForeignKey(MailAccount, models.CASCADE, related_name="training_jobs")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    message_ids = models.JSONField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    news = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    # Since when filter or mailbox do not answer.
    waiting_since = models.DateTimeField(null=True)

    objects = TrainingJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        indexes = [
            models.Index(
                fields=["account", "id"],
                name="training_unfinished",
                condition=models.Q(finished=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"

    @property
    def learned(self) -> Learned | None:
        """As what its messages are learned."""
        return None if self.kind == self.Kind.FORGET else Learned(self.kind)

    def seconds_left(self, now: datetime) -> int | None:
        """How long it still takes, at the speed so far."""
        if self.started is None or not self.done or self.waiting_since:
            return None
        return round((now - self.started).total_seconds() / self.done * (self.total - self.done))
