"""`manage.py prune`: what the delivery service does by itself every few minutes, now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from delivery.housekeeping import housekeep


class Command(BaseCommand):
    help = "Forget what is past its time in the guard table and the message log."

    def handle(self, *args: Any, **options: Any) -> None:
        housekeep(timezone.now())
