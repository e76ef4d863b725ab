"""Whether the scanners are there: to be shown wherever something depends on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings


@dataclass(frozen=True)
class Standing:
    """Whether this server has the scanner at all, and since when it does not answer."""

    is_there: bool
    silent_since: datetime | None = None


def of_spamd() -> Standing:
    return Standing(bool(settings.SPAMD_URL))


def of_clamd() -> Standing:
    return Standing(bool(settings.CLAMD_URL))
