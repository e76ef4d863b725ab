"""The synchronous half of the engine: what its lanes do with what came in, as one batch each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from django.utils.module_loading import import_string

from delivery.answering import Responder
from delivery.carry_out import Perform, carry_out
from delivery.fullness import have_looked_at
from delivery.job import UNAVAILABLE, Job, carry, find_accounts, with_database
from delivery.memory import Memory
from delivery.parcel import Parcel
from delivery.performers import Keeper, Sender
from delivery.relay import Relay
from delivery.scanning import Scanners
from delivery.steps import UNKNOWN, refusal
from delivery.words import Answer, Forward, Keep, Quarantine, Reply
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
        self._isolate = cast(Perform, import_string(settings.DELIVERY_QUARANTINE))
        self._scanners = Scanners()
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
        """Facts, decisions, and what is kept; not yet what scanners have to look at first."""
        now = timezone.now()
        find_accounts(jobs, self._memory.recall)
        for job in jobs:
            job.is_to_be_scanned = self._are_to_scan(job)
        ready = [job for job in jobs if job.accounts is not None and not job.is_to_be_scanned]
        for job in ready:
            job.address(now)
        parcels = list(dict.fromkeys(parcel for job in ready for parcel in job.parcels.values()))
        infected = [parcel for parcel in parcels if parcel.of(Quarantine)]
        others = [parcel for parcel in parcels if parcel not in infected]
        carry(infected, lambda some: self._put_away(some, now))
        carry(others, lambda some: carry_out(some, Keep, self._keeper, now))
        self._keeper.confirm(others)
        have_looked_at(self._keeper.fullness.take())

    def scan(self, jobs: Sequence[Job]) -> None:
        """Look into what `keep` has left."""
        for job in jobs:
            accounts = {account.pk: account for account in (job.accounts or {}).values()}
            job.known = self._scanners.look(job.message, job.envelope, accounts.values())

    def close(self) -> None:
        """Let go of what is kept open."""
        self._scanners.close()

    def _are_to_scan(self, job: Job) -> bool:
        if job.known is not None or job.accounts is None:
            return False
        return any(self._scanners.are_wanted_by(account) for account in job.accounts.values())

    def _put_away(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Into the database: what an earlier try has done went with its transaction."""
        for parcel in parcels:
            parcel.outcomes.clear()
        carry_out(parcels, Quarantine, self._isolate, now)

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
