"""`manage.py new_srs_secret`: senders of what is sent on are signed with a new secret."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mailhost import srs
from mailhost.programs import NotStarted


class Command(BaseCommand):
    help = "Make a new secret for senders of what is sent on (SRS); the old one is known a while."

    def handle(self, *args: Any, **options: Any) -> None:
        if os.geteuid() != 0:
            raise CommandError("A mail host belongs to root, and so do its secrets.")
        if srs.NEWEST in os.environ:
            raise CommandError(
                f"{srs.NEWEST} is set in the environment: put a new one first there, and a comma."
            )
        secrets = settings.VAR / "mailhost" / "secrets"
        try:
            until = srs.renew(secrets, timezone.now().date())
        except NotStarted as error:
            raise CommandError(str(error)) from error
        self.stdout.write("From its next start on, the mail host signs with a new secret.")
        self.stdout.write(f"What was signed with the one before is good until {until}.")
