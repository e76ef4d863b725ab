"""Pipelines act: each action of each parcel once, however often it is asked for.

What has been carried out is committed in the guard table together with the record of it. A row is
claimed before its action and let go if the action is put off, all in one transaction, so whoever
does the same at the same moment waits and then finds it done. If the process dies in between, the
transaction never was, and the client, which got no reply, sends the message again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from delivery.answering import tell_answerers
from delivery.models import Carried, DeliveryRecord
from delivery.parcel import Outcome, Parcel, Task
from delivery.recording import record_of
from delivery.words import Answer, Forward, Keep, Quarantine, Reply

# Tries each task and says for each key how it ended. Never raises.
Perform = Callable[[Sequence[Task]], dict[bytes, Outcome]]

_VANISHED = Outcome(Reply(451, "4.3.0", "Try again later"))


def carry_out(
    parcels: Sequence[Parcel],
    kind: type[Keep | Forward | Answer | Quarantine],
    perform: Perform,
    now: datetime,
) -> None:
    """Carry out the actions of one kind, and record the parcels that are finished with it.

    After an error of the database it can be called again: what was performed is not repeated.
    """
    tasks = defaultdict(list)
    for parcel in parcels:
        for task in parcel.tasks:
            if isinstance(task.action, kind):
                tasks[task.key].append(task)
    with transaction.atomic():
        mine = Carried.objects.claim(tasks.keys(), now)
        _note(_earlier(tasks.keys() - mine), tasks)
        untried = [
            first for key, (first, *_) in tasks.items() if key in mine and not _is_tried(first)
        ]
        _note(perform(untried), tasks)
        _settle(tasks[key][0] for key in mine)
        finished = [parcel for parcel in parcels if parcel.is_finished and parcel.has_news]
        DeliveryRecord.objects.write([record_of(parcel) for parcel in finished])
        tell_answerers([tasks[key][0] for key in mine], finished, now)


def _is_tried(task: Task) -> bool:
    return task.key in task.parcel.outcomes


def _earlier(keys: set[bytes]) -> dict[bytes, Outcome]:
    """How those ended that were carried out before."""
    if not keys:
        return {}
    refusals = Carried.objects.refusals(keys)
    return dict.fromkeys(keys, _VANISHED) | {
        key: Outcome(Reply.parse(refusal) if refusal else None, was_earlier=True)
        for key, refusal in refusals.items()
    }


def _note(outcomes: dict[bytes, Outcome], tasks: dict[bytes, list[Task]]) -> None:
    """Tell the parcels; the same message from two connections at once is performed for one."""
    for key, outcome in outcomes.items():
        first, *others = tasks[key]
        first.parcel.outcomes.setdefault(key, outcome)
        for task in others:
            task.parcel.outcomes.setdefault(key, replace(outcome, was_earlier=True))


def _settle(tasks: Iterable[Task]) -> None:
    """Let go of what was put off, and remember what was refused for good."""
    put_off, refused = [], []
    for task in tasks:
        outcome = task.parcel.outcomes[task.key]
        if outcome.is_for_now:
            put_off.append(task.key)
        elif outcome.reply:
            refused.append(Carried(key=task.key, refusal=str(outcome.reply)))
    if put_off:
        Carried.objects.filter(key__in=put_off).delete()
    if refused:
        Carried.objects.bulk_update(refused, ["refusal"])
