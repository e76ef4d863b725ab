"""The newest letter in the mailbox, for the preview: what an answer to it would be.

Asked for only when somebody wants to see it, for the mail store may take its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from autoresponder.composing import Question
from autoresponder.etiquette import Incoming, silence
from autoresponder.matching import matching
from autoresponder.models import Autoresponder
from autoresponder.srs import undone
from delivery.message import Message
from delivery.words import Reason
from mailaccounts.models import MailAccount
from mailaccounts.store import mail_store

# Among so many a letter is looked for that would be answered.
LOOKED_AT = 10
# Of each: words further down are not looked for here.
_OCTETS = 64 * 1024
_OTHER_WORDS = Reason(gettext_noop("Its request does not match."))
_SPAM = Reason(gettext_noop("It is spam."))


@dataclass(frozen=True)
class Letter:
    """A letter that came. `why_not` says why it would not be answered; `None` when it would."""

    question: Question
    author: str
    subject: str
    why_not: Reason | None


def newest(one: Autoresponder, account: MailAccount, now: datetime) -> Letter | None:
    """The newest of the inbox that would be answered; without one, the newest; `None` in an empty
    inbox. Errors: `StoreUnavailable`.
    """
    store = mail_store()
    listed = [line.id for line in store.list(account.address, per_page=LOOKED_AT).messages]
    contents = store.fetch_many(account.address, listed, octets=_OCTETS)
    own = account.auto_reply.own_addresses()
    letters = (
        _letter(one, account, Incoming(message, undone(_return_path(message), now), own))
        for message in (Message(contents[name]) for name in listed if name in contents)
    )
    first = None
    for letter in letters:
        if letter.why_not is None:
            return letter
        first = first or letter
    return first


def _letter(one: Autoresponder, account: MailAccount, incoming: Incoming) -> Letter:
    message = incoming.message
    named = sorted(incoming.own & incoming.names(b"to", b"cc"))
    written_to = account.address if account.address in named or not named else named[0]
    return Letter(
        Question.of(message, incoming.sender, written_to),
        message.sender or incoming.sender,
        message.subject,
        _why_not(one, incoming),
    )


def _why_not(one: Autoresponder, incoming: Incoming) -> Reason | None:
    if incoming.says(b"x-spam-flag") == ["yes"]:
        return _SPAM
    return silence(incoming) or (None if matching([one], incoming.message) else _OTHER_WORDS)


def _return_path(message: Message) -> str:
    """The envelope sender, as whoever kept the message wrote it down."""
    values = message.values(b"return-path")
    return values[0].decode(errors="replace").strip("<> ") if values else ""
