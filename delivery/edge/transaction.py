"""One message and its recipients, from MAIL to the last reply."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Protocol

from delivery.edge import answers, syntax, trace
from delivery.edge.body import BareNewline, Body, Endless, Outcome
from delivery.edge.limits import Budget, Limits
from delivery.edge.wire import Wire
from delivery.words import Envelope, Reply

log = logging.getLogger("delivery.edge")

_REFUSALS = {Outcome.TOO_LARGE: answers.TOO_LARGE, Outcome.NO_ROOM: answers.NO_ROOM}


class Deliverer(Protocol):
    """What the edge needs of the engine."""

    async def look_up(self, recipients: list[str]) -> list[Reply]:
        """One reply for each, at RCPT time."""

    async def deliver(
        self, envelope: Envelope, recipients: list[str], message: bytes
    ) -> list[Reply]:
        """One reply for each, after the message."""


@dataclass(frozen=True)
class House:
    """What all conversations of one socket share."""

    engine: Deliverer
    limits: Limits
    budget: Budget
    host: str
    lmtp: bool
    clients: Sequence[IPv4Network] = ()  # who may come; without, whoever can

    def protocol(self, *, extended: bool, smtputf8: bool) -> str:
        """The name of what is spoken, as the trace field has it (RFC 3848, RFC 6531)."""
        if smtputf8:
            return "UTF8LMTP" if self.lmtp else "UTF8SMTP"
        return "LMTP" if self.lmtp else "ESMTP" if extended else "SMTP"


@dataclass
class Transaction:
    """Collects recipients, takes the message, and answers for each of them."""

    house: House
    mail: syntax.Mail
    helo: str
    protocol: str
    identity: str = field(default_factory=trace.transaction_id)
    recipients: list[str] = field(default_factory=list)

    async def add(self, asked: Sequence[str | Reply]) -> list[Reply]:
        """Look all addresses up at once; what is a reply already stays one."""
        unique = list(dict.fromkeys(one for one in asked if isinstance(one, str)))
        found = dict(zip(unique, await self._look_up(unique), strict=True))
        return [one if isinstance(one, Reply) else self._accept(one, found[one]) for one in asked]

    async def receive(self, wire: Wire) -> bool:
        """Read the message and answer; False when nothing more can be read after it."""
        started = time.monotonic()
        body = Body(self.house.limits.message, self.house.budget)
        goes_on = True
        try:
            await wire.body(body)
            replies = await self._outcome(wire.peer, body)
        except (BareNewline, Endless) as error:
            reply = answers.BARE if isinstance(error, BareNewline) else answers.TOO_LARGE
            replies, goes_on = [reply] * len(self.recipients), False
        finally:
            body.release()
        self._answer(wire, replies)
        self._log(replies, body.octets, time.monotonic() - started)
        return goes_on

    async def _look_up(self, recipients: list[str]) -> list[Reply]:
        if not recipients:
            return []
        try:
            return _exactly(len(recipients), await self.house.engine.look_up(recipients))
        except Exception as error:  # noqa: BLE001 - each recipient gets a reply, whatever happens
            return [answers.trouble(error)] * len(recipients)

    def _accept(self, recipient: str, reply: Reply) -> Reply:
        if not reply.is_success:
            return reply
        if len(self.recipients) >= self.house.limits.recipients:
            return answers.TOO_MANY
        self.recipients.append(recipient)
        return reply

    async def _outcome(self, peer: str, body: Body) -> list[Reply]:
        """One reply for each accepted RCPT, the same for one that came twice."""
        if refusal := _REFUSALS.get(body.outcome):
            return [refusal] * len(self.recipients)
        unique = list(dict.fromkeys(self.recipients))
        engine = self.house.engine
        try:
            replies = await engine.deliver(self._envelope(peer), unique, body.message())
            said = dict(zip(unique, _exactly(len(unique), replies), strict=True))
        except Exception as error:  # noqa: BLE001 - each recipient gets a reply, whatever happens
            said = dict.fromkeys(unique, answers.trouble(error))
        return [said[recipient] for recipient in self.recipients]

    def _envelope(self, peer: str) -> Envelope:
        return Envelope(
            sender=self.mail.sender,
            peer=peer,
            helo=self.helo,
            protocol=self.protocol,
            smtputf8=self.mail.smtputf8,
            trace=trace.received(
                helo=self.helo,
                peer=peer,
                host=self.house.host,
                protocol=self.protocol,
                identity=self.identity,
            ),
        )

    def _answer(self, wire: Wire, replies: list[Reply]) -> None:
        """LMTP: one reply for each recipient. SMTP: one for all."""
        said = replies if self.house.lmtp else [answers.for_all(self.recipients, replies)]
        for reply in said:
            wire.say(answers.encode(reply))

    def _log(self, replies: list[Reply], octets: int, seconds: float) -> None:
        log.info(
            "%s: from <%s>, %d octets, %.0f ms: %s",
            self.identity,
            ascii(self.mail.sender)[1:-1],
            octets,
            seconds * 1000,
            answers.summary(self.recipients, replies),
        )


def _exactly(number: int, replies: list[Reply]) -> list[Reply]:
    if len(replies) != number:
        raise RuntimeError(f"{len(replies)} replies for {number} recipients")
    return replies
