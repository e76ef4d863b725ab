"""`manage.py icons`: write the icon sprite."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from panel.icons import sprite

SPRITE = Path(__file__).resolve().parents[2] / "static/panel/icons.svg"


class Command(BaseCommand):
    help = "Writes the icon sprite from the package lucide; the names are in panel/icons.py."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        SPRITE.write_text(sprite())
        self.stdout.write(f"{SPRITE}: {SPRITE.stat().st_size} bytes")
