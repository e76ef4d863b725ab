"""One connection by SMTP (RFC 5321, 2920, 6152, 6531), or by LMTP with one recipient (RFC 2033)."""

from __future__ import annotations

import re
import socket
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from mailaccounts.smtp.reply import Reply

_LINE_OCTETS = 4096
_LINES = 200
# So many recipients go out before the replies are read: both fit into any socket's buffers.
_PIPELINED = 100
# Below this a message goes out in one piece.
_SMALL = 256 * 1024
_GO_AHEAD = 354
_GOODBYE = 421
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>\ud800-\udfff]")

BAD_ADDRESS = Reply(553, "5.1.7", "Not an address that can be sent on to")
_NO_SMTPUTF8 = Reply(553, "5.6.7", "The next host does not take internationalised addresses")
_BARE = Reply(550, "5.6.0", "A line of the message ends with a CR or LF alone")


def is_safe(address: str) -> bool:
    """Whether an address can stand in a command or a field without adding to it."""
    return not _UNSAFE.search(address)


@dataclass(frozen=True)
class Patience:
    """Seconds to wait. After the end of the data RFC 5321 asks for minutes: see section 4.5.3.2."""

    connecting: float = 10
    replying: float = 60
    accepting: float = 300


@dataclass(frozen=True)
class Login:
    """Who we are to the next host (RFC 4954). In clear text: on loopback or a private network."""

    name: str
    password: str

    def command(self) -> bytes:
        """SASL's PLAIN (RFC 4616)."""
        secret = b64encode(f"\0{self.name}\0{self.password}".encode())
        return b"AUTH PLAIN " + secret + b"\r\n"


class Broken(Exception):
    """The connection is of no more use; `may_be_taken`: the next host may have the message."""

    def __init__(self, reason: object, *, may_be_taken: bool = False) -> None:
        super().__init__(str(reason))
        self.may_be_taken = may_be_taken


