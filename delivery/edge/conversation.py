"""The conversation with one client: LMTP (RFC 2033) or SMTP (RFC 5321), by the same rules."""

from __future__ import annotations

import time

from delivery.edge import answers, syntax
from delivery.edge.body import BareNewline
from delivery.edge.transaction import House, Transaction
from delivery.edge.wire import Gone, LineTooLong, Stalled, Stopping, Wire
from delivery.words import Reply

# A browser that some web page made speak to us says one of these first.
_FOREIGN = {"GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH", "PRI"}


class Conversation:
    """Obeys one command after the other until the client goes or has to."""

    def __init__(self, wire: Wire, house: House) -> None:
        self.wire = wire
        self.house = house
        self.helo = ""
        self.extended = False
        self.errors = 0
        self.transaction: Transaction | None = None
        self.is_over = False
        # Whether the client may still be sending when we are done.
        self.linger = False

    async def run(self) -> None:
        """The whole conversation; never raises."""
        latest = time.monotonic() + self.house.limits.session_seconds
        name = "LMTP" if self.house.lmtp else "ESMTP"
        self.wire.say(answers.encode_lines(220, [f"{self.house.host} {name} Pigeonnier"]))
        try:
            while not self.is_over:
                await self._guarded_step()
                if time.monotonic() > latest:
                    self._end(answers.TIME_OUT)
        except Gone:
            pass
        except Stalled:
            self._end(answers.TIME_OUT)
        except Stopping:
            self._end(answers.STOPPING)
        finally:
            await self.wire.close(linger=self.linger)

    async def _guarded_step(self) -> None:
        """One command; whatever goes wrong in us is a temporary failure with a reference."""
        try:
            await self._step()
        except (Gone, Stalled, Stopping):
            raise
        except syntax.Refused as refused:
            self._say(self._counted(refused.reply))
        except BareNewline:
            self._end(answers.BARE, linger=True)
        except LineTooLong:
            self._end(answers.TOO_LONG, linger=True)
        except Exception as error:  # noqa: BLE001 - the client must get a reply, and nothing of the trace
            self.transaction = None
            self._say(answers.trouble(error))

    async def _step(self) -> None:
        self.wire.may_stop = self.transaction is None
        line = await self.wire.line()
        self.wire.may_stop = False
        word, argument = syntax.command(line)
        if word in _FOREIGN:
            self._end(Reply(521, "5.5.1", "This is a mail server"), linger=True)
        elif word == "RCPT":
            await self._rcpt(argument)
        elif word == "DATA":
            await self._data(argument)
        else:
            known = getattr(self, f"_do_{word.lower()}", None) if word.isalpha() else None
            if known is None:
                raise syntax.Refused(500, "5.5.1", "Command not recognised")
            known(argument)

    # Commands that wait for nothing

    def _do_lhlo(self, argument: str) -> None:
        self._hello(argument, here=self.house.lmtp)

    def _do_ehlo(self, argument: str) -> None:
        self._hello(argument, here=not self.house.lmtp)

    def _do_helo(self, argument: str) -> None:
        self._hello(argument, here=not self.house.lmtp, extended=False)

    def _hello(self, argument: str, *, here: bool, extended: bool = True) -> None:
        if not here:
            word = "LMTP: say LHLO" if self.house.lmtp else "SMTP: say EHLO"
            raise syntax.Refused(500, "5.5.1", f"This is {word}")
        self.helo, self.extended, self.transaction = syntax.hello(argument), extended, None
        size = f"SIZE {self.house.limits.message}"
        offered = ["PIPELINING", size, "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"]
        self.wire.say(answers.encode_lines(250, [self.house.host, *(offered if extended else [])]))

    def _do_mail(self, argument: str) -> None:
        if not self.helo or self.transaction:
            raise syntax.Refused(503, "5.5.1", "Bad sequence of commands")
        mail = syntax.mail(argument)
        if mail.size > self.house.limits.message:
            self._say(answers.TOO_LARGE)
        elif mail.size > self.house.budget.left:
            self._say(answers.NO_ROOM)
        else:
            protocol = self.house.protocol(extended=self.extended, smtputf8=mail.smtputf8)
            self.transaction = Transaction(self.house, mail, self.helo, protocol)
            self._say(Reply(250, "2.1.0", "Ok"))

    def _do_rset(self, argument: str) -> None:
        self.transaction = None
        self._say(answers.OK)

    def _do_noop(self, argument: str) -> None:
        self._say(answers.OK)

    def _do_vrfy(self, argument: str) -> None:
        self._say(Reply(252, "2.5.0", "Send a message and see"))

    def _do_help(self, argument: str) -> None:
        self._say(Reply(214, "2.0.0", "See RFC 5321 and RFC 2033"))

    def _do_quit(self, argument: str) -> None:
        self._end(Reply(221, "2.0.0", "Bye"))

    def _not_here(self, argument: str) -> None:
        raise syntax.Refused(502, "5.5.1", "Not offered here")

    _do_auth = _do_starttls = _do_expn = _do_bdat = _do_turn = _do_etrn = _not_here

    # Recipients: all that were pipelined are looked up at once

    async def _rcpt(self, argument: str) -> None:
        if self.transaction is None:
            raise syntax.Refused(503, "5.5.1", "Bad sequence of commands")
        asked = [self._recipient(self.transaction, argument)]
        while not self.is_over and self._rcpt_is_waiting():
            line = await self.wire.line()
            asked.append(self._recipient(self.transaction, line[5:]))
        for reply in await self.transaction.add(asked):
            self._say(reply)

    def _rcpt_is_waiting(self) -> bool:
        line = self.wire.waiting_line()
        return line is not None and line[:5].upper() == b"RCPT " and b"\n" not in line

    def _recipient(self, transaction: Transaction, argument: str | bytes) -> str | Reply:
        """The address, or the reply that refuses it before anybody is asked."""
        try:
            if isinstance(argument, bytes):
                argument = syntax.command(b"RCPT " + argument)[1]
            return syntax.recipient(argument, smtputf8=transaction.mail.smtputf8)
        except syntax.Refused as refused:
            return self._counted(refused.reply)

    async def _data(self, argument: str) -> None:
        transaction = self.transaction
        if argument:
            raise syntax.Refused(501, "5.5.4", "DATA takes no argument")
        if transaction is None or not transaction.recipients:
            raise syntax.Refused(503, "5.5.1", "No valid recipients")
        if self.house.budget.left < max(transaction.mail.size, 1):
            self._say(answers.NO_ROOM)
        else:
            self.wire.say(b"354 End with a line that holds a dot alone\r\n")
            if not await transaction.receive(self.wire):
                self._over(linger=True)
        self.transaction = None

    # Mistakes and ends

    def _say(self, reply: Reply) -> None:
        self.wire.say(answers.encode(reply))

    def _counted(self, reply: Reply) -> Reply:
        """The reply to a mistake; who makes too many has to go."""
        self.errors += 1
        if self.errors < self.house.limits.errors:
            return reply
        self._over(linger=True)
        return Reply(421, "4.7.0", "Too many errors, closing")

    def _end(self, reply: Reply, *, linger: bool = False) -> None:
        self._say(reply)
        self._over(linger=linger)

    def _over(self, *, linger: bool) -> None:
        self.is_over, self.linger = True, linger
