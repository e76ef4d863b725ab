"""The words of mail in flight: what came, for whom, what is to be done with it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext

from delivery.message import Message
from mailaccounts.models import MailAccount
from mailaccounts.smtp.reply import Reply as Reply  # one of the words


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
class Delete:
    """Accept it and let it go; only the record remains."""

    name: ClassVar[str] = "delete"
    because: Reason


@dataclass(frozen=True)
class Omit:
    """Leave out what a service would have done; only the record says so."""

    name: ClassVar[str] = "omit"
    because: Reason


@dataclass(frozen=True)
class Refuse:
    """Take nothing of it; the sending host tells its sender."""

    name: ClassVar[str] = "refuse"
    reply: Reply
    because: Reason


Action = Keep | Forward | Delete | Omit | Refuse


@dataclass(frozen=True)
class Findings:
    """What is known of the message besides what it says itself."""

    # It has been through this account before.
    came_back: bool = False


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

    def found(self, **findings: bool) -> Delivery:
        """Add to what is known."""
        return replace(self, findings=replace(self.findings, **findings))

    def then(self, action: Action) -> Delivery:
        """Do this too."""
        return replace(self, actions=(*self.actions, action))

    def stop(self, action: Action) -> Delivery:
        """Do this and nothing else: what was decided before goes, no later step is asked."""
        return replace(self, actions=(action,), is_stopped=True)


@dataclass(frozen=True)
class Plan:
    """What is to be done with a message for one recipient, in order."""

    actions: tuple[Action, ...]
