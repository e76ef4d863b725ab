"""Who answers: holds the limits, writes the answers, and remembers whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_noop

from autoresponder import memory
from autoresponder.addresses import one_spelling
from autoresponder.composing import File, Question, Setting, compose
from autoresponder.models import AnswerEvent, AttachmentContent, Autoresponder
from autoresponder.srs import undone
from delivery.answering import Ending
from delivery.parcel import Parcel, Task
from delivery.recipients import stored_form
from delivery.words import Answer, Reason

_LONGEST = 320
_GONE = Reason(gettext_noop("The autoresponder has been removed."))
_ENOUGH = gettext_noop("This address has had its answers for today: %(times)d.")
_TOO_FAST = gettext_noop("The account has reached the server’s limit of %(limit)d answers an hour.")


class Writer:
    """The answerer of this app; see `delivery.answering.Answerer`."""

    def admit(self, tasks: Sequence[Task], now: datetime) -> dict[bytes, Reason]:
        """Lock the accounts, then look at what they have answered so far."""
        paces = memory.lock_paces({task.parcel.account.pk for task in tasks})
        pairs = {task.key: (_by(task), one_spelling(task.target)) for task in tasks}
        known = memory.recall(pairs.values())
        here: Counter[tuple[int, str]] = Counter()
        hours: Counter[int] = Counter()
        forbidden = {}
        for task in tasks:
            pair, account = pairs[task.key], task.parcel.account
            spent = hours[account.pk] + paces[account.pk].since(now - memory.HOUR)
            answered = known.get(pair)
            reason = None
            if answered is None:
                reason = _GONE
            elif answered.times(account.auto_reply.today(now)) + here[pair] >= answered.limit:
                reason = Reason(_ENOUGH, {"times": answered.limit})
            elif spent >= settings.ANSWERS_AN_HOUR:
                reason = Reason(_TOO_FAST, {"limit": settings.ANSWERS_AN_HOUR})
            if reason:
                forbidden[task.key] = reason
            else:
                here[pair] += 1
                hours[account.pk] += 1
        return forbidden

    def write(self, task: Task, now: datetime) -> Sequence[bytes]:
        """The same message answered again, after a crash, makes an answer of the same name."""
        parcel = task.parcel
        service = parcel.account.auto_reply
        (one,) = (one for one in service.answering(parcel.received) if one.pk == _by(task))
        question = Question.of(parcel.message, task.target, written_to(parcel))
        name = f"<{task.key.hex()[:32]}.answer@{settings.MAIL_HOST}>"
        setting = Setting(now, service.zone, parcel.account.language, name)
        return compose(one, question, files_of(one), setting)

    def note(self, endings: Sequence[Ending], now: datetime) -> None:
        events = [_event(ending) for ending in endings]
        sent = [ending for ending in endings if ending.is_answered]
        if sent:
            by_account = Counter(ending.parcel.account.pk for ending in sent)
            counted = Counter(_remembered(ending, now) for ending in sent)
            memory.remember(counted, by_account, events, now)
        else:
            memory.log(events, now)


def _event(ending: Ending) -> AnswerEvent:
    """What the owner is told of it; the time is that of the whole transaction."""
    return AnswerEvent(
        autoresponder_id=int(ending.action.by),
        address=_shown(undone(ending.parcel.envelope.sender, ending.parcel.received)),
        is_answered=ending.is_answered,
        because=ending.because.msgid,
        params=dict(ending.because.params),
    )


def _remembered(ending: Ending, now: datetime) -> memory.Remembered:
    """Which autoresponder answered whom on which day of the account: the one it was admitted on."""
    assert isinstance(ending.action, Answer)  # noqa: S101 - for the type checker
    today = ending.parcel.account.auto_reply.today(now)
    return int(ending.action.by), one_spelling(ending.action.target), today


def written_to(parcel: Parcel) -> str:
    """The account's address, or its alias where the message was sent to that."""
    name = stored_form(parcel.recipient)
    own = parcel.account.auto_reply.own_addresses()
    return name if name in own else parcel.account.address


def files_of(one: Autoresponder) -> list[File]:
    """What it attaches, read now: no message waits with files in memory."""
    if one.file_ids == []:
        return []
    contents = AttachmentContent.objects.filter(attachment__autoresponders=one)
    return [
        File(content.attachment.name, content.attachment.content_type, bytes(content.octets))
        for content in contents.select_related("attachment").order_by("attachment__name")
    ]


def _by(task: Task) -> int:
    assert isinstance(task.action, Answer)  # noqa: S101 - for the type checker
    return int(task.action.by)


def _shown(sender: str) -> str:
    """An address from the wire as PostgreSQL takes it."""
    return sender.encode(errors="replace").decode().replace("\0", "\ufffd")[:_LONGEST]


WRITER = Writer()
