"""Subject and sender of a stored message, as people read them."""

from __future__ import annotations

import re
from contextlib import suppress
from email.errors import HeaderParseError
from email.header import decode_header
from functools import lru_cache

_READ = 64 * 1024  # the headers that matter come early; a 10 MB line is cut here
_DECODED = 4096  # hostile encoded words cost time with the square of their number
_SHOWN = 1000
_FIELD = re.compile(
    rb"^(subject|from)[ \t]*:((?:[^\n]*)(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]+")


@lru_cache(maxsize=20_000)
def subject_and_sender(path: str) -> tuple[str, str]:
    """Empty texts where the message does not say; remembered, for a kept message never changes."""
    with open(path, "rb") as file:
        return read_headers(file.read(_READ))


def read_headers(block: bytes) -> tuple[str, str]:
    """The first subject and the first sender above the first empty line."""
    end = re.search(rb"^\r?\n", block, re.MULTILINE)
    found: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(block[: end.start()] if end else block):
        found.setdefault(name.lower(), value)
    return decoded(found.get(b"subject", b"")), decoded(found.get(b"from", b""))


def decoded(value: bytes) -> str:
    """A header's text: unfolded, encoded words decoded, raw bytes as UTF-8 or Latin-1."""
    value = value[:_DECODED].replace(b"\r", b"").replace(b"\n", b"")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    with suppress(HeaderParseError):
        text = "".join(_word(part, charset) for part, charset in decode_header(text))
    return _CONTROL.sub(" ", text).strip()[:_SHOWN]


def _word(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    if charset is None:
        # Beside an encoded word, decode_header gives the plain text in this encoding.
        return part.decode("raw-unicode-escape", "replace")
    try:
        return part.decode(charset, "replace")
    except (LookupError, ValueError):  # no such charset; no name of any
        return part.decode("latin-1")
