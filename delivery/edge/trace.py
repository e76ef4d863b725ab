"""The trace field that goes above each message (RFC 5321 section 4.4)."""

from __future__ import annotations

import re
import secrets
from email.utils import format_datetime

from django.utils import timezone


def transaction_id() -> str:
    """A name for one transaction, in the trace field and in the log."""
    return secrets.token_hex(6)


def received(*, helo: str, peer: str, host: str, protocol: str, identity: str) -> bytes:
    """One `Received:` field with its CRLF; whatever the client called itself, it stays one."""
    name = re.sub(r"[^A-Za-z0-9.:_\[\]-]", "?", helo)[:255]
    place = f"IPv6:{peer}" if ":" in peer else peer
    when = format_datetime(timezone.now())
    return (
        f"Received: from {name} ([{place}])\r\n"
        f"\tby {host} with {protocol} id {identity};\r\n\t{when}\r\n"
    ).encode()
