"""`manage.py backup`: save a running mail host, or make it anew from what was saved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mailhost import backup
from mailhost.programs import NotStarted


class Command(BaseCommand):
    help = "Save a mail host into a folder, or make it anew from there."

    requires_system_checks = []  # some need the database, which is not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("save", "restore"))
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if os.geteuid() != 0:
            raise CommandError("A mail host belongs to root, and so does its backup.")
        folder = options["folder"].resolve()
        try:
            if options["what"] == "save":
                backup.save(folder)
            else:
                self._say_what_waits(backup.restore(folder))
        except NotStarted as error:
            raise CommandError(str(error)) from error

    def _say_what_waits(self, number: int) -> None:
        """What left after the backup was made leaves once more, unless somebody looks first."""
        self.stdout.write(f"Waiting in the queue, to be delivered when the host starts: {number}")
        if number:
            etc = (settings.VAR / "mailhost").resolve() / "postfix" / "etc"
            self.stdout.write(f"To see them before: postqueue -c {etc} -p")
