"""Forget what is past its time, and see whether the scanners are there."""

from datetime import datetime, timedelta

from django.conf import settings

from spamfilter import health
from spamfilter.models import Quarantine


def housekeep(now: datetime) -> None:
    """Safe to call as often as one likes, from anywhere."""
    Quarantine.objects.older_than(now - timedelta(days=settings.QUARANTINE_DAYS)).delete()
    health.look_after(now)
