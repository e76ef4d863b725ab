"""Browsers in words, by what they call themselves (RFC 9110, section 10.1.5).

A few rules of our own: the maintained parser tries more than a thousand patterns in turn, and its
devices and versions are of no use to somebody who asks “is that me?”.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

# In this order: nearly every browser also calls itself Chrome, Safari and Mozilla.
_NAMES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Epiphany/", "GNOME Web"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python-", "Python"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
)
_HANDHELD = {"iPhone", "iPad", "Android"}


@dataclass(frozen=True)
class Browser:
    """Name and system; empty where it does not say so."""

    name: str
    system: str

    def __str__(self) -> str:
        if self.name and self.system:
            return _("%(browser)s on %(system)s") % {"browser": self.name, "system": self.system}
        return self.name or self.system or _("Unknown browser")

    @property
    def icon(self) -> str:
        return "smartphone" if self.system in _HANDHELD else "laptop"


@lru_cache(maxsize=1024)
def browser_of(user_agent: str) -> Browser:
    """The browser that sends this `User-Agent`; its version is left out, as it changes."""
    return Browser(_first(_NAMES, user_agent), _first(_SYSTEMS, user_agent))


def _first(rules: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in rules if mark in user_agent), "")
