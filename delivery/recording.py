"""What the message log says of a parcel."""

from __future__ import annotations

from typing import Any

from delivery.models import DeliveryRecord
from delivery.parcel import Parcel
from delivery.words import (
    Action,
    Delete,
    Mark,
    Note,
    Quarantine,
    Refuse,
    Rule,
    SpamScore,
    Unanswered,
)

_Outcome = DeliveryRecord.Outcome
_LONGEST = 320
_MOST_RULES = 40


def record_of(parcel: Parcel) -> DeliveryRecord:
    """The record of a parcel for which everything was tried."""
    message = parcel.message
    spam = parcel.plan.findings.spam
    score = spam if isinstance(spam, SpamScore) else None
    return DeliveryRecord(
        received=parcel.received,
        account=parcel.account,
        recipient=_storable(parcel.recipient),
        sender=_storable(parcel.envelope.sender),
        message_id=message.message_id,
        author=message.sender,
        subject=message.subject,
        octets=len(message.raw),
        outcome=_outcome(parcel),
        actions=[_entry(parcel, action) for action in parcel.plan.actions],
        score=score.points if score else None,
        rules=[_rule(rule) for rule in score.rules[:_MOST_RULES]] if score else [],
    )


def _outcome(parcel: Parcel) -> str:
    if any(outcome.is_for_now for outcome in parcel.outcomes.values()):
        return _Outcome.DEFERRED
    if not parcel.reply.is_success:
        return _Outcome.REFUSED
    if all(isinstance(action, Delete | Unanswered) for action in parcel.plan.actions):
        return _Outcome.DELETED
    if any(isinstance(action, Quarantine) for action in parcel.plan.actions):
        return _Outcome.QUARANTINED
    return _Outcome.DELIVERED


def _entry(parcel: Parcel, action: Action) -> dict[str, Any]:
    """One action: what, why, to how many it was done, and where it failed with which reply."""
    entry: dict[str, Any] = {
        "name": action.name,
        "because": action.because.msgid,
        "params": dict(action.because.params),
    }
    if isinstance(action, Refuse):
        return entry | {"done": 0, "failed": [{"target": "", "reply": str(action.reply)}]}
    ends = [
        (task.target, parcel.outcomes[task.key]) for task in parcel.tasks if task.action is action
    ]
    omitted = [outcome.omitted for _target, outcome in ends if outcome.omitted]
    if omitted:  # known only when it was carried out
        (reason,) = omitted
        because = {"because": reason.msgid, "params": dict(reason.params)}
        return entry | because | {"done": 0, "failed": []}
    failed = [
        {"target": target, "reply": _storable(str(outcome.reply))}
        for target, outcome in ends
        if outcome.reply
    ]
    return entry | {
        "done": max(len(ends), isinstance(action, Delete | Note | Mark)) - len(failed),
        "failed": failed,
    }


def _rule(rule: Rule) -> dict[str, str | float]:
    return {"name": rule.name, "points": float(rule.points), "says": _storable(rule.says)}


def _storable(text: str) -> str:
    """Text from the wire as PostgreSQL takes it."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")[:_LONGEST]
