"""What a Maildir's file names say: when, how large, which message."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from mailaccounts.store import INBOX

# Directory times have the grain of the kernel's tick, at most 10 ms; a second is far off it.
_GRAIN = 1_000_000_000
_BASE = re.compile(r"(\d{1,11})\.(?:M(\d{1,6}))?")
_FOLDER = re.compile(r"[^/\0.][^/\0]{0,250}")
_SIZE = re.compile(r",S=(\d{1,15})(?=[,:]|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One message's file. `order` sorts by arrival."""

    path: str
    id: str
    order: tuple[int, int, str]

    @property
    def received(self) -> datetime:
        return datetime.fromtimestamp(self.order[0] + self.order[1] / 1_000_000, UTC)

    @property
    def octets(self) -> int:
        """From the name, as Dovecot does; `FileNotFoundError` if only the file could say."""
        size = _SIZE.search(self.path, self.path.rindex("/"))
        return int(size[1]) if size else os.stat(self.path).st_size


def entry(directory: str, name: str) -> Entry:
    """The message of a file in `new` or `cur`; its flags (`:2,…`) are no part of what it is."""
    path = f"{directory}/{name}"
    base = name.partition(":")[0]
    if said := _BASE.match(name):
        return Entry(path, base, (int(said[1]), int(said[2] or 0), base))
    with suppress(FileNotFoundError):
        return Entry(path, base, (int(os.stat(path).st_mtime), 0, base))
    return Entry(path, base, (0, 0, base))


def message_name(unique: str, octets: int) -> str:
    """A new file's name: time of arrival, what makes it unique, and the size."""
    now = time.time_ns()
    seconds, rest = divmod(now, 1_000_000_000)
    return f"{seconds}.M{rest // 1000:06d}K{os.path.basename(unique)}.pigeonnier,S={octets}"


def folders(maildir: str) -> Iterator[str]:
    """The inbox and the Maildir++ folders beside it."""
    yield maildir
    with suppress(FileNotFoundError), os.scandir(maildir) as found:
        yield from sorted(
            file.path for file in found if file.name.startswith(".") and file.is_dir()
        )


def folder_names(maildir: str) -> list[str]:
    """The folders beside the inbox, as they are named after their dot."""
    return [os.path.basename(place)[1:] for place in folders(maildir) if place != maildir]


def place_of(maildir: str, folder: str) -> str:
    """Where a folder is; for a name that could lead elsewhere, a place that never is."""
    if folder == INBOX:
        return maildir
    return f"{maildir}/.{folder if _FOLDER.fullmatch(folder) else '%'}"


def settled(times: tuple[int, ...]) -> bool:
    """Whether the newest of these times is so old that a later change would show."""
    return not times or time.time_ns() - max(times) > _GRAIN
