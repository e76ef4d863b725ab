"""A small LMTP and SMTP client on a raw socket: it can be as rude as a test needs.

Python's `smtplib.LMTP` reads one reply after DATA, where LMTP has one for each recipient.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from types import TracebackType

Reply = tuple[int, str]


@dataclass(frozen=True)
class Sent:
    """The replies to one message: MAIL, each RCPT, DATA, and what came after the message."""

    mail: Reply
    rcpt: list[Reply]
    data: Reply
    end: list[Reply]


class Client:
    """One connection; `with Client(port) as client:` says hello and quits."""

    def __init__(
        self, port: int, *, lmtp: bool = True, hello: bool = True, timeout: float = 10
    ) -> None:
        self.lmtp = lmtp
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb")
        self.greeting = self.reply()
        self.extensions: list[str] = []
        if hello:
            self.extensions = self.lines("LHLO test" if lmtp else "EHLO test")[1:]

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()
        self.sock.close()

    def send(self, octets: bytes) -> None:
        self.sock.sendall(octets)

    def say(self, *commands: str) -> list[Reply]:
        """Several commands in one piece, and all their replies."""
        self.send("".join(f"{command}\r\n" for command in commands).encode())
        return [self.reply() for _ in commands]

    def lines(self, command: str) -> list[str]:
        """One command and the texts of its reply's lines."""
        self.send(f"{command}\r\n".encode())
        found = []
        while True:
            line = self.file.readline().decode()
            found.append(line[4:].rstrip("\r\n"))
            if line[3:4] != "-":
                return found

    def reply(self) -> Reply:
        """The next reply, its last line; `ConnectionError` when there will be none."""
        while True:
            line = self.file.readline().decode()
            if not line.endswith("\r\n"):
                raise ConnectionError(line)
            if line[3] != "-":
                return int(line[:3]), line[4:-2]

    def message(self, sender: str, recipients: list[str], message: bytes, *parameters: str) -> Sent:
        """A whole transaction, its commands pipelined; `message` without its dots doubled."""
        mail, *rcpt, data = self.say(
            " ".join([f"MAIL FROM:<{sender}>", *parameters]),
            *(f"RCPT TO:<{recipient}>" for recipient in recipients),
            "DATA",
        )
        end: list[Reply] = []
        if data[0] == 354:
            self.send(stuffed(message))
            accepted = sum(code == 250 for code, _ in rcpt) if self.lmtp else 1
            end = [self.reply() for _ in range(accepted)]
        return Sent(mail, rcpt, data, end)

    def is_closed(self) -> bool:
        """Whether the server has nothing more to say and has closed."""
        return self.file.read() == b""


def stuffed(message: bytes) -> bytes:
    """A message as it goes over the wire, with its end."""
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    dotted = message.replace(b"\r\n.", b"\r\n..")
    return (b"." if message.startswith(b".") else b"") + dotted + b".\r\n"
