"""How a message in Dovecot is named: UIDVALIDITY, UID, and its folder unless that is the inbox."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Collection

from mailaccounts.store import INBOX

_ID = re.compile(r"(\d{1,10})\.(\d{1,10})(?:\.([A-Za-z0-9_=-]{1,1000}))?", re.ASCII)
# A folder's name as it stands in commands: an atom, or a quoted string.
_LONGEST = 250
_FOLDER = re.compile(r'[A-Za-z0-9_.&+,/-]+|"(?:[ !#-\[\]-~]|\\["\\])+"', re.ASCII)


def message_id(folder: str, validity: int, uid: int) -> str:
    """The name of a message; folders count on their own."""
    return f"{validity}.{uid}" + ("" if folder == INBOX else f".{_packed(folder)}")


def is_folder(name: str) -> bool:
    """Whether it can stand in a command as it is."""
    return len(name) <= _LONGEST and _FOLDER.fullmatch(name) is not None


def understood(text: str) -> tuple[str, int, int] | None:
    """Folder, UIDVALIDITY and UID of a name; `None` for what is none."""
    said = _ID.fullmatch(text)
    if said is None or not 0 < int(said[2]) < 2**32:
        return None
    folder = _unpacked(said[3]) if said[3] else INBOX
    return (folder, int(said[1]), int(said[2])) if folder else None


def by_folder(message_ids: Collection[str]) -> dict[tuple[str, int], list[int]]:
    """The UIDs for each folder and its UIDVALIDITY; what is no name is left out."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for folder, validity, uid in filter(None, map(understood, message_ids)):
        found[folder, validity].append(uid)
    return found


def _packed(folder: str) -> str:
    return urlsafe_b64encode(folder.encode()).decode()


def _unpacked(text: str) -> str | None:
    try:
        folder = urlsafe_b64decode(text).decode("ascii")
    except ValueError:
        return None
    return folder if is_folder(folder) else None
