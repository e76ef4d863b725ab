"""The real sockets, served in a thread, with an engine that only remembers what it was given."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from delivery.edge.limits import Budget, Limits
from delivery.edge.processes import bind
from delivery.edge.server import Server
from delivery.edge.transaction import Deliverer, House
from delivery.words import Envelope, Reply

ACCEPTED = Reply(250, "2.1.5", "Accepted")
KEPT = Reply(250, "2.0.0", "Kept")
UNKNOWN = Reply(550, "5.1.1", "No such user here")
LATER = Reply(451, "4.3.0", "Not now")
REFUSED = Reply(550, "5.7.1", "Not wanted")


@dataclass
class Given:
    """What the engine was asked to deliver."""

    envelope: Envelope
    recipients: list[str]
    message: bytes


@dataclass
class Recorder:
    """An engine whose replies follow from the recipient's name."""

    given: list[Given] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    wait: float = 0
    before: Callable[[], None] = lambda: None

    async def look_up(self, recipients: list[str]) -> list[Reply]:
        self.asked.append(recipients)
        self.before()
        await asyncio.sleep(self.wait)
        named = {"unknown": UNKNOWN, "outage": LATER}
        return [named.get(r.partition("@")[0], ACCEPTED) for r in recipients]

    async def deliver(
        self, envelope: Envelope, recipients: list[str], message: bytes
    ) -> list[Reply]:
        self.before()
        await asyncio.sleep(self.wait)
        self.given.append(Given(envelope, recipients, message))
        named = {"later": LATER, "refused": REFUSED}
        return [named.get(r.partition("@")[0], KEPT) for r in recipients]


@dataclass
class Service:
    """Where the sockets are, and what stands behind them."""

    engine: Recorder
    lmtp: int
    smtp: int
    budget: Budget
    stop: Callable[[], None]


@contextmanager
def serving(
    engine: Deliverer, limits: Limits, clients: Sequence[IPv4Network] = ()
) -> Iterator[Service]:
    """A server in a thread with an event loop of its own."""
    loop = asyncio.new_event_loop()
    server = Server(memoryview(bytearray(8)).cast("q"), 0)
    budget = Budget(limits.in_flight)
    ports = []
    for lmtp in (True, False):
        sock = bind("127.0.0.1", 0, "LMTP_PORT")
        sock.listen(16)
        ports.append(sock.getsockname()[1])
        house = House(engine, limits, budget, "mx.example.com", lmtp, clients)
        loop.call_soon(server.serve, sock, house)
    watch = loop.create_task(server.watch())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def stop() -> None:
        asyncio.run_coroutine_threadsafe(server.stop(limits.stop_seconds), loop).result(20)

    try:
        yield Service(engine, *ports, budget, stop)  # type: ignore[arg-type]
    finally:
        stop()
        loop.call_soon_threadsafe(watch.cancel)
        loop.call_soon_threadsafe(loop.call_later, 0.05, loop.stop)
        thread.join(10)
        loop.close()
