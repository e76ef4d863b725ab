"""Where Postfix asks about each message of an owner: its policy delegation protocol.

A request is `name=value` lines and an empty one, the answer is `action=…` and an empty line; a
connection has many of them, one after the other.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress

from django.utils import timezone

from delivery.sending_limits import action

log = logging.getLogger("delivery.edge")

_LINES = 100
_IDLE_SECONDS = 600.0  # Postfix itself hangs up after 300
_FAILED = "DEFER 4.3.0 Temporary failure, try again later"


class PolicyServer:
    """Answers at sockets that it may share with other processes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        # One, with one connection to the database: an answer takes a millisecond.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="policy")

    async def serve(self, listening: socket.socket) -> None:
        """Accept from now on."""
        self._servers.append(await asyncio.start_server(self._begin, sock=listening))

    async def stop(self) -> None:
        """Accept nothing more, and hang up: Postfix asks again."""
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        self._thread.shutdown()

    async def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker
        self._tasks.add(task)
        try:
            with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                await _converse(reader, writer, self._thread)
        finally:
            self._tasks.discard(task)
            writer.close()


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, thread: Executor
) -> None:
    while attributes := await asyncio.wait_for(_request(reader), _IDLE_SECONDS):
        said = await asyncio.get_running_loop().run_in_executor(thread, _answer, attributes)
        writer.write(f"action={said}\n\n".encode())
        await writer.drain()


async def _request(reader: asyncio.StreamReader) -> dict[str, str]:
    """The attributes; empty when the client has gone, `ValueError` for what is no request."""
    attributes: dict[str, str] = {}
    for _ in range(_LINES):
        line = (await reader.readuntil(b"\n")).decode(errors="replace").strip()
        if not line:
            return attributes
        name, _equals, value = line.partition("=")
        attributes[name] = value
    raise ValueError("too many lines")


def _answer(attributes: dict[str, str]) -> str:
    try:
        return action(attributes, timezone.now())
    except Exception:
        log.exception("Answering Postfix failed")
        return _FAILED
