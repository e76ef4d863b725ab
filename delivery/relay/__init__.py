"""Where mail goes that leaves: to the next host by SMTP, or into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from delivery.words import Reply
from mailaccounts.smtp.connection import Login


class Relay(Protocol):
    """Takes responsibility for a message, or says why not. Used by several threads at once."""

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """One reply for each target. `message` comes in pieces that begin at a line each."""

    def close(self) -> None:
        """Let go of what is kept open."""


def relay_from(url: str) -> Relay:
    """The relay that a URL names: `smtp://[name:password@]host:port` or `outbox:folder`."""
    from delivery.relay.outbox import Outbox
    from delivery.relay.smtp import SmtpRelay

    parts = urlsplit(url)
    if parts.scheme == "smtp" and parts.hostname:
        return SmtpRelay(parts.hostname, parts.port or 25, login=_login(parts))
    if parts.scheme == "outbox" and parts.path:
        return Outbox(parts.path)
    known = "smtp://host:port nor outbox:folder"
    # What follows may be a password.
    raise ImproperlyConfigured(f"A relay’s URL is neither {known}: {url.partition(':')[0]}:…")


def _login(parts: SplitResult) -> Login | None:
    if parts.username is None:
        return None
    return Login(unquote(parts.username), unquote(parts.password or ""))


def relay() -> Relay:
    """For what others wrote and is sent on: its signatures stay as they are."""
    return relay_from(settings.RELAY_URL)


def answer_relay() -> Relay:
    """For what an account or the panel says itself: signed as mail of its domain."""
    return relay_from(settings.ANSWER_RELAY_URL)
