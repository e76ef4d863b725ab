"""Since when a scanner has not answered."""

from __future__ import annotations

from django.db import models


class Outage(models.Model):
    """There is a row while a scanner does not answer; see `spamfilter.health`."""

    scanner = models.CharField(primary_key=True, max_length=16)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.scanner
