"""What a message says of itself, read lazily and without trust; its bytes are never changed."""

from __future__ import annotations

import hashlib
import re
from email.errors import HeaderParseError
from email.header import decode_header
from functools import cached_property

# Fields further down than this are not looked at: nothing that counts here stands there.
_HEAD_OCTETS = 256 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,80})[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_BEGINNING = re.compile(rb"[!-9;-~]{1,998}[ \t]*:|\r\n")
_LINE_BREAK = re.compile(r"[\r\n]+")
# What PostgreSQL cannot store, or a screen should not show.
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")


class Message:
    """A message as the client sent it."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def digest(self) -> bytes:
        """The same for a message that is sent again after an answer was lost."""
        return hashlib.sha256(self.raw).digest()

    @property
    def has_header(self) -> bool:
        """Whether it begins with a field, or with the empty line that ends a header of none."""
        return _BEGINNING.match(self.raw) is not None

    @property
    def with_header(self) -> bytes:
        """What it is after fields are put on top: a text without a header keeps its place.

        Mail programs would look for a header in the text, and show none of it.
        """
        return self.raw if self.has_header else b"\r\n" + self.raw

    @cached_property
    def _fields(self) -> dict[bytes, list[bytes]]:
        head = self.raw[:_HEAD_OCTETS]
        end = 0 if head.startswith((b"\r\n", b"\n")) else None
        if end is None and (gap := _END_OF_HEAD.search(head)):
            end = gap.start()
        fields: dict[bytes, list[bytes]] = {}
        for match in _FIELD.finditer(head[:end]):
            fields.setdefault(match[1].lower(), []).append(match[2].strip())
        return fields

    def values(self, name: bytes) -> list[bytes]:
        """What its fields of this name (in lower case) say, undecoded, from the top."""
        return self._fields.get(name, [])

    @property
    def field_names(self) -> frozenset[bytes]:
        """The names of its fields, in lower case."""
        return frozenset(self._fields)

    @property
    def hops(self) -> int:
        """How many hosts it has been through, by its own account."""
        return len(self._fields.get(b"received", ()))

    def passes(self, host: str) -> int:
        """How often the delivery service on `host` has had it before."""
        by = f" by {host} with ".encode()
        received = self._fields.get(b"received", ())
        return sum(by in b" ".join(value.split()) for value in received)

    @property
    def delivered_to(self) -> frozenset[str]:
        """The accounts, here and elsewhere, that it has been through."""
        values = self._fields.get(b"delivered-to", ())
        return frozenset(value.decode(errors="replace").lower() for value in values)

    @property
    def message_id(self) -> str:
        return self._text(b"message-id")

    @property
    def sender(self) -> str:
        """The From field as people read it."""
        return self._text(b"from")

    @property
    def subject(self) -> str:
        return self._text(b"subject")

    def _text(self, name: bytes) -> str:
        values = self._fields.get(name)
        return readable(values[0]) if values else ""


def readable(value: bytes, limit: int = 255) -> str:
    """The value of a field as text, encoded words read, with nothing in it that can hurt."""
    text = _LINE_BREAK.sub("", value[: 8 * limit].decode(errors="replace"))
    if "=?" in text:
        text = _decoded(text)
    return _CONTROL.sub("\ufffd", text)[:limit]


def _decoded(text: str) -> str:
    try:
        parts = decode_header(text)
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "utf-8", errors="replace")
            for part, charset in parts
        )
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return text
