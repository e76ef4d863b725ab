"""Chains decide: what is to be done with a message for one account, without doing any of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from delivery.message import Message
from delivery.words import Delivery, Envelope, Findings, Plan
from mailaccounts.models import MailAccount

Step = Callable[[Delivery], Delivery]


_NOTHING = Findings()


def decide(
    message: Message,
    envelope: Envelope,
    account: MailAccount,
    recipient: str,
    now: datetime,
    findings: Findings = _NOTHING,
) -> Plan:
    """Ask each step in turn. Writes nothing, sends nothing: it also answers "what would happen?".

    `recipient` is the address in the envelope, by which the account was found; `findings` are what
    the scanners said of the message for this account (`delivery.scanning`).
    """
    delivery = Delivery(message, envelope, account, recipient, now, findings)
    for step in _load(tuple(settings.DELIVERY_STEPS)):
        delivery = step(delivery)
        if delivery.is_stopped:
            break
    return Plan(delivery.actions, delivery.findings)


@cache
def _load(paths: tuple[str, ...]) -> tuple[Step, ...]:
    return tuple(cast(Step, import_string(path)) for path in paths)
