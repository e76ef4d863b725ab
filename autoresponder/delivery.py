"""The step that answers, and sends on what an autoresponder's request matches."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from autoresponder.etiquette import Incoming, silence
from autoresponder.matching import matching
from autoresponder.models import Autoresponder
from autoresponder.srs import undone
from autoresponder.writing import WRITER
from delivery.words import Answer, Delete, Delivery, Forward, Keep, Reason, Unanswered
from mailaccounts import addresses

_CAME_BACK = Reason(gettext_noop("It has been through this account before."))
_SPAM = Reason(gettext_noop("It is spam."))
_LET_GO = Reason(gettext_noop("No copy is kept: only autoresponders take mail here."))


def answer(delivery: Delivery) -> Delivery:
    """Each autoresponder whose request matches answers, unless etiquette forbids it."""
    answering = delivery.account.auto_reply.answering(delivery.now)
    if not answering:
        return delivery
    matched = matching(answering, delivery.message)
    for one in matched:
        delivery = _forward(delivery, one)
    delivery = _answer(delivery, matched)
    if not any(isinstance(action, Keep | Forward) for action in delivery.actions):
        return delivery.then(Delete(_LET_GO))
    return delivery


def _answer(delivery: Delivery, matched: Sequence[Autoresponder]) -> Delivery:
    if not matched:
        return delivery
    sender = undone(delivery.envelope.sender, delivery.now)
    own = delivery.account.auto_reply.own_addresses()
    why_not = _reason(delivery) or silence(Incoming(delivery.message, sender, own))
    for one in matched:
        by = str(one.pk)
        if why_not:
            delivery = delivery.then(Unanswered(by, WRITER, why_not))
        else:
            because = Reason(gettext_noop("“%(name)s” answers."), {"name": one.name})
            delivery = delivery.then(Answer(sender, by, WRITER, because))
    return delivery


def _reason(delivery: Delivery) -> Reason | None:
    """What the message does not say of itself."""
    if delivery.is_unwanted:
        return _SPAM
    return _CAME_BACK if delivery.findings.came_back else None


def _forward(delivery: Delivery, one: Autoresponder) -> Delivery:
    """As a redirect does: bounces too, with its own envelope sender, and once to each address."""
    address = one.forward_to
    account = delivery.account
    if not address or delivery.findings.came_back or delivery.is_unwanted:
        return delivery
    sent = {t for action in delivery.actions if isinstance(action, Forward) for t in action.targets}
    if address in sent or addresses.without_tag(address) in account.auto_reply.own_addresses():
        return delivery
    return delivery.then(
        Forward(
            targets=(address,),
            sender=delivery.envelope.sender,
            because=Reason(
                gettext_noop("“%(name)s” sends it on to %(address)s."),
                {"name": one.name, "address": address},
            ),
            refusal="The address to which this mail is sent on refused it",
        )
    )
