"""Mailboxes as Maildir, in the layout that Dovecot reads: `ROOT/domain/local-part/Maildir`."""

from __future__ import annotations

import errno
import os
import re
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from mailaccounts.addresses import ADDRESS_OCTETS
from mailaccounts.store import (
    INBOX,
    KEYWORDS,
    WANTED,
    Learned,
    MessagePage,
    MessageSummary,
    Moved,
    Names,
    StoreFull,
    StoreUnavailable,
    Usage,
    keywords,
)
from mailaccounts.store.folders import sorted_folders
from mailaccounts.store.keeping import keep, make, private_name
from mailaccounts.store.maildir_list import (
    files,
    messages,
    newest_first,
    orders,
    put_in,
    said,
    size,
)
from mailaccounts.store.names import Entry, folder_names, folders, place_of, settled
from mailaccounts.store.order import NEWEST, Order
from mailaccounts.store.space import Space

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
        self._space = Space()

    def deliver(
        self,
        address: str,
        message: bytes,
        *,
        key: str,
        folder: str = INBOX,
        limit: int | None = None,
    ) -> None:
        def check() -> None:
            if limit is not None:
                self._space.require(maildir, len(message), limit, lambda: self.usage(address))

        with _errors():
            maildir = self._maildir(address)
            place = place_of(maildir, folder)
            try:
                keep(maildir, place, message, key, check)
            except FileNotFoundError:  # the first message
                make(self.root, maildir, place)
                keep(maildir, place, message, key, check)

    def confirm(self, address: str, *, key: str) -> None:
        with _errors(), suppress(FileNotFoundError):
            os.unlink(private_name(self._maildir(address), key))

    def list(
        self,
        address: str,
        *,
        search: str = "",
        page: int = 1,
        per_page: int = 50,
        folder: str = INBOX,
        order: Order = NEWEST,
    ) -> MessagePage:
        with _errors():
            place = place_of(self._maildir(address), folder)
            entries = newest_first(place, search)
            sortable = orders(entries)
            order = order if order.by in sortable else NEWEST
            start = (max(page, 1) - 1) * per_page
            wanted = put_in(order, entries)[start : start + per_page]
            letters = keywords.letters_of(place)
            shown = tuple(_summary(e, folder, letters) for e in wanted)
        return MessagePage(shown, len(entries), order, sortable)

    def folders(self, address: str) -> Names:
        with _errors():
            return sorted_folders(folder_names(self._maildir(address)))

    def everything(self, address: str, *, search: str = "", folder: str = INBOX) -> Names:
        with _errors():
            place = place_of(self._maildir(address), folder)
            return [_id(folder, found) for found in newest_first(place, search)]

    def fetch(self, address: str, message_id: str) -> bytes:
        with _errors():
            for _, found in self._named(address, [message_id]):
                with suppress(FileNotFoundError):
                    return Path(found.path).read_bytes()
        raise KeyError(message_id)

    def fetch_many(
        self, address: str, message_ids: Collection[str], *, octets: int
    ) -> dict[str, bytes]:
        contents = {}
        with _errors():
            for folder, found in self._named(address, message_ids):
                with suppress(FileNotFoundError), open(found.path, "rb") as file:
                    contents[_id(folder, found)] = file.read(octets)
        return contents

    def note(self, address: str, message_ids: Collection[str], learned: Learned | None) -> None:
        with _errors():
            maildir = self._maildir(address)
            entries: dict[str, list[Entry]] = {}
            for folder, found in self._named(address, message_ids):
                entries.setdefault(folder, []).append(found)
            for folder, some in entries.items():
                keywords.note(place_of(maildir, folder), some, learned)

    def learned(self, address: str) -> Moved:
        return self._having(address, KEYWORDS)

    def moved(self, address: str) -> Moved:
        return self._having(address, WANTED)

    def _having(self, address: str, words: dict[Learned, str]) -> Moved:
        found: Moved = {kind: [] for kind in words}
        with _errors():
            maildir = self._maildir(address)
            for folder in (INBOX, *folder_names(maildir)):
                letters = keywords.letters_of(place_of(maildir, folder))
                for message in messages(place_of(maildir, folder)):
                    if kind := keywords.kind_of(message, letters, words):
                        found[kind].append(_id(folder, message))
        return found

    def usage(self, address: str, *, before: datetime | None = None) -> Usage:
        with _errors():
            maildir = self._maildir(address)
            if before is not None:
                return _total(e for e in _everything(maildir) if e.received < before)
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

    def disconnect(self, addresses: Collection[str]) -> None:
        """Nothing to do: nobody but we opens these."""

    def _named(self, address: str, message_ids: Collection[str]) -> Iterator[tuple[str, Entry]]:
        """The files of these messages that are there, with their folders."""
        maildir = self._maildir(address)
        wanted: dict[str, set[str]] = {}
        for message_id in message_ids:
            base, _, folder = message_id.partition("/")
            wanted.setdefault(folder or INBOX, set()).add(base)
        for folder, bases in wanted.items():
            for found in messages(place_of(maildir, folder)):
                if found.id in bases:
                    yield folder, found

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


def _everything(maildir: str) -> Iterator[Entry]:
    for folder in folders(maildir):
        yield from messages(folder)


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


def _id(folder: str, found: Entry) -> str:
    """A message's name: no file's has a slash in it."""
    return found.id if folder == INBOX else f"{found.id}/{folder}"


def _summary(found: Entry, folder: str, letters: dict[str, str]) -> MessageSummary:
    subject, sender = said(found)
    learned = keywords.learned_of(found, letters)
    return MessageSummary(_id(folder, found), subject, sender, found.received, size(found), learned)


def _empty_tmp(maildir: str, *, before: float | None = None) -> None:
    for found in files(os.path.join(maildir, "tmp")):
        with suppress(FileNotFoundError):
            if before is None or os.stat(found.path).st_mtime < before:
                os.unlink(found.path)
