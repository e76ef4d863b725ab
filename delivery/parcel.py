"""One message for one account on its way through: the plan, and how each part of it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from delivery.message import Message
from delivery.words import (
    Answer,
    Delete,
    Envelope,
    Forward,
    Keep,
    Mark,
    Note,
    Omit,
    Plan,
    Quarantine,
    Reason,
    Refuse,
    Reply,
)
from mailaccounts.models import MailAccount
from mailaccounts.store import INBOX

DELIVERED = Reply(250, "2.1.5", "Delivered")


@dataclass(frozen=True)
class Task:
    """The smallest thing that is carried out once: one action for one target."""

    key: bytes
    parcel: Parcel
    action: Keep | Forward | Answer | Quarantine
    target: str


@dataclass(frozen=True)
class Outcome:
    """How a task ended: done, or with the reply of who refused it or put it off."""

    reply: Reply | None = None
    # Why there was nothing to do after all: a limit was reached.
    omitted: Reason | None = None
    # It was carried out when this message came before.
    was_earlier: bool = False

    @property
    def is_done(self) -> bool:
        return self.reply is None

    @property
    def is_for_now(self) -> bool:
        return self.reply is not None and self.reply.is_for_now


@dataclass(eq=False)
class Parcel:
    """A message for one account. `recipient` is the envelope's address for it."""

    message: Message
    envelope: Envelope
    account: MailAccount
    recipient: str
    received: datetime
    plan: Plan
    outcomes: dict[bytes, Outcome] = field(default_factory=dict)
    # Set when something unforeseen went wrong with this parcel.
    failure: Reply | None = None

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(self._tasks())

    def _tasks(self) -> Iterator[Task]:
        for action in self.plan.actions:
            if isinstance(action, Keep | Quarantine):
                yield Task(self._key(action.name, ""), self, action, "")
            elif isinstance(action, Forward):
                for target in action.targets:
                    yield Task(self._key(action.name, target), self, action, target)
            elif isinstance(action, Answer):
                # To whichever of the account's addresses it came: one message, one answer.
                key = self._key(action.name, action.by, recipient="")
                yield Task(key, self, action, action.target)

    def _key(self, action: str, target: str, recipient: str | None = None) -> bytes:
        recipient = self.recipient if recipient is None else recipient
        parts = (str(self.account.pk), recipient, self.message.digest.hex(), action, target)
        # No part can contain the separator: a NUL is in no address.
        return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).digest()

    def of(self, kind: type[Keep | Forward | Answer | Quarantine]) -> tuple[Task, ...]:
        """The tasks of one kind of action that are still to be tried."""
        return tuple(
            task
            for task in self.tasks
            if isinstance(task.action, kind) and task.key not in self.outcomes
        )

    @property
    def pieces(self) -> list[bytes]:
        """The message as received, our own trace above it."""
        delivered_to = f"Delivered-To: {self.account.address}\r\n".encode()
        return [delivered_to, self.envelope.trace, self.message.with_header]

    @property
    def copy(self) -> bytes:
        """The message as it is kept, with what the scanners have to say of it."""
        *trace, content = self.pieces
        for action in self.plan.actions:
            if isinstance(action, Note | Mark | Omit) and action.rewrite is not None:
                content = action.rewrite(content)
        return b"".join((self.envelope.return_path, *trace, content))

    @property
    def folder(self) -> str:
        """Where in the mailbox it is kept."""
        marks = (action for action in self.plan.actions if isinstance(action, Mark))
        return next((mark.folder for mark in marks), INBOX)

    @property
    def kept(self) -> tuple[bytes, ...]:
        """The keys under which it is in the mailbox, committed as such."""
        if self.failure:
            return ()
        return tuple(
            task.key
            for task in self.tasks
            if isinstance(task.action, Keep) and self.outcomes[task.key].is_done
        )

    @property
    def is_finished(self) -> bool:
        """Whether everything was tried."""
        return len(self.outcomes) == len(self.tasks)

    @property
    def is_first(self) -> bool:
        """Whether nothing of it was done when this message came before."""
        return not any(outcome.was_earlier for outcome in self.outcomes.values())

    @property
    def has_news(self) -> bool:
        """Whether anything happened that no earlier coming of this message has on record."""
        if not self.tasks:
            return not self.reply.is_for_now
        return any(
            not outcome.was_earlier and not outcome.is_for_now for outcome in self.outcomes.values()
        )

    @property
    def reply(self) -> Reply:
        """What the client is told."""
        if self.failure:
            return self.failure
        for action in self.plan.actions:
            if isinstance(action, Refuse):
                return action.reply
        refused: Reply | None = None
        done = any(isinstance(action, Delete) for action in self.plan.actions)
        for task in self.tasks:
            outcome = self.outcomes[task.key]
            if outcome.reply is None:
                done = True
            elif outcome.is_for_now:
                return _told(task, outcome.reply)
            elif isinstance(task.action, Answer):
                done = True  # a refused answer is nothing to tell the sender of
            else:
                refused = refused or _told(task, outcome.reply)
        return DELIVERED if done or refused is None else refused


def _told(task: Task, reply: Reply) -> Reply:
    """The reply without the text of the next host, which names whom the owner sends mail on to."""
    if not isinstance(task.action, Forward):
        return reply
    if reply.is_for_now:
        return Reply(451, reply.enhanced, "This mail cannot be sent on now, try again later")
    refusal = task.action.refusal if isinstance(task.action, Forward) else reply.text
    return Reply(reply.code, reply.enhanced, refusal)
