"""An SMTP server that accepts everything, forgets it, and remembers how often each Message-ID came.

python benchmarks/sink.py PORT
"""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections import Counter

MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE)
_EXTENSIONS = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 50000000\r\n"


class Sink(asyncio.Protocol):
    """One connection; `seen` is shared by all."""

    def __init__(self, seen: Counter[bytes]) -> None:
        self.seen = seen
        self.input = b""
        self.in_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.input += data
        while True:
            end = b"\r\n.\r\n" if self.in_message else b"\r\n"
            head, found, rest = self.input.partition(end)
            if not found:
                return
            self.input = rest
            self.transport.write(self._message(head) if self.in_message else self._command(head))

    def _message(self, message: bytes) -> bytes:
        self.in_message = False
        named = MESSAGE_ID.search(message)
        self.seen[named[1] if named else b""] += 1
        return b"250 2.0.0 Ok\r\n"

    def _command(self, line: bytes) -> bytes:
        word = line[:4].upper()
        self.in_message = word == b"DATA"
        replies = {b"DATA": b"354 Go on\r\n", b"EHLO": _EXTENSIONS, b"QUIT": b"221 2.0.0 Bye\r\n"}
        return replies.get(word, b"250 2.0.0 Ok\r\n")


async def serve(port: int, seen: Counter[bytes]) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Sink(seen), "127.0.0.1", port, backlog=512)


def in_thread(port: int) -> Counter[bytes]:
    """Serve until the process ends; what was seen."""
    seen: Counter[bytes] = Counter()
    ready = threading.Event()

    async def run() -> None:
        server = await serve(port, seen)
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()
    return seen


async def _main() -> None:
    server = await serve(int(sys.argv[1]), Counter())
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
