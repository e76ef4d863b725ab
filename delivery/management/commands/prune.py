"""`manage.py prune`: what the delivery service does by itself every few minutes, now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from delivery.chores import do_chores


class Command(BaseCommand):
    help = "Forget what is past its time: in the guard table, the message log, sessions and links."

    def handle(self, *args: Any, **options: Any) -> None:
        do_chores(timezone.now())
