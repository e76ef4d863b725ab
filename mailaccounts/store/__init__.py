"""Where mailboxes are: one interface, one kind for each place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class StoreUnavailable(Exception):
    """The store does not answer or cannot write now; the same call may succeed later."""


class StoreFull(StoreUnavailable):
    """There is no space left for the message."""


@dataclass(frozen=True)
class Usage:
    """How much a mailbox holds: number of messages, and bytes."""

    messages: int = 0
    octets: int = 0


@dataclass(frozen=True)
class MessageSummary:
    """One line of a list of messages. `id` is opaque: it is good for `fetch` alone."""

    id: str
    subject: str
    sender: str
    received: datetime
    octets: int


@dataclass(frozen=True)
class MessagePage:
    """One page of a list, newest first, and how many messages there are in all."""

    messages: tuple[MessageSummary, ...]
    total: int


class MailStore(Protocol):
    """A mailbox is named by its account's address, as stored. Errors: `StoreUnavailable`."""

    def deliver(self, address: str, message: bytes, *, key: str) -> None:
        """Keep a message in the inbox, on disk before this returns.

        `key` names the message and its envelope recipient; keeping the same key twice keeps one.
        """

    def list(
        self, address: str, *, search: str = "", page: int = 1, per_page: int = 50
    ) -> MessagePage:
        """The inbox, newest first; `search` looks into subjects and senders."""

    def fetch(self, address: str, message_id: str) -> bytes:
        """One whole message; `KeyError` when it is gone."""

    def usage(self, address: str) -> Usage:
        """How much all folders of the mailbox hold; nothing for a mailbox that never was."""

    def delete_all(self, address: str, *, before: datetime | None = None) -> Usage:
        """Delete all messages, or those received earlier than `before`; say what went."""
