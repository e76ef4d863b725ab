"""Where mail programs reach this server, as the settings say it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Scheme, protocol, whether TLS begins with the first byte, and the usual port.
_SCHEMES = {
    "imaps": ("imap", True, 993),
    "imap": ("imap", False, 143),
    "pop3s": ("pop3", True, 995),
    "pop3": ("pop3", False, 110),
    "smtps": ("smtp", True, 465),
    "smtp": ("smtp", False, 587),
}


@dataclass(frozen=True)
class Door:
    """One server: without TLS from the first byte it begins with STARTTLS, and never without."""

    protocol: str  # imap, pop3 or smtp
    host: str
    port: int
    tls: bool

    @property
    def name(self) -> str:
        return {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP"}[self.protocol]

    @property
    def encryption(self) -> str:
        """As mail programs call it."""
        return "SSL/TLS" if self.tls else "STARTTLS"


@dataclass(frozen=True)
class Doors:
    """Where mail is fetched (the best way first), and where it is handed in."""

    incoming: tuple[Door, ...]
    outgoing: Door | None

    @property
    def are_open(self) -> bool:
        """Whether a mail program can be set up at all."""
        return bool(self.incoming) and self.outgoing is not None

    @property
    def all(self) -> tuple[Door, ...]:
        return (*self.incoming, *((self.outgoing,) if self.outgoing else ()))


def doors() -> Doors:
    """Those that the settings name."""
    named = (_door("IMAP_URL", "imap"), _door("POP3_URL", "pop3"))
    return Doors(tuple(door for door in named if door), _door("SUBMISSION_URL", "smtp"))


def _door(setting: str, protocol: str) -> Door | None:
    url = getattr(settings, setting)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        said, tls, usual = _SCHEMES[parts.scheme]
        host, port = parts.hostname, parts.port or usual
    except (ValueError, KeyError):
        said, host = "", None
    if said != protocol or not host:
        raise ImproperlyConfigured(f"{setting}: neither {protocol}s:// nor {protocol}://: {url}")
    return Door(protocol, host, port, tls)
