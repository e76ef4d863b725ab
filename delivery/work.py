"""The synchronous half of the engine: what its lanes do with what came in, as one batch each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseError
from django.utils import timezone

from delivery.answering import Responder
from delivery.carry_out import carry_out
from delivery.fullness import have_looked_at
from delivery.job import UNAVAILABLE, Job, address_all, carry, with_database
from delivery.memory import Memory
from delivery.performers import Keeper, Sender
from delivery.relay import Relay
from delivery.steps import UNKNOWN, refusal
from delivery.words import Answer, Forward, Keep, Reply
from mailaccounts.models import MailAccount
from mailaccounts.store import MailStore

logger = logging.getLogger(__name__)

_ACCEPTED = Reply(250, "2.1.5", "Recipient accepted")


@dataclass(eq=False)
class Question:
    """Whether mail to each of these is accepted."""

    recipients: Sequence[str]
    replies: Sequence[Reply] = ()


class Work:
    """Each method takes a batch; one bad message does not harm the others of its batch."""

    def __init__(self, store: MailStore, relay: Relay, disk: Executor, answers: Relay) -> None:
        self._keeper = Keeper(store, disk)
        self._sender = Sender(relay)
        self._answers = answers
        self._memory = Memory()

    def look_up(self, questions: Sequence[Question]) -> None:
        """Answer all in one query."""
        recipients = {recipient for question in questions for recipient in question.recipients}
        try:
            accounts = with_database(lambda: self._memory.look_up(recipients))
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

    def keep(self, jobs: Sequence[Job]) -> None:
        """Facts, decisions, and what is kept."""
        now = timezone.now()
        address_all(jobs, self._memory.recall, now)
        parcels = list(dict.fromkeys(parcel for job in jobs for parcel in job.parcels.values()))
        carry(parcels, lambda some: carry_out(some, Keep, self._keeper, now))
        self._keeper.confirm(parcels)
        have_looked_at(self._keeper.fullness.take())

    def send_on(self, jobs: Sequence[Job]) -> None:
        """What leaves: first what is sent on, then the answers."""
        now = timezone.now()
        parcels = [parcel for job in jobs for parcel in job.outgoing]
        forwards = [parcel for parcel in parcels if parcel.of(Forward)]
        carry(forwards, lambda some: carry_out(some, Forward, self._sender, now))
        answered = [parcel for parcel in parcels if not parcel.failure and parcel.of(Answer)]
        responder = Responder(self._answers, now)
        carry(answered, lambda some: carry_out(some, Answer, responder, now))


def _accepts(account: MailAccount | None, now: datetime) -> Reply:
    if account is None:
        return UNKNOWN
    refuse = refusal(account, now)
    return refuse.reply if refuse else _ACCEPTED
