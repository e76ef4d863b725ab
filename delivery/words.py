"""The words of mail in flight: what came, for whom, what is to be done with it, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext

from delivery.message import Message
from mailaccounts.models import MailAccount
from mailaccounts.smtp.reply import Reply as Reply  # one of the words
from mailaccounts.store import INBOX

# What the copy in the mailbox is made of: the message as the client sent it.
Rewrite = Callable[[bytes], bytes]

if TYPE_CHECKING:
    from delivery.answering import Answerer


@dataclass(frozen=True)
class Envelope:
    """What the client said besides the message; the recipients come one by one.

    `sender` is empty for the null sender. `trace` is the `Received:` field of the transaction, with
    its CRLF: it goes above the message wherever that goes, and is not part of what a client that
    sends a message again repeats.
    """

    sender: str
    peer: str = ""
    helo: str = ""
    protocol: str = "LMTP"
    smtputf8: bool = False
    trace: bytes = b""

    @property
    def return_path(self) -> bytes:
        """The field that tells the sender at final delivery (RFC 5321 section 4.4)."""
        return f"Return-Path: <{self.sender}>\r\n".encode(errors="surrogateescape")


@dataclass(frozen=True)
class Reason:
    """Why something is done: an English msgid and its parameters, read in the reader's language."""

    msgid: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.msgid) % self.params if self.params else gettext(self.msgid)


@dataclass(frozen=True)
class Keep:
    """Put it into the account's mailbox."""

    name: ClassVar[str] = "keep"
    because: Reason


@dataclass(frozen=True)
class Forward:
    """Send it on, as received, to other addresses, each of which gets it once."""

    name: ClassVar[str] = "forward"
    targets: tuple[str, ...]
    sender: str
    because: Reason
    # What the sender of the message is told when nobody took it: never an address.
    refusal: str


@dataclass(frozen=True)
class Note:
    """Write into the copy that is kept what a scanner found."""

    name: ClassVar[str] = "note"
    because: Reason
    rewrite: Rewrite


@dataclass(frozen=True)
class Mark:
    """It is unwanted: write so into the copy that is kept; nobody else gets one, or an answer."""

    name: ClassVar[str] = "mark"
    because: Reason
    rewrite: Rewrite
    folder: str = INBOX


@dataclass(frozen=True)
class Quarantine:
    """Put it where only the staff can look at it."""

    name: ClassVar[str] = "quarantine"
    because: Reason
    virus: str


@dataclass(frozen=True)
class Delete:
    """Accept it and let it go; only the record remains."""

    name: ClassVar[str] = "delete"
    because: Reason


@dataclass(frozen=True)
class Omit:
    """Leave out what a service would have done; only the record says so, and maybe the copy."""

    name: ClassVar[str] = "omit"
    because: Reason
    rewrite: Rewrite | None = None


@dataclass(frozen=True)
class Answer:
    """Have a service answer whoever sent it; `by` names which of its answers it is.

    Whether its limits allow the answer, the service says when it is carried out.
    """

    name: ClassVar[str] = "answer"
    target: str
    by: str
    answerer: Answerer
    because: Reason


@dataclass(frozen=True)
class Unanswered:
    """Leave it unanswered; the record says so, and the service notes it for its owner."""

    name: ClassVar[str] = "unanswered"
    by: str
    answerer: Answerer
    because: Reason


@dataclass(frozen=True)
class Refuse:
    """Take nothing of it; the sending host tells its sender."""

    name: ClassVar[str] = "refuse"
    reply: Reply
    because: Reason


Action = Keep | Forward | Note | Mark | Quarantine | Delete | Omit | Answer | Unanswered | Refuse


@dataclass(frozen=True)
class Rule:
    """One rule of the spam filter that a message met, its points, and what it says in English."""

    name: str
    points: Decimal
    says: str = ""


@dataclass(frozen=True)
class SpamScore:
    """All points of a message, to one decimal, and where they come from."""

    points: Decimal
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """What a scanner could not find out; `is_for_now` when it may find out later."""

    because: Reason
    is_for_now: bool = False


@dataclass(frozen=True)
class Findings:
    """What is known of the message besides what it says itself."""

    # It has been through this account before.
    came_back: bool = False
    # `None`, or no name: nobody looked, or nothing was found.
    spam: SpamScore | Unknown | None = None
    virus: str | Unknown = ""


@dataclass(frozen=True)
class Delivery:
    """One message on its way to one account, and what the steps decided so far."""

    message: Message
    envelope: Envelope
    account: MailAccount
    recipient: str
    now: datetime
    findings: Findings = Findings()
    actions: tuple[Action, ...] = ()
    is_stopped: bool = False

    @property
    def is_bounce(self) -> bool:
        return not self.envelope.sender

    @property
    def is_unwanted(self) -> bool:
        """Whether a step marked it as spam: then nothing of it leaves this host."""
        return any(isinstance(action, Mark) for action in self.actions)

    def found(self, *, came_back: bool) -> Delivery:
        """Add to what is known."""
        return replace(self, findings=replace(self.findings, came_back=came_back))

    def then(self, action: Action) -> Delivery:
        """Do this too."""
        return replace(self, actions=(*self.actions, action))

    def stop(self, action: Action) -> Delivery:
        """Do this and nothing else: what was decided before goes, no later step is asked."""
        return replace(self, actions=(action,), is_stopped=True)


@dataclass(frozen=True)
class Plan:
    """What is to be done with a message for one recipient, in order, and what was known of it."""

    actions: tuple[Action, ...]
    findings: Findings = Findings()
