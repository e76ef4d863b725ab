"""`manage.py demo`: fill an empty panel with something to look at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from panel.demo import accounts


class Command(BaseCommand):
    help = "Fill an empty panel with demo domains, accounts and messages; do nothing otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        if accounts.is_empty():
            logins = accounts.fill(settings.VAR, timezone.now())
            self.stdout.write(f"Made {len(logins)} demo accounts.")
