"""`manage.py backup`: save a running mail host, or make it anew from what was saved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

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
        act = backup.save if options["what"] == "save" else backup.restore
        try:
            act(options["folder"].resolve())
        except NotStarted as error:
            raise CommandError(str(error)) from error
