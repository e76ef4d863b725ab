"""The engine: what the edge asks, from its event loop, about recipients and messages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseError
from django.utils import timezone

from delivery.carry_out import carry_out
from delivery.job import UNAVAILABLE, Job, address_all, carry, with_database
from delivery.lane import Lane
from delivery.message import Message
from delivery.parcel import Parcel
from delivery.performers import Keeper, Sender
from delivery.recipients import find_accounts
from delivery.relay import Relay, relay
from delivery.steps import UNKNOWN, refusal
from delivery.words import Envelope, Forward, Keep, Reply
from mailaccounts.models import MailAccount
from mailaccounts.store import MailStore, mail_store

logger = logging.getLogger(__name__)

_BUSY = Reply(452, "4.3.2", "Too much mail at once, try again later")
_FAILED = Reply(451, "4.3.0", "Temporary failure, try again later")
_ACCEPTED = Reply(250, "2.1.5", "Recipient accepted")


@dataclass(frozen=True)
class Limits:
    """How much one process takes on at once."""

    # Of messages in memory; one more is always taken when there is none.
    octets_in_flight: int = 200 * 1024 * 1024
    batch: int = 64
    keeping_threads: int = 2
    sending_threads: int = 8


@dataclass(eq=False)
class _Question:
    recipients: Sequence[str]
    replies: Sequence[Reply] = ()


class Engine:
    """Looks recipients up and delivers messages; every answer is a reply for the client.

    Three lanes, so that none waits for another: looking up, keeping, sending on. A relay that
    stalls holds up only what is to be sent on.
    """

    def __init__(
        self,
        store: MailStore | None = None,
        relay_: Relay | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._store = store or mail_store()
        self._relay = relay_ or relay()
        self._limits = limits or Limits()
        self._octets = 0

    def start(self) -> None:
        """Begin; called in the process and the event loop that will use it, after any fork."""
        limits = self._limits
        self._disk = ThreadPoolExecutor(8, thread_name_prefix="disk")
        self._keeper = Keeper(self._store, self._disk)
        self._sender = Sender(self._relay)
        self._asking = Lane("asking", _answer, threads=1, batch=limits.batch)
        self._keeping = Lane(
            "keeping", self._keep, threads=limits.keeping_threads, batch=limits.batch
        )
        self._sending = Lane(
            "sending", self._send_on, threads=limits.sending_threads, batch=limits.batch
        )

    async def stop(self) -> None:
        """Finish what was begun and let go of all connections."""
        for lane in (self._asking, self._keeping, self._sending):
            await lane.stop()
        self._disk.shutdown()
        self._relay.close()

    async def look_up(self, recipients: list[str]) -> list[Reply]:
        """At RCPT time: whether mail to each is accepted (250, 4xx or 5xx). Never raises."""
        question = _Question(recipients)
        try:
            await self._asking.put(question)
        except Exception:
            logger.exception("Looking up recipients failed")
            return [_FAILED] * len(recipients)
        return list(question.replies)

    async def deliver(
        self, envelope: Envelope, recipients: list[str], message: bytes
    ) -> list[Reply]:
        """One reply for each recipient, when all is on disk or refused. Never raises.

        `message` is what the client sent, dot-stuffing undone; the edge's own `Received:` field
        comes in `envelope.trace`.
        """
        if self._octets and self._octets + len(message) > self._limits.octets_in_flight:
            return [_BUSY] * len(recipients)
        job = Job(envelope, recipients, Message(message))
        self._octets += len(message)
        try:
            await self._keeping.put(job)
            if _outgoing(job):
                await self._sending.put(job)
            return job.answer()
        except Exception:
            logger.exception("Delivery failed")
            return [_FAILED] * len(recipients)
        finally:
            self._octets -= len(message)

    def _keep(self, jobs: Sequence[Job]) -> None:
        """In the lane of keeping: facts, decisions, and what is kept."""
        now = timezone.now()
        address_all(jobs, now)
        parcels = list(dict.fromkeys(parcel for job in jobs for parcel in job.parcels.values()))
        carry(parcels, lambda some: carry_out(some, Keep, self._keeper, now))
        self._keeper.confirm(parcels)

    def _send_on(self, jobs: Sequence[Job]) -> None:
        """In the lane of sending on: what leaves."""
        now = timezone.now()
        parcels = [parcel for job in jobs for parcel in _outgoing(job)]
        carry(parcels, lambda some: carry_out(some, Forward, self._sender, now))


def _outgoing(job: Job) -> list[Parcel]:
    """The parcels that have something to send on."""
    return [
        parcel
        for parcel in dict.fromkeys(job.parcels.values())
        if parcel.failure is None and parcel.of(Forward)
    ]


def _answer(questions: Sequence[_Question]) -> None:
    """In the lane of looking up: all that is asked meanwhile, in one query."""
    recipients = {recipient for question in questions for recipient in question.recipients}
    try:
        accounts = with_database(lambda: find_accounts(recipients))
    except DatabaseError as error:
        logger.error("Looking up recipients: %s", error)
        for question in questions:
            question.replies = [UNAVAILABLE] * len(question.recipients)
        return
    now = timezone.now()
    for question in questions:
        question.replies = [
            _accepts(accounts.get(recipient), now) for recipient in question.recipients
        ]


def _accepts(account: MailAccount | None, now: datetime) -> Reply:
    if account is None:
        return UNKNOWN
    refuse = refusal(account, now)
    return refuse.reply if refuse else _ACCEPTED