class Connection:
    """Greeted and ready; one transaction after the other. `hello` is `LHLO` for LMTP."""

    def __init__(
        self,
        host: str,
        port: int,
        patience: Patience,
        *,
        hello: str = "EHLO",
        login: Login | None = None,
    ) -> None:
        self._patience = patience
        self._may_be_taken = False
        self.last_used = time.monotonic()
        try:
            self._socket = socket.create_connection((host, port), patience.connecting)
        except OSError as error:
            raise Broken(error) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(patience.replying)
        self._file = self._socket.makefile("rb")
        try:
            self._greet(hello)
            if login is not None:
                self._log_in(login)
        except Broken:
            self.close()
            raise

    def quit(self) -> None:
        """Say goodbye between two transactions, without waiting for the answer."""
        with suppress(Broken):
            self._write(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """One transaction; one reply for each target. Raises `Broken`."""
        self._may_be_taken = False
        self.last_used = time.monotonic()
        refusal = self._refusal(sender, targets, message)
        if refusal:
            return [refusal] * len(targets)
        mail = self._mail(sender, targets, message, smtputf8=smtputf8)
        replies = self._offer(mail, targets)
        if not any(reply.is_success for reply in replies):
            return replies
        taken = self._data(message)
        return [taken if reply.is_success else reply for reply in replies]

    def _greet(self, hello: str) -> None:
        greeting = self._read()[-1]
        if not greeting.is_success:
            raise Broken(greeting)
        name = socket.gethostname() or "localhost"
        self._write(f"{hello} {name}\r\n".encode("ascii", "replace"))
        lines = self._read()
        if not lines[-1].is_success:
            raise Broken(lines[-1])
        self._offers = {line.text.partition(" ")[0].upper() for line in lines[1:]}

    def _log_in(self, login: Login) -> None:
        self._write(login.command())
        said = self._read()[-1]
        if not said.is_success:
            raise Broken(said)

    def _refusal(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes]
    ) -> Reply | None:
        addresses = (sender, *targets)
        if not all(map(is_safe, addresses)):
            return BAD_ADDRESS
        if "SMTPUTF8" not in self._offers and not all(map(str.isascii, addresses)):
            return _NO_SMTPUTF8
        # The next host may see the end of the message there, and commands behind it.
        return None if all(map(_ends_lines_well, message)) else _BARE

    def _mail(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> str:
        mail = f"MAIL FROM:<{sender}>"
        if "SIZE" in self._offers:
            mail += f" SIZE={sum(map(len, message))}"
        if "8BITMIME" in self._offers and not all(map(bytes.isascii, message)):
            mail += " BODY=8BITMIME"
        if "SMTPUTF8" in self._offers and (
            smtputf8 or not all(map(str.isascii, (sender, *targets)))
        ):
            mail += " SMTPUTF8"
        return mail

    def _offer(self, mail: str, targets: Sequence[str]) -> list[Reply]:
        """MAIL, RCPT and DATA; those that are accepted wait for the message."""
        commands = [mail, *(f"RCPT TO:<{target}>" for target in targets)]
        may_pipeline = "PIPELINING" in self._offers
        step = _PIPELINED if may_pipeline else 1
        replies: list[Reply] = []
        for start in range(0, len(commands), step):
            some = commands[start : start + step]
            is_last = may_pipeline and start + step >= len(commands)
            self._write(_lines([*some, "DATA"] if is_last else some))
            replies += [self._reply() for _ in some]
            if is_last:
                return self._go_ahead(replies, len(targets))
            if not replies[0].is_success:
                break
        if replies[0].is_success and any(reply.is_success for reply in replies[1:]):
            self._write(b"DATA\r\n")
            return self._go_ahead(replies, len(targets))
        self._reset()
        return replies[1:] if replies[0].is_success else [replies[0]] * len(targets)

    def _go_ahead(self, replies: list[Reply], count: int) -> list[Reply]:
        """Read the reply to DATA; if the message is not wanted, end the transaction."""
        data = self._reply()
        mail, *replies = replies
        if not mail.is_success:
            replies = [mail] * count
        wanted = any(reply.is_success for reply in replies)
        if data.code == _GO_AHEAD:
            if not wanted:  # RFC 2920 section 3.1
                self._write(b".\r\n")
                self._reply()
            return replies
        self._reset()
        return [data if reply.is_success else reply for reply in replies]

    def _data(self, message: Sequence[bytes]) -> Reply:
        """The message, dots at the beginning of lines doubled, its end, and the reply to it."""
        *pieces, last = [_stuffed(piece) for piece in message if piece] or [b""]
        last += b".\r\n" if last.endswith(b"\r\n") else b"\r\n.\r\n"
        if len(last) < _SMALL:
            pieces, last = [], b"".join((*pieces, last))
        for piece in pieces:
            self._write(piece)
        self._may_be_taken = True
        self._write(last)
        self._socket.settimeout(self._patience.accepting)
        reply = self._read()[-1]
        self._socket.settimeout(self._patience.replying)
        return reply

    def _reset(self) -> None:
        self._write(b"RSET\r\n")
        self._reply()

    def _write(self, octets: bytes) -> None:
        try:
            self._socket.sendall(octets)
        except OSError as error:
            raise Broken(error, may_be_taken=self._may_be_taken) from error

    def _reply(self) -> Reply:
        """The reply to a command; a host that says goodbye breaks the connection."""
        reply = self._read()[-1]
        if reply.code == _GOODBYE:
            raise Broken(reply)
        return reply

    def _read(self) -> list[Reply]:
        """All lines of one reply."""
        lines: list[Reply] = []
        while len(lines) < _LINES:
            try:
                line = self._file.readline(_LINE_OCTETS)
            except OSError as error:
                raise Broken(error, may_be_taken=self._may_be_taken) from error
            if not line.endswith(b"\n"):
                raise Broken("the next host hung up", may_be_taken=self._may_be_taken)
            text = line.decode(errors="replace").rstrip()
            lines.append(Reply.parse(f"{text[:3]} {text[4:]}"))
            if text[3:4] != "-":
                return lines
        raise Broken("the reply does not end", may_be_taken=self._may_be_taken)


def _lines(commands: Sequence[str]) -> bytes:
    return "".join(f"{command}\r\n" for command in commands).encode()


def _ends_lines_well(piece: bytes) -> bool:
    return piece.count(b"\n") == piece.count(b"\r\n") == piece.count(b"\r")


def _stuffed(piece: bytes) -> bytes:
    """RFC 5321 section 4.5.2; every piece begins at the beginning of a line."""
    if b"\r\n." in piece:
        piece = piece.replace(b"\r\n.", b"\r\n..")
    return b"." + piece if piece.startswith(b".") else piece
