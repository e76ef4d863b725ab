"""Autoresponders of the demo, and what came of the messages that they matched."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from autoresponder.actions import add_attachment
from autoresponder.models import AnswerEvent, Autoresponder
from mailaccounts.models import MailAccount
from panel.demo.letters import pdf

_HTML = (
    "<p>Good day,</p><p>thank you for your order. We have it, and it leaves within"
    " <b>two working days</b>.</p><p>Your garden is in good hands.</p>"
)
_AWAY = (
    "Good day,\n\nI am away and read mail now and then. You wrote to me on {date} about"
    " “{subject}”;\nyou have my answer when I am back.\n\nKind regards\nAnna Smith\n"
)
_LIST = gettext_noop("It came over a mailing list, or is a newsletter.")
_REPORT = gettext_noop("It is a report on a message, such as a receipt or a failed delivery.")
_ANSWERED = gettext_noop("“%(name)s” answers.")
_EVENTS = (
    ("florence@far.example", True, _ANSWERED),
    ("news@garden-shop.example", False, _LIST),
    ("oliver@elsewhere.example", True, _ANSWERED),
    ("", False, _REPORT),
)


def furnish_answers(account: MailAccount, now: datetime) -> None:
    """One that is on, one that is a template, a file of the pool, and a little history."""
    service = account.auto_reply
    service.switch(on=True)
    orders = Autoresponder.objects.create(
        service=service,
        name="Orders",
        request=Autoresponder.Request.SUBJECT,
        words="order\nBestellung\ncommande",
        subject="Your order: {subject}",
        text=_HTML,
        format=Autoresponder.Format.HTML,
        answers=sum(answered for _, answered, _ in _EVENTS),
    )
    orders.attachments.add(
        add_attachment(service=service, name="price list.pdf", octets=pdf("Price list"))
    )
    Autoresponder.objects.create(
        service=service,
        name="On holiday",
        enabled=False,
        starts=now.date() + timedelta(days=7),
        ends=now.date() + timedelta(days=21),
        text=_AWAY,
    )
    AnswerEvent.objects.bulk_create(
        AnswerEvent(
            autoresponder=orders,
            at=now - timedelta(hours=5 * number + 2),
            address=address,
            is_answered=answered,
            because=because,
            params={"name": orders.name} if answered else {},
        )
        for number, (address, answered, because) in enumerate(_EVENTS)
    )
