"""Infected mail: into the quarantine, and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from delivery.parcel import Outcome, Task
from delivery.tasks import notify
from delivery.words import Quarantine as Isolate
from mailaccounts.store import mail_store
from spamfilter.models import Quarantine

_LONGEST_NAME = 200
_LONGEST_ADDRESS = 320


def put_away(tasks: Sequence[Task]) -> dict[bytes, Outcome]:
    """Keep the originals for the staff and tell the owners; in the transaction of who calls."""
    for task in tasks:
        kept = _row(task)
        kept.save(force_insert=True)
        notify.enqueue(
            kept.account_id,
            "virus_found",
            {
                "sender": kept.author or kept.sender,
                "subject": kept.subject,
                "virus": kept.virus,
            },
        )
    return {task.key: Outcome() for task in tasks}


def _row(task: Task) -> Quarantine:
    parcel, action = task.parcel, task.action
    assert isinstance(action, Isolate)  # noqa: S101 - for the type checker
    return Quarantine(
        account=parcel.account,
        received=parcel.received,
        recipient=_storable(parcel.recipient, _LONGEST_ADDRESS),
        sender=_storable(parcel.envelope.sender, _LONGEST_ADDRESS),
        author=parcel.message.sender,
        subject=parcel.message.subject,
        virus=_storable(action.virus, _LONGEST_NAME),
        octets=len(parcel.message.raw),
        message=parcel.copy,
    )


def release(*, quarantined: Quarantine, now: datetime) -> None:
    """Put it into the mailbox after all: kept only, once however often it is asked for.

    Errors: `StoreUnavailable`.
    """
    key = f"quarantine {quarantined.pk}"
    address = quarantined.account.address
    mail_store().deliver(address, bytes(quarantined.message), key=key)
    with transaction.atomic():
        Quarantine.objects.filter(pk=quarantined.pk, released=None).update(released=now)


def _storable(text: str, longest: int) -> str:
    """Text from the wire as PostgreSQL takes it."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")[:longest]
