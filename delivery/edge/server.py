"""The connections of one process: accepted in turn with the other processes, watched, stopped."""

from __future__ import annotations

import asyncio
import logging
import socket
import time

from delivery.edge import answers
from delivery.edge.conversation import Conversation
from delivery.edge.transaction import House
from delivery.edge.wire import Stalled, Stopping, Wire
from delivery.words import Reply
from mailhost import machines

log = logging.getLogger("delivery.edge")

_LOOK = 0.5  # seconds between two looks for clients that stall
_PATIENCE = 5  # times that a connection is left to a process with fewer
_TURN = 0.002  # seconds for the other process to take it


class Server:
    """Serves some sockets, which it may share with other processes.

    `loads` has the number of connections of each process. Left to itself, one process takes all
    connections of a busy client while the others idle; so the one that has more waits a moment.
    """

    def __init__(self, loads: memoryview[int], slot: int) -> None:
        self._loads = loads
        self._slot = slot
        self._tasks: set[asyncio.Task[None]] = set()
        self._wires: set[Wire] = set()
        self._sockets: list[socket.socket] = []
        self._passed = 0

    def serve(self, listening: socket.socket, house: House) -> None:
        """Accept on this socket from now on."""
        listening.setblocking(False)
        self._sockets.append(listening)
        asyncio.get_running_loop().add_reader(listening, self._ready, listening, house)

    async def watch(self) -> None:
        """Look after clients that stall; for ever."""
        while True:
            await asyncio.sleep(_LOOK)
            now = time.monotonic()
            for wire in list(self._wires):
                if wire.deadline is not None and wire.deadline < now:
                    wire.expire(Stalled())

    async def stop(self, seconds: float) -> None:
        """Accept nothing more, let messages that are on their way arrive, and close."""
        loop = asyncio.get_running_loop()
        for listening in self._sockets:
            loop.remove_reader(listening)
            listening.close()
        self._sockets.clear()
        latest = time.monotonic() + seconds
        while self._tasks and time.monotonic() < latest:
            for wire in self._wires:
                if wire.may_stop:
                    wire.expire(Stopping())
            await asyncio.wait(self._tasks, timeout=0.05)
        for wire in self._wires:
            wire.expire(Stopping())
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.5)

    def _ready(self, listening: socket.socket, house: House) -> None:
        loop = asyncio.get_running_loop()
        if self._passed < _PATIENCE and len(self._tasks) > min(self._loads):
            self._passed += 1
            loop.remove_reader(listening)
            loop.call_later(_TURN, self._listen_again, listening, house)
            return
        self._passed = 0
        try:
            connection, peer = listening.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another process was faster; or gone
            return
        except OSError as error:  # no descriptors left
            log.warning("Cannot accept a connection: %s", error)
            loop.remove_reader(listening)
            loop.call_later(1, self._listen_again, listening, house)
            return
        connection.setblocking(False)
        if (refusal := self._refusal(house, peer[0])) is not None:
            connection.send(answers.encode(refusal))
            connection.close()
            return
        task = loop.create_task(self._converse(connection, house))
        self._tasks.add(task)
        self._loads[self._slot] = len(self._tasks)
        task.add_done_callback(self._left)

    def _refusal(self, house: House, peer: str) -> Reply | None:
        if house.clients and not machines.is_among(house.clients, peer):
            log.warning("%s is not in PRIVATE_CLIENTS", peer)
            return answers.STRANGER
        return answers.CROWDED if len(self._tasks) >= house.limits.connections else None

    async def _converse(self, connection: socket.socket, house: House) -> None:
        wire = Wire(house.limits)
        await asyncio.get_running_loop().connect_accepted_socket(lambda: wire, connection)
        self._wires.add(wire)
        try:
            await Conversation(wire, house).run()
        finally:
            self._wires.discard(wire)

    def _listen_again(self, listening: socket.socket, house: House) -> None:
        if listening in self._sockets:
            asyncio.get_running_loop().add_reader(listening, self._ready, listening, house)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._loads[self._slot] = len(self._tasks)
        if not task.cancelled() and (error := task.exception()):
            log.error("A conversation broke off", exc_info=error)
