"""Answers to messages: a service above decides, limits and writes them; here they are sent."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext_noop

from delivery.parcel import Outcome, Parcel, Task
from delivery.performers import unforeseen
from delivery.relay import Relay
from delivery.words import Answer, Reason, Unanswered

logger = logging.getLogger(__name__)

_REFUSED = Reason(gettext_noop("The mail server of the sender’s side refused the answer."))


@dataclass(frozen=True)
class Ending:
    """What came of an answer: sent, or not, and why."""

    parcel: Parcel
    action: Answer | Unanswered
    is_answered: bool
    because: Reason


class Answerer(Protocol):
    """A service that answers. All of it runs inside the transaction that commits the answers."""

    def admit(self, tasks: Sequence[Task], now: datetime) -> dict[bytes, Reason]:
        """Which of these its limits do not allow, by key, and why.

        What counts for the limits stays locked until the transaction ends.
        """

    def write(self, task: Task, now: datetime) -> Sequence[bytes]:
        """The answer as it is sent, in pieces that begin at a line each."""

    def note(self, endings: Sequence[Ending], now: datetime) -> None:
        """Count what was sent, and remember what was not, for the owner."""


class Responder:
    """Sends answers to the relay, from the null sender (RFC 3834 section 3.3). Never raises."""

    def __init__(self, relay: Relay, now: datetime) -> None:
        self._relay = relay
        self._now = now

    def __call__(self, tasks: Sequence[Task]) -> dict[bytes, Outcome]:
        outcomes: dict[bytes, Outcome] = {}
        for answerer, some in _by_answerer(tasks).items():
            forbidden = answerer.admit(some, self._now)
            for task in some:
                reason = forbidden.get(task.key)
                outcomes[task.key] = Outcome(omitted=reason) if reason else self._send(task)
        return outcomes

    def _send(self, task: Task) -> Outcome:
        try:
            letter = _answer(task).answerer.write(task, self._now)
            smtputf8 = not task.target.isascii()
            (reply,) = self._relay.send("", [task.target], letter, smtputf8=smtputf8)
        except Exception:  # noqa: BLE001 - one bad message must not stop its neighbours
            reply = unforeseen("Answering")
        if reply.is_success:
            return Outcome()
        said = ascii(str(reply))[1:-1]  # what another host said stays on its line
        logger.warning("Not answered for %s: %s", task.parcel.account.address, said)
        return Outcome(reply)


def tell_answerers(tasks: Iterable[Task], parcels: Iterable[Parcel], now: datetime) -> None:
    """Say what came of answers that are committed now, and of parcels that are finished now."""
    endings: dict[Answerer, list[Ending]] = defaultdict(list)
    for ending in (*_of_tasks(tasks), *_of_parcels(parcels)):
        endings[ending.action.answerer].append(ending)
    for answerer, some in endings.items():
        answerer.note(some, now)


def _of_tasks(tasks: Iterable[Task]) -> Iterator[Ending]:
    """Nothing of what is only put off."""
    for task in tasks:
        outcome = task.parcel.outcomes[task.key]
        if isinstance(task.action, Answer) and not outcome.is_for_now:
            reason = outcome.omitted or (None if outcome.is_done else _REFUSED)
            because = reason or task.action.because
            yield Ending(task.parcel, task.action, reason is None, because)


def _of_parcels(parcels: Iterable[Parcel]) -> Iterator[Ending]:
    for parcel in parcels:
        for action in parcel.plan.actions if parcel.is_first else ():
            if isinstance(action, Unanswered):
                yield Ending(parcel, action, False, action.because)


def _by_answerer(tasks: Sequence[Task]) -> dict[Answerer, list[Task]]:
    by_answerer: dict[Answerer, list[Task]] = defaultdict(list)
    for task in tasks:
        by_answerer[_answer(task).answerer].append(task)
    return by_answerer


def _answer(task: Task) -> Answer:
    assert isinstance(task.action, Answer)  # noqa: S101 - for the type checker
    return task.action
