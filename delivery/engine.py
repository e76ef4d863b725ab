"""The engine: what the edge asks, from its event loop, about recipients and messages."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from delivery.job import Job
from delivery.lane import Lane
from delivery.message import Message
from delivery.relay import Relay, answer_relay, relay
from delivery.words import Envelope, Reply
from delivery.work import Question, Work
from mailaccounts.store import MailStore, mail_store

logger = logging.getLogger(__name__)

_FAILED = Reply(451, "4.3.0", "Temporary failure, try again later")


@dataclass(frozen=True)
class Limits:
    """How much one process takes on at once."""

    batch: int = 64
    # One: while its disk and its database work, the next batch gathers; another process computes.
    keeping_threads: int = 1
    # Each waits for one message's scanners.
    scanning_threads: int = 8
    sending_threads: int = 8


class Engine:
    """Looks recipients up and delivers messages; every answer is a reply for the client.

    Four lanes, so that none waits for another: looking up, scanning, keeping, sending on. A relay
    that stalls holds up only what is to be sent on, a scanner only what it is to look at.
    """

    def __init__(
        self,
        store: MailStore | None = None,
        relay_: Relay | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._store = store or mail_store()
        self._relay = relay_ or relay()
        self._answers = relay_ or answer_relay()
        self._limits = limits or Limits()

    def start(self) -> None:
        """Begin; called in the process and the event loop that will use it, after any fork."""
        limits = self._limits
        self._disk = ThreadPoolExecutor(8, thread_name_prefix="disk")
        self._work = work = Work(self._store, self._relay, self._disk, self._answers)
        self._asking = Lane("asking", work.look_up, threads=1, batch=limits.batch)
        self._keeping = Lane(
            "keeping", work.keep, threads=limits.keeping_threads, batch=limits.batch
        )
        self._scanning = Lane("scanning", work.scan, threads=limits.scanning_threads, batch=1)
        self._sending = Lane(
            "sending", work.send_on, threads=limits.sending_threads, batch=limits.batch
        )

    async def stop(self) -> None:
        """Finish what was begun and let go of all connections."""
        for lane in (self._asking, self._scanning, self._keeping, self._sending):
            await lane.stop()
        self._disk.shutdown()
        self._work.close()
        self._relay.close()
        self._answers.close()

    async def look_up(self, recipients: list[str]) -> list[Reply]:
        """At RCPT time: whether mail to each is accepted (250, 4xx or 5xx). Never raises."""
        question = Question(recipients)
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
        job = Job(envelope, recipients, Message(message))
        try:
            await self._keeping.put(job)
            if job.is_to_be_scanned:
                await self._scanning.put(job)
                await self._keeping.put(job)
            if job.outgoing:
                await self._sending.put(job)
            return job.answer()
        except Exception:
            logger.exception("Delivery failed")
            return [_FAILED] * len(recipients)
