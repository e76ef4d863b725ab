"""What a message in quarantine says, for people to read: text alone, and never more than a glance.

Nothing is rendered, followed or decoded into a file. Hostile structure costs little: of a message
only the beginning is read, of its parts only the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from delivery.message import readable

_HEAD_OCTETS = 32 * 1024
_READ_OCTETS = 256 * 1024
_PARTS = 20
_TEXT = 5_000  # characters
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# What parsing hostile bytes can end in.
_ERRORS = (RecursionError, LookupError, UnicodeError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Part:
    """One part: its type, the name that it gives itself, and its text where it is text."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Inside:
    """The header as it stands, and the parts."""

    header: str
    parts: tuple[Part, ...]


def look_into(message: bytes) -> Inside:
    """Never raises, whatever the message is."""
    end = _END_OF_HEAD.search(message)
    head = message[: end.start() if end else None][:_HEAD_OCTETS]
    return Inside(_shown(head.decode(errors="replace")), tuple(_parts(message[:_READ_OCTETS])))


def _parts(message: bytes) -> list[Part]:
    found: list[Part] = []
    try:
        for part in message_from_bytes(message).walk():
            if part.is_multipart():
                continue
            if len(found) == _PARTS:
                break
            found.append(_part(part))
    except _ERRORS:
        pass  # what was read until here is shown
    return found


def _part(part: Message) -> Part:
    kind = _shown(part.get_content_type())[:100]
    name = readable(str(part.get_filename() or "").encode(errors="replace"), 100)
    is_text = part.get_content_maintype() == "text"
    return Part(kind, name, _text(part) if is_text else "")


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    octets = content if isinstance(content, bytes) else b""
    try:
        text = octets.decode(part.get_content_charset() or "utf-8", errors="replace")
    except _ERRORS:
        text = octets.decode("latin-1")
    return _shown(text[:_TEXT])


def _shown(text: str) -> str:
    """Without what a browser or a reader could be fooled with."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n"))
