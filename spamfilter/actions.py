"""Verbs that touch several rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from spamfilter.models import ListEntry, SpamFilter, SpamList

# spamd reads all of an account's patterns for each message.
LIST_LIMIT = 2000


@transaction.atomic
def add_patterns(*, spam_filter: SpamFilter, list_: SpamList, wanted: Sequence[str]) -> int:
    """Put patterns, in their stored form, on a list; how many were not there before.

    `ValidationError` when the lists would hold more than they may.
    """
    SpamFilter.objects.select_for_update().get(pk=spam_filter.pk)
    before = spam_filter.entries.count()
    ListEntry.objects.bulk_create(
        [ListEntry(spam_filter=spam_filter, list=list_, pattern=pattern) for pattern in wanted],
        ignore_conflicts=True,
    )
    after = spam_filter.entries.count()
    if after > LIST_LIMIT:
        raise ValidationError(
            _("The two lists may hold %(limit)d patterns together, and there are %(number)d now."),
            code="limit",
            params={"limit": LIST_LIMIT, "number": before},
        )
    return after - before
