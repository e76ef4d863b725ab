"""Mailboxes as Maildir, in the layout that Dovecot reads: `ROOT/domain/local-part/Maildir`."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from mailaccounts.addresses import ADDRESS_OCTETS
from mailaccounts.store import MessagePage, MessageSummary, StoreFull, StoreUnavailable, Usage
from mailaccounts.store.headers import subject_and_sender
from mailaccounts.store.names import Entry, entry, folders, message_name, settled

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REMEMBERED = 10_000
_FORGOTTEN = 36 * 3600  # seconds after which a file in tmp is nobody's, as in Dovecot


class MaildirStore:
    """Each message is one file; what is in `new` or `cur` is on disk, whole.

    A message is written as `tmp/KEY`, then linked into `new`. The name in `tmp` stays until
    `confirm`: a file with a second name has been kept already, wherever a mail program has moved
    that other name to.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self._usage: dict[str, tuple[tuple[int, ...], Usage]] = {}
        self._guard = threading.Lock()

    def deliver(self, address: str, message: bytes, *, key: str) -> None:
        with _errors():
            maildir = self._maildir(address)
            try:
                _keep(maildir, message, key)
            except FileNotFoundError:  # the first message
                _make(self.root, maildir)
                _keep(maildir, message, key)

    def confirm(self, address: str, *, key: str) -> None:
        with _errors(), suppress(FileNotFoundError):
            os.unlink(_private(self._maildir(address), key))

    def list(
        self, address: str, *, search: str = "", page: int = 1, per_page: int = 50
    ) -> MessagePage:
        with _errors():
            entries = sorted(_inbox(self._maildir(address)), key=lambda e: e.order, reverse=True)
            if words := search.casefold().split():
                entries = [e for e in entries if _found(e, words)]
            start = (max(page, 1) - 1) * per_page
            shown = tuple(_summary(e) for e in entries[start : start + per_page])
        return MessagePage(messages=shown, total=len(entries))

    def fetch(self, address: str, message_id: str) -> bytes:
        with _errors():
            for found in _inbox(self._maildir(address)):
                if found.id == message_id:
                    with suppress(FileNotFoundError):
                        return Path(found.path).read_bytes()
        raise KeyError(message_id)

    def usage(self, address: str) -> Usage:
        with _errors():
            maildir = self._maildir(address)
            state = _state(maildir)
            known = self._usage.get(maildir)
            if known and known[0] == state:
                return known[1]
            _empty_tmp(maildir, before=time.time() - _FORGOTTEN)
            usage = _total(_everything(maildir))
            # A change within the clock's grain of the last one would go unseen: do not remember.
            if settled(state):
                self._remember(maildir, state, usage)
        return usage

    def delete_all(self, address: str, *, before: datetime | None = None) -> Usage:
        with _errors():
            maildir = self._maildir(address)
            gone = []
            for found in _everything(maildir):
                if before is None or found.received < before:
                    with suppress(FileNotFoundError):
                        octets = found.octets
                        os.unlink(found.path)
                        gone.append(octets)
            if before is None:
                _empty_tmp(maildir)
        return Usage(messages=len(gone), octets=sum(gone))

    def _maildir(self, address: str) -> str:
        local_part, at, domain = address.rpartition("@")
        if not at or not local_part or not domain or len(address) > ADDRESS_OCTETS:
            raise ValueError(f"Not an account's address: {address!r}")
        return f"{self.root}/{_safe(domain)}/{_safe(local_part)}/Maildir"

    def _remember(self, maildir: str, state: tuple[int, ...], usage: Usage) -> None:
        with self._guard:
            if len(self._usage) >= _REMEMBERED:
                self._usage.clear()
            self._usage[maildir] = (state, usage)


@contextmanager
def _errors() -> Iterator[None]:
    """What the operating system says, in the words of the store."""
    try:
        yield
    except OSError as error:
        kind = StoreFull if error.errno in _FULL else StoreUnavailable
        raise kind(str(error)) from error


def _safe(name: str) -> str:
    """A file name for any text: no slash, nothing hidden, nothing that means another folder."""
    quoted = re.sub(r"[^a-z0-9_.@=-]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), name)
    return "%2E" + quoted[1:] if quoted.startswith(".") else quoted


def _private(maildir: str, key: str) -> str:
    return os.path.join(maildir, "tmp", hashlib.sha256(key.encode()).hexdigest()[:40])


def _keep(maildir: str, message: bytes, key: str) -> None:
    """Write, and wait until the file and its name in `new` are on disk."""
    private = _private(maildir, key)
    with _locked(private) as (opened, links):
        if links == 1 and _is_at(private, opened):
            try:
                _write(opened, message)
                os.link(private, f"{maildir}/new/{message_name(private, len(message))}")
            except OSError:
                # Not deleted: another delivery of the key may be waiting for this very file.
                os.ftruncate(opened, 0)
                raise
        else:
            os.fsync(opened)  # who linked it may have died before it was on disk
        _sync_directory(f"{maildir}/new")


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


def _make(root: Path, maildir: str) -> None:
    """Make the mailbox's folders, on disk up to the root, readable by nobody else."""
    path = Path(maildir)
    root.mkdir(parents=True, exist_ok=True)
    made = [path.parent.parent, path.parent, path, *(path / n for n in ("tmp", "cur", "new"))]
    for folder in made:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    for folder in (*reversed(made), root):
        _sync_directory(str(folder))


def _inbox(maildir: str) -> Iterator[Entry]:
    for name in ("new", "cur"):
        yield from _files(f"{maildir}/{name}")


def _everything(maildir: str) -> Iterator[Entry]:
    for folder in folders(maildir):
        yield from _inbox(folder)


def _files(directory: str) -> Iterator[Entry]:
    with suppress(FileNotFoundError), os.scandir(directory) as found:
        for file in found:
            if not file.name.startswith("."):
                yield entry(directory, file.name)


def _total(entries: Iterator[Entry]) -> Usage:
    messages = octets = 0
    for found in entries:
        with suppress(FileNotFoundError):  # moved or deleted meanwhile
            octets += found.octets
            messages += 1
    return Usage(messages=messages, octets=octets)


def _state(maildir: str) -> tuple[int, ...]:
    """What changes whenever a message comes, goes or moves: the folders' times."""
    times = []
    for folder in folders(maildir):
        for name in ("new", "cur"):
            with suppress(FileNotFoundError):
                times.append(os.stat(f"{folder}/{name}").st_mtime_ns)
    return tuple(times)


def _found(found: Entry, words: list[str]) -> bool:
    text = " ".join(_said(found)).casefold()
    return all(word in text for word in words)


def _summary(found: Entry) -> MessageSummary:
    subject, sender = _said(found)
    octets = 0
    with suppress(FileNotFoundError):
        octets = found.octets
    return MessageSummary(found.id, subject, sender, found.received, octets)


def _said(found: Entry) -> tuple[str, str]:
    """Subject and sender; empty texts for a message that went away meanwhile."""
    try:
        return subject_and_sender(found.path)
    except FileNotFoundError:
        return "", ""


def _empty_tmp(maildir: str, *, before: float | None = None) -> None:
    for found in _files(os.path.join(maildir, "tmp")):
        with suppress(FileNotFoundError):
            if before is None or os.stat(found.path).st_mtime < before:
                os.unlink(found.path)
