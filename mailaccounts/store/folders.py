"""Folders of a mailbox: how they are named in commands and on disk, and for people."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable

from mailaccounts.store import INBOX, JUNK

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_ESCAPED = re.compile(r"\\(.)")


def sorted_folders(names: Iterable[str]) -> list[str]:
    """The inbox and Junk first, there or not, then the others by what people read."""
    others = set(names) - {INBOX, JUNK}
    return [INBOX, JUNK, *sorted(others, key=lambda name: readable_folder(name).casefold())]


def readable_folder(name: str) -> str:
    """The name as people read it: without quotes, modified UTF-7 read (RFC 3501, section 5.1.3)."""
    if name.startswith('"'):
        name = _ESCAPED.sub(r"\1", name[1:-1])
    try:
        return _SHIFTED.sub(_letters, name)
    except ValueError:
        return name


def _letters(match: re.Match[str]) -> str:
    if not match[1]:
        return "&"
    code = match[1].replace(",", "/")
    return b64decode(code + "=" * (-len(code) % 4)).decode("utf-16-be")
