"""Messages with all their recipients, from the edge's call to the replies."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import connection

from delivery.decide import decide
from delivery.message import Message
from delivery.parcel import Parcel
from delivery.performers import unforeseen
from delivery.steps import UNKNOWN
from delivery.words import Answer, Envelope, Findings, Forward, Reply
from mailaccounts.models import MailAccount

T = TypeVar("T")
logger = logging.getLogger(__name__)

UNAVAILABLE = Reply(451, "4.3.0", "Temporarily unavailable, try again later")


@dataclass(eq=False)
class Job:
    """One message with its recipients; all of them have a reply in the end."""

    envelope: Envelope
    recipients: Sequence[str]
    message: Message
    # Whose the recipients are; `None` until it was asked.
    accounts: dict[str, MailAccount] | None = None
    # What scanners found, by account; `None` until they looked.
    known: dict[int, Findings] | None = None
    # They have to look before anything else is done.
    is_to_be_scanned: bool = False
    parcels: dict[str, Parcel] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)

    def address(self, now: datetime) -> None:
        """Make a parcel for each account. Two addresses of one account share it, and its reply."""
        accounts = self.accounts or {}
        by_account: dict[int, Parcel] = {}
        for recipient in self.recipients:
            account = accounts.get(recipient)
            if account is None:
                self.replies[recipient] = UNKNOWN
                continue
            try:
                if account.pk not in by_account:
                    by_account[account.pk] = self._parcel(account, recipient, now)
                self.parcels[recipient] = by_account[account.pk]
            except Exception:  # noqa: BLE001 - for this recipient alone
                self.replies[recipient] = unforeseen("Deciding")

    def _parcel(self, account: MailAccount, recipient: str, now: datetime) -> Parcel:
        findings = (self.known or {}).get(account.pk, Findings())
        plan = decide(self.message, self.envelope, account, recipient, now, findings)
        return Parcel(self.message, self.envelope, account, recipient, now, plan)

    @property
    def outgoing(self) -> list[Parcel]:
        """The parcels that have something to send on."""
        return [
            parcel
            for parcel in dict.fromkeys(self.parcels.values())
            if parcel.failure is None and (parcel.of(Forward) or parcel.of(Answer))
        ]

    def answer(self) -> list[Reply]:
        """One reply for each recipient, in their order."""
        return [
            self.replies.get(recipient) or self.parcels[recipient].reply
            for recipient in self.recipients
        ]


def find_accounts(jobs: Sequence[Job], find: Callable[[set[str]], dict[str, MailAccount]]) -> None:
    """Find the accounts of all recipients at once; where that fails, everybody has a reply."""
    asking = [job for job in jobs if job.accounts is None]
    recipients = {recipient for job in asking for recipient in job.recipients}
    if not recipients:
        return
    try:
        accounts = with_database(lambda: find(recipients))
    except DatabaseError as error:
        logger.error("Looking up recipients: %s", error)
        for job in asking:
            job.replies = dict.fromkeys(job.recipients, UNAVAILABLE)
        return
    for job in asking:
        job.accounts = {name: accounts[name] for name in job.recipients if name in accounts}


def with_database(work: Callable[[], T]) -> T:
    """Do it, on a new connection if the one that was kept has died."""
    try:
        return work()
    except DatabaseError:
        connection.close()
        return work()


def carry(parcels: Sequence[Parcel], work: Callable[[Sequence[Parcel]], None]) -> None:
    """Work on all of them together; if that fails, on each alone, so that one cannot harm others.

    `work` can be called again for what it has begun. What still fails is put off.
    """
    if not parcels:
        return
    try:
        work(parcels)
    except Exception as error:  # noqa: BLE001 - each is tried alone below, and then logged
        logger.warning("A batch of %d failed, trying each alone: %s", len(parcels), error)
        connection.close()
        for parcel in parcels:
            _carry_one(parcel, work)


def _carry_one(parcel: Parcel, work: Callable[[Sequence[Parcel]], None]) -> None:
    try:
        work([parcel])
    except Exception:  # noqa: BLE001 - put off, with a reference to the log
        connection.close()
        parcel.failure = unforeseen("Delivery")
