"""`manage.py skins`: all skins, and what is wrong with each."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from panel.skins import skin_file, skin_problems, skins


class Command(BaseCommand):
    help = "Say which skins there are, and what keeps people from reading them."

    def handle(self, **options: Any) -> None:
        wrong = False
        for skin in skins():
            problems = skin_problems(skin)
            wrong = wrong or bool(problems)
            self.stdout.write(f"{skin}: {skin_file(skin)}: {'to correct:' if problems else 'good'}")
            self.stdout.writelines(f"  {problem}" for problem in problems)
        if wrong:
            raise CommandError("Some skins cannot be read by everybody.")
