"""Where mailboxes are: one interface, one kind for each place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mailaccounts.store.order import NEWEST, By, Order

# The folders that can be listed.
INBOX, JUNK = "INBOX", "Junk"


class Learned(StrEnum):
    """What a spam filter has learned a message as."""

    SPAM = "spam"
    HAM = "ham"


# How it is kept with the message: as an own IMAP keyword. Mail programs set `$Junk` themselves.
KEYWORDS = {Learned.SPAM: "PigeonnierSpam", Learned.HAM: "PigeonnierHam"}
# What Dovecot gives a message that its owner moves into or out of Junk (`spam.sieve`, `ham.sieve`).
WANTED = {Learned.SPAM: "PigeonnierToSpam", Learned.HAM: "PigeonnierToHam"}


Names = list[str]  # of messages
# By what they are to be learned as, or were.
Moved = dict[Learned, Names]


class StoreUnavailable(Exception):
    """The store does not answer or cannot write now; the same call may succeed later."""


class StoreFull(StoreUnavailable):
    """There is no space left for the message."""


class MailboxFull(StoreFull):
    """The mailbox would hold more than it may."""


@dataclass(frozen=True)
class Usage:
    """How much a mailbox holds: number of messages, and bytes."""

    messages: int = 0
    octets: int = 0


@dataclass(frozen=True)
class MessageSummary:
    """One line of a list of messages. `id` is opaque: it names the message to the same store."""

    id: str
    subject: str
    sender: str
    received: datetime
    octets: int
    learned: Learned | None = None


@dataclass(frozen=True)
class MessagePage:
    """One page of a list, and how many messages there are in all.

    `order` is the one it is in, `sortable` what this list can be sorted by within half a second.
    """

    messages: tuple[MessageSummary, ...]
    total: int
    order: Order = NEWEST
    sortable: frozenset[By] = frozenset(By)


class MailStore(Protocol):
    """A mailbox is named by its account's address, as stored. Errors: `StoreUnavailable`.

    All methods may be called from several threads and processes at once.
    """

    def deliver(
        self,
        address: str,
        message: bytes,
        *,
        key: str,
        folder: str = INBOX,
        limit: int | None = None,
    ) -> None:
        """Keep a message in the inbox or in `JUNK`, on disk before this returns.

        It begins with `Return-Path: <sender>`, as RFC 5321 section 4.4 has it at final delivery,
        and its lines end with CRLF.

        `key` names the message and its envelope recipient, whatever the folder; until `confirm`,
        keeping the same key again changes nothing, even after a crash in the middle, and even when
        the owner has moved the message meanwhile.

        With it the mailbox holds `limit` octets at most, or it is a `MailboxFull`. A store that
        reads the same limit itself does not need to be told; `None` is for as many as come.
        """

    def confirm(self, address: str, *, key: str) -> None:
        """The caller will not keep this key again: forget what it was recognised by.

        To be called once the caller has written down that it was kept, where another delivery of
        the key that is under way can see it. Never calling it costs a name on disk for a while.
        """

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
        """One folder; `search` looks into subjects and senders.

        A folder that is not there, whatever its name, is empty. What cannot be sorted so without
        reading too many messages is newest first.
        """

    def folders(self, address: str) -> Names:
        """The folders, as `list` takes them: the inbox and `JUNK` first, there or not."""

    def everything(self, address: str, *, search: str = "", folder: str = INBOX) -> Names:
        """The names of all messages that `list` would show, newest first."""

    def fetch(self, address: str, message_id: str) -> bytes:
        """One whole message; `KeyError` when it is gone."""

    def fetch_many(
        self, address: str, message_ids: Collection[str], *, octets: int
    ) -> dict[str, bytes]:
        """The first octets of several messages; without those that are gone."""

    def note(self, address: str, message_ids: Collection[str], learned: Learned | None) -> None:
        """Keep with the messages what the spam filter has learned them as, `None` for nothing.

        Messages that are gone are passed over.
        """

    def learned(self, address: str) -> Moved:
        """What is noted as learned, in all folders."""

    def moved(self, address: str) -> Moved:
        """What the owner has moved into and out of Junk and is not noted yet, in all folders."""

    def usage(self, address: str, *, before: datetime | None = None) -> Usage:
        """How much all folders of the mailbox hold; nothing for a mailbox that never was.

        With `before`, how much of it was received earlier: what `delete_all` would delete.
        """

    def delete_all(self, address: str, *, before: datetime | None = None) -> Usage:
        """Delete all messages, or those received earlier than `before`; say what went."""

    def disconnect(self, addresses: Collection[str]) -> None:
        """End what their mail programs have open now, and nothing else."""


def mail_store() -> MailStore:
    """The store that `MAIL_STORE_URL` names."""
    return _store(settings.MAIL_STORE_URL)


@cache
def _store(url: str) -> MailStore:
    # They import the words above.
    from mailaccounts.store.dovecot_url import store_from
    from mailaccounts.store.maildir import MaildirStore

    kind, _, place = url.partition(":")
    if kind == "dovecot":
        return store_from(url)
    if kind == "maildir" and place.startswith("/"):
        return MaildirStore(place)
    raise ImproperlyConfigured(f"MAIL_STORE_URL: not maildir:/an/absolute/path: {url}")
