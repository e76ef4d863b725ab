"""The mail programs that are explained in words, and which of them suits a device."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Program:
    """`devices` is a pattern of what browsers say of themselves where the program is at home."""

    name: str
    title: str | Promise
    devices: str

    @property
    def steps(self) -> str:
        """The template that explains it."""
        return f"panel/steps/{self.name}.html"

    def fits(self, user_agent: str) -> bool:
        return re.search(self.devices, user_agent) is not None


# Of several for one device, what most people there have comes first. An iPad says it is a Mac.
PROGRAMS = (
    Program("apple", _("iPhone, iPad and Mac"), "iPhone|iPad|Macintosh"),
    Program("outlook_new", _("Outlook (new)"), "Windows"),
    Program("outlook_classic", _("Outlook (classic)"), "Windows"),
    Program("thunderbird", "Thunderbird", "Windows|Macintosh|X11"),
    Program("gmail", _("Gmail on Android"), "Android"),
    Program("thunderbird_android", _("Thunderbird and K-9 Mail on Android"), "Android"),
    Program("outlook_phone", _("Outlook on a telephone"), "Android|iPhone|iPad"),
)


def best_first(user_agent: str) -> list[Program]:
    """All of them, those for this device before the others."""
    return sorted(PROGRAMS, key=lambda program: not program.fits(user_agent))
