"""One process of the delivery service: the engine, and the sockets that it shares."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from enum import Enum

from django.conf import settings

from delivery.chores import keep_house, keep_watch
from delivery.edge.limits import Budget, Limits, from_settings
from delivery.edge.policy import PolicyServer
from delivery.edge.server import Server
from delivery.edge.transaction import House
from delivery.engine import Engine
from mailhost import machines


class Speaks(Enum):
    """What is spoken at a socket."""

    LMTP = "LMTP"
    SMTP = "SMTP"
    POLICY = "policy"  # of Postfix


Listening = Sequence[tuple[socket.socket, Speaks]]


def work(listening: Listening, loads: memoryview[int], slot: int, parent: int) -> None:
    """Serve until SIGTERM or SIGINT, or until the parent process is gone."""
    asyncio.run(_serve(listening, loads, slot, parent))


async def _serve(listening: Listening, loads: memoryview[int], slot: int, parent: int) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    limits = from_settings()
    engine = Engine()
    engine.start()
    server = open_doors(engine, limits, listening, Server(loads, slot))
    policy = PolicyServer()
    for sock, speaks in listening:
        if speaks is Speaks.POLICY:
            await policy.serve(sock)
    chores = [server.watch(), _outlive_not(parent, stopped), keep_watch()]
    # Beside another part of the mail host, where it takes no mail, it need not reach the scanners.
    if any(speaks is not Speaks.POLICY for _sock, speaks in listening):
        chores.append(keep_house())
    tasks = [loop.create_task(chore) for chore in chores]
    await stopped.wait()
    await policy.stop()
    await server.stop(limits.stop_seconds)
    for task in tasks:
        task.cancel()
    await engine.stop()


def open_doors(engine: Engine, limits: Limits, listening: Listening, server: Server) -> Server:
    """Accept mail on all its sockets; the room for messages is one for all of them."""
    budget = Budget(limits.in_flight)
    for sock, speaks in listening:
        if speaks is not Speaks.POLICY:
            lmtp = speaks is Speaks.LMTP
            # What comes by LMTP counts as accepted, so it comes from our own Postfix alone.
            clients = machines.clients() if lmtp else ()
            house = House(engine, limits, budget, settings.MAIL_HOST, lmtp, clients)
            server.serve(sock, house)
    return server


async def _outlive_not(parent: int, stopped: asyncio.Event) -> None:
    """For systems that do not tell a process that its parent is gone."""
    while os.getppid() == parent:
        await asyncio.sleep(1)
    stopped.set()
