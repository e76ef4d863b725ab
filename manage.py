#!/usr/bin/env python3
"""Django's command line for Pigeonnier."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import InterfaceError, OperationalError


def main() -> None:
    """Run one command; those that run servers first make what the settings cannot do without."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.settings")
    if sys.argv[1:2] in (["run"], ["mailhost"], ["backup"]):
        from mailhost import environment  # no other command needs it

        if "--production" in sys.argv:
            os.environ["PRODUCTION"] = "1"  # from here on a setting like others
        environment.prepare_or_exit()
    try:
        execute_from_command_line(sys.argv)
    except (InterfaceError, OperationalError) as error:
        # That the database is away is said in one line: where we were then helps nobody.
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database does not answer: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
