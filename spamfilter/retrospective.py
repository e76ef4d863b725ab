"""What another limit would have meant for the messages that came lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Q

from delivery.models import DeliveryRecord
from mailaccounts.models import MailAccount

LOOKED_AT = 500
LISTED = 50


@dataclass(frozen=True)
class Change:
    """A message that would have been treated differently; `is_spam` says how."""

    received: datetime
    subject: str
    author: str
    points: Decimal
    is_spam: bool


@dataclass(frozen=True)
class Retrospective:
    """Of how many messages how many would change, the newest of them first."""

    limit: Decimal
    looked_at: int
    number: int
    changes: tuple[Change, ...]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.number - len(self.changes)


def compare(account: MailAccount, before: Decimal, limit: Decimal) -> Retrospective:
    """What `limit` would have changed where `before` applies; one query."""
    records = DeliveryRecord.objects.filter(account=account, score__isnull=False)
    rows = list(records.values_list("received", "subject", "author", "score")[:LOOKED_AT])
    changes = [
        Change(received, subject, author, points, points >= limit)
        for received, subject, author, points in rows
        if points is not None and (points >= limit) != (points >= before)
    ]
    return Retrospective(limit, len(rows), len(changes), tuple(changes[:LISTED]))


@dataclass(frozen=True)
class Effect:
    """What the filter did lately: how many messages it looked at, how many were spam by the limit
    that applies now, and how many came within a point of it.
    """

    looked_at: int
    spam: int
    close: int


def effect(account: MailAccount, now: datetime) -> Effect:
    """As far back as the message log goes; one query."""
    limit = account.spam_filter.required_score
    records = DeliveryRecord.objects.filter(
        account=account,
        score__isnull=False,
        received__gte=now - timedelta(days=settings.LOG_DAYS),
    )
    return Effect(
        **records.aggregate(
            looked_at=Count("id"),
            spam=Count("id", filter=Q(score__gte=limit)),
            close=Count("id", filter=Q(score__gte=limit - 1, score__lt=limit)),
        )
    )
