"""An LMTP client with several connections, each of which sends its messages one after another."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from dataclasses import dataclass, field

BODY = "The quick brown fox jumps over the lazy dog. 0123456789 lorem ipsum\r\n" * 200


@dataclass
class Load:
    """Messages a second, and how long half and 99 % of them took at most, in milliseconds."""

    rate: float
    p50: float
    p99: float
    bad: list[str]


@dataclass
class _Run:
    port: int
    boxes: int
    octets: int
    domain: str
    tag: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    took: list[float] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


def send(
    port: int,
    messages: int,
    *,
    connections: int = 10,
    octets: int = 5000,
    boxes: int = 200,
    domain: str = "example.test",
) -> Load:
    """Send messages, each to one of `boxes` recipients in turn and from a sender of its own."""
    run = _Run(port, boxes, octets, domain)
    started = time.perf_counter()
    asyncio.run(_send(run, messages, connections))
    rate = messages / (time.perf_counter() - started)
    run.took.sort()
    return Load(
        rate,
        statistics.median(run.took) * 1000,
        run.took[int(len(run.took) * 0.99)] * 1000,
        run.bad,
    )


async def _send(run: _Run, messages: int, connections: int) -> None:
    await asyncio.gather(
        *(_converse(run, range(first, messages, connections)) for first in range(connections))
    )


async def _converse(run: _Run, numbers: range) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", run.port)
    await _reply(reader)
    writer.write(b"LHLO load\r\n")
    await _reply(reader)
    for number in numbers:
        sender = f"s{run.tag}.{number}@sender.test"
        recipient = f"u{number % run.boxes}@{run.domain}"
        started = time.perf_counter()
        writer.write(f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode())
        for _ in range(3):
            await _reply(reader)
        writer.write(message(sender, recipient, f"{run.tag}.{number}", run.octets) + b".\r\n")
        reply = await _reply(reader)
        run.took.append(time.perf_counter() - started)
        if not reply.startswith(b"250"):
            run.bad.append(reply.decode())
    writer.write(b"QUIT\r\n")
    await _reply(reader)
    writer.close()


def message(sender: str, recipient: str, name: str, octets: int) -> bytes:
    """A message whose Message-ID holds `name`."""
    header = (
        f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: load {name}\r\n"
        f"Message-ID: <{name}@sender.test>\r\nDate: Mon, 23 Nov 2026 19:00:00 +0000\r\n\r\n"
    )
    # The cut may fall between the two characters of a line end.
    body = BODY[: max(0, octets - len(header) - 2)].rstrip("\r\n")
    return f"{header}{body}\r\n".encode()


async def _reply(reader: asyncio.StreamReader) -> bytes:
    while True:
        line = await reader.readline()
        if not line:
            raise ConnectionError("closed")
        if line[3:4] != b"-":
            return line
