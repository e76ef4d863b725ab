"""Scanners that do as they are told. The contract tests run against these and the real ones."""

from __future__ import annotations

import socketserver
import struct
import threading
from dataclasses import dataclass, field

from tests.clamd import EICAR, FOUND

# https://spamassassin.apache.org/gtube/ in halves, so that no filter takes this file for spam.
GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-" + b"STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

_REPORT = """
Content preview:  Hello

Content analysis details:   ({points} points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
{rows}

"""


@dataclass
class _Fake:
    """A server on a free port; `asked` are the questions, `answer` replaces the true one.

    `most` is how many were answered at the same time.
    """

    answer: bytes | None = None
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    most: int = 0
    ending: threading.Event = field(default_factory=threading.Event)
    scheme = ""

    def start(self) -> None:
        fake, busy, lock = self, set(), threading.Lock()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with lock:
                    busy.add(self)
                    fake.most = max(fake.most, len(busy))
                said = fake.converse(self.rfile)
                fake.ending.wait(fake.delay)
                with lock:
                    busy.remove(self)
                self.wfile.write(said if fake.answer is None else fake.answer)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            request_queue_size = 100

            def handle_error(self, request: object, client_address: object) -> None:
                """Who asked has gone."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self.ending.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self._server.server_address[1]}"

    def converse(self, question) -> bytes:
        raise NotImplementedError


@dataclass
class FakeSpamd(_Fake):
    """`points` by user; who is not named there gets 1.0, and GTUBE 1000 more."""

    points: dict[str, float] = field(default_factory=dict)
    learned: dict[tuple[str, bytes], str] = field(default_factory=dict)
    scheme = "spamd"

    def converse(self, question) -> bytes:
        verb = question.readline().decode().split()[0]
        fields = {}
        while line := question.readline().decode().strip():
            name, _, value = line.partition(":")
            fields[name] = value.strip()
        message = question.read(int(fields.get("Content-length", 0)))
        user = fields.get("User", "")
        self.asked.append(f"{verb} {user}".strip())
        if verb == "PING":
            return b"SPAMD/1.5 0 PONG\r\n"
        if verb == "TELL":
            return self._tell(fields, user, message)
        return self._report(user, message)

    def _tell(self, fields: dict[str, str], user: str, message: bytes) -> bytes:
        key = (user, message)
        if "Remove" in fields:
            news = self.learned.pop(key, None) is not None
            did = "DidRemove"
        else:
            news = self.learned.get(key) != fields["Message-class"]
            self.learned[key] = fields["Message-class"]
            did = "DidSet"
        told = f"{did}: local\r\n" if news else ""
        return f"SPAMD/1.1 0 EX_OK\r\n{told}Content-length: 0\r\n\r\n".encode()

    def _report(self, user: str, message: bytes) -> bytes:
        points = self.points.get(user, 1.0)
        rows = f"{points:4.1f} FAKE_RULE              A rule of the fake"
        if GTUBE in message:
            points += 1000
            rows += "\n1000 GTUBE                  BODY: Generic Test for Unsolicited Bulk Email"
        body = _REPORT.format(points=points, rows=rows).encode()
        head = f"Content-length: {len(body)}\r\nSpam: {points >= 5} ; {points:.1f} / 5.0\r\n\r\n"
        return b"SPAMD/1.1 0 EX_OK\r\n" + head.encode() + body


@dataclass
class FakeClamd(_Fake):
    """Finds EICAR where it stands in plain text, and takes `limit` octets."""

    limit: int = 1_000_000
    scheme = "clamd"

    def converse(self, question) -> bytes:
        command = b""
        while (octet := question.read(1)) not in (b"\0", b""):
            command += octet
        self.asked.append(command.decode())
        if command == b"zPING":
            return b"PONG\0"
        stream = b""
        while size := struct.unpack("!I", question.read(4))[0]:
            stream += question.read(size)
            if len(stream) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
        return f"stream: {FOUND} FOUND\0".encode() if EICAR in stream else b"stream: OK\0"
