"""Where mail goes that leaves: to the next host by SMTP, or into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from delivery.words import Reply


class Relay(Protocol):
    """Takes responsibility for a message, or says why not. Used by several threads at once."""

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """One reply for each target. `message` comes in pieces that begin at a line each."""

    def close(self) -> None:
        """Let go of what is kept open."""


def relay_from(url: str) -> Relay:
    """The relay that `RELAY_URL` names: `smtp://host:port` or `outbox:folder`."""
    from delivery.relay.outbox import Outbox
    from delivery.relay.smtp import SmtpRelay

    parts = urlsplit(url)
    if parts.scheme == "smtp" and parts.hostname:
        return SmtpRelay(parts.hostname, parts.port or 25)
    if parts.scheme == "outbox" and parts.path:
        return Outbox(parts.path)
    raise ImproperlyConfigured(f"RELAY_URL is neither smtp://host:port nor outbox:folder: {url}")


def relay() -> Relay:
    """The relay of this installation."""
    return relay_from(settings.RELAY_URL)
