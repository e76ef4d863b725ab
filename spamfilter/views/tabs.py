"""The tabs of the Spam filter."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet


def list_counts(entries: QuerySet[Any]) -> dict[str, int]:
    """How many patterns are on each list, in one query: `{"black": 6}`; no list without any."""
    return dict(entries.order_by().values_list("list").annotate(Count("pk")))
