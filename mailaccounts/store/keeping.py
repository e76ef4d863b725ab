"""Writing one message into a Maildir, once and whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailaccounts.store.names import message_name


def private_name(maildir: str, key: str) -> str:
    """Where a message is written, and remembered until its key is confirmed."""
    return os.path.join(maildir, "tmp", hashlib.sha256(key.encode()).hexdigest()[:40])


def keep(maildir: str, place: str, message: bytes, key: str, check: Callable[[], None]) -> None:
    """Write, and wait until the file and its name in `new` of the folder `place` are on disk.

    `check` may object to a message that is not there yet: what was kept stays kept.
    """
    private = private_name(maildir, key)
    with _locked(private) as (opened, links):
        if links == 1 and _is_at(private, opened):
            check()
            try:
                _write(opened, message)
                os.link(private, f"{place}/new/{message_name(private, len(message))}")
            except OSError:
                # Not deleted: another delivery of the key may be waiting for this very file.
                os.ftruncate(opened, 0)
                raise
        else:
            os.fsync(opened)  # who linked it may have died before it was on disk
        _sync_directory(f"{place}/new")


@contextmanager
def _locked(private: str) -> Iterator[tuple[int, int]]:
    """The file of a key and its number of names, for one delivery of that key at a time."""
    links = 0
    while not links:  # deleted between opening and locking: begin again
        opened = os.open(private, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            links = os.fstat(opened).st_nlink
            if links:
                yield opened, links
        finally:
            os.close(opened)


def _is_at(path: str, opened: int) -> bool:
    """Whether the name still stands for the open file; it does not once the key is confirmed."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(opened))
    except FileNotFoundError:
        return False


def _write(opened: int, message: bytes) -> None:
    os.ftruncate(opened, 0)
    view = memoryview(message)
    while view:
        view = view[os.write(opened, view) :]
    os.fsync(opened)


def _sync_directory(path: str) -> None:
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make(root: Path, maildir: str, place: str) -> None:
    """Make the mailbox's folders, on disk up to the root, readable by nobody else."""
    path = Path(maildir)
    root.mkdir(parents=True, exist_ok=True)
    made = [path.parent.parent, path.parent]
    for folder in dict.fromkeys((path, Path(place))):
        made += [folder, *(folder / name for name in ("tmp", "cur", "new"))]
    for folder in made:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    for folder in (*reversed(made), root):
        _sync_directory(str(folder))
