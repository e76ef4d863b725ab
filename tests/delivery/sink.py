"""An SMTP server that takes everything and remembers it, or misbehaves as it is told."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Taken:
    """One message that the sink took responsibility for."""

    sender: str
    targets: tuple[str, ...]
    message: bytes


@dataclass
class Sink:
    """Set how it answers while it runs; `replies` is by command line, such as `RCPT TO:<a@b.c>`."""

    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 2.0.0 taken"
    offers: tuple[str, ...] = ("PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8")
    # A command, or "greeting", "message", "end", at which it hangs up or falls silent.
    hang_up_at: str = ""
    stall_at: str = ""
    stall_seconds: float = 0.0
    # Set to end all silence before its time.
    go_on: threading.Event = field(default_factory=threading.Event)
    recipients_limit: int = 1000
    address: str = "127.0.0.1"

    def start(self) -> None:
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                sink.connections += 1
                try:
                    _Conversation(sink, self).run()
                except (_HangUp, OSError):
                    return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 100

        self._server = Server((self.address, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def messages(self) -> list[bytes]:
        return [taken.message for taken in self.taken]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _HangUp(Exception):
    pass


class _Conversation:
    def __init__(self, sink: Sink, handler: socketserver.StreamRequestHandler) -> None:
        self.sink = sink
        self.rfile, self.wfile = handler.rfile, handler.wfile
        self.has_sender = False
        self.sender = ""
        self.targets: list[str] = []

    def run(self) -> None:
        self.reach("greeting")
        self.say(self.sink.replies.get("greeting", "220 sink ESMTP"))
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            self.sink.commands.append(line)
            verb = line[:4].upper()
            self.reach(verb)
            if verb == "QUIT":
                return
            if reply := self.sink.replies.get(line) or self.sink.replies.get(verb):
                self.say(reply)
            else:
                getattr(self, f"on_{verb.lower()}")(line)

    def reach(self, stage: str) -> None:
        if stage == self.sink.stall_at:
            self.sink.go_on.wait(self.sink.stall_seconds)
        if stage == self.sink.hang_up_at:
            self.sink.hang_up_at = ""
            raise _HangUp

    def say(self, *lines: str) -> None:
        last = lines[-1]
        more = "".join(f"{line[:3]}-{line[4:]}\r\n" for line in lines[:-1])
        self.wfile.write(f"{more}{last}\r\n".encode())

    def on_ehlo(self, line: str) -> None:
        self.say("250 sink", *(f"250 {offer}" for offer in self.sink.offers))

    def on_mail(self, line: str) -> None:
        self.has_sender = True
        self.sender = line.partition("<")[2].partition(">")[0]
        self.targets = []
        self.say("250 2.1.0 sender")

    def on_rcpt(self, line: str) -> None:
        if not self.has_sender:
            self.say("503 5.5.1 MAIL first")
            return
        if len(self.targets) >= self.sink.recipients_limit:
            self.say("452 4.5.3 too many recipients")
            return
        self.targets.append(line.partition("<")[2].partition(">")[0])
        self.say("250 2.1.5 target")

    def on_rset(self, line: str) -> None:
        self.has_sender = False
        self.targets = []
        self.say("250 2.0.0 reset")

    def on_data(self, line: str) -> None:
        if not self.targets:
            self.say("554 5.5.1 no valid recipients")
            return
        self.say("354 go on")
        self.reach("message")
        lines: list[bytes] = []
        while (octets := self.rfile.readline()) != b".\r\n":
            if not octets:
                raise _HangUp
            lines.append(octets[1:] if octets.startswith(b".") else octets)
        self.reach("end")
        if self.sink.after_data.startswith("250"):
            taken = Taken(self.sender, tuple(self.targets), b"".join(lines))
            self.sink.taken.append(taken)
        self.has_sender = False
        self.say(self.sink.after_data)
