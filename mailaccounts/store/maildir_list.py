"""The messages of a Maildir's folder, in the order that is asked for.

The files' names say when a message came and how large it is. Who sent it and what about stands in
the file alone: by that only so many are sorted as are read while a page is waited for.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from mailaccounts.store.headers import subject_and_sender
from mailaccounts.store.names import Entry, entry
from mailaccounts.store.order import By, Order

# A tenth of a second for those that were not read before.
READ_AT_ONCE = 2000
# What stands in front of the subject of an answer; RFC 5256, section 2.1, passes it over too.
_ANSWER = re.compile(r"^(?:(?:re|fwd?)\s*:\s*)+")


def messages(place: str) -> Iterator[Entry]:
    """Those of a folder, in no order."""
    for name in ("new", "cur"):
        yield from files(f"{place}/{name}")


def files(directory: str) -> Iterator[Entry]:
    """What is in a directory; nothing where there is none."""
    with suppress(FileNotFoundError), os.scandir(directory) as found:
        for file in found:
            if not file.name.startswith("."):
                yield entry(directory, file.name)


def newest_first(place: str, search: str) -> list[Entry]:
    """Those with every word in subject or sender."""
    entries = sorted(messages(place), key=lambda e: e.order, reverse=True)
    words = search.casefold().split()
    return [e for e in entries if _found(e, words)] if words else entries


def orders(entries: list[Entry]) -> frozenset[By]:
    """By what so many can be sorted."""
    return frozenset(By if len(entries) <= READ_AT_ONCE else (By.DATE, By.SIZE))


def put_in(order: Order, newest: list[Entry]) -> list[Entry]:
    """What is newest first, in another order; those that are alike stay newest first."""
    if order.by == By.DATE:
        return newest if order.backwards else newest[::-1]
    return sorted(newest, key=_KEYS[order.by], reverse=order.backwards)


def said(found: Entry) -> tuple[str, str]:
    """Subject and sender; empty texts for a message that went away meanwhile."""
    try:
        return subject_and_sender(found.path)
    except FileNotFoundError:
        return "", ""


def size(found: Entry) -> int:
    """In octets; 0 for a message that went away meanwhile."""
    try:
        return found.octets
    except FileNotFoundError:
        return 0


def _found(found: Entry, words: list[str]) -> bool:
    text = " ".join(said(found)).casefold()
    return all(word in text for word in words)


def _plain(text: str) -> str:
    """As Dovecot sorts (RFC 5051): an é is an e first."""
    return unicodedata.normalize("NFKD", text.casefold())


_KEYS: dict[By, Callable[[Entry], Any]] = {
    By.SUBJECT: lambda found: _ANSWER.sub("", _plain(said(found)[0]), count=1),
    By.SENDER: lambda found: _plain(said(found)[1]).lstrip('"'),
    By.SIZE: size,
}
