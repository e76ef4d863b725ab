"""One connection: lines and messages in, replies out, nobody waited for longer than allowed."""

from __future__ import annotations

import asyncio
import time
from typing import cast

from delivery.edge.body import BareNewline, Body
from delivery.edge.limits import Limits

_READ_AHEAD = 256 * 1024


class Gone(Exception):
    """The client closed the connection."""


class Stalled(Exception):
    """The client took too long."""


class Stopping(Exception):
    """The service is stopping."""


class LineTooLong(Exception):
    """A command longer than any command is."""


class Wire(asyncio.Protocol):
    """Reads ahead what a client pipelines, as much as is sensible, and keeps it in order."""

    def __init__(self, limits: Limits) -> None:
        self.peer = "unknown"
        # Set while the client is waited for; the server looks after it.
        self.deadline: float | None = None
        self.may_stop = False
        self._limits = limits
        self._input = bytearray()
        self._output: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self._reading = True
        self._at_end = False
        self._lost = False
        self._full = False

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        address = transport.get_extra_info("peername")
        self.peer = str(address[0]) if address else "local"

    def data_received(self, data: bytes) -> None:
        self._input += data
        if len(self._input) > _READ_AHEAD and self._reading:
            self._reading = False
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._at_end = True
        self._wake()
        return True  # what it sent before is still answered

    def connection_lost(self, exc: Exception | None) -> None:
        self._at_end = self._lost = True
        self._wake()

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._wake()

    # What the conversation calls

    async def line(self) -> bytes:
        """The next command without its CR LF."""
        searched = 0
        while (end := self._input.find(b"\n", searched)) < 0:
            searched = len(self._input)
            if searched > self._limits.line:
                raise LineTooLong
            await self._more(self._limits.command_seconds)
        line = bytes(self._input[: end + 1])
        del self._input[: end + 1]
        if not line.endswith(b"\r\n") or line.count(b"\r") != 1:
            raise BareNewline
        if len(line) > self._limits.line:
            raise LineTooLong
        return line[:-2]

    def waiting_line(self) -> bytes | None:
        """The next command, if it has come already; it stays the next one."""
        end = self._input.find(b"\r\n", 0, self._limits.line)
        return bytes(self._input[:end]) if end >= 0 else None

    async def body(self, body: Body) -> None:
        """Read a message to its end."""
        latest = time.monotonic() + self._limits.message_seconds
        while True:
            piece, self._input = bytes(self._input), bytearray()
            rest = body.feed(piece)
            if rest is not None:
                self._input[:0] = rest
                return
            await self._more(min(self._limits.data_seconds, latest - time.monotonic()))

    def say(self, octets: bytes) -> None:
        """Answer; it is sent when nothing more that was pipelined is there to be answered."""
        self._output.append(octets)

    async def flush(self) -> None:
        if self._output and not self._lost:
            self._transport.write(b"".join(self._output))
        self._output.clear()
        while self._full and not self._lost:
            await self._wait(self._limits.data_seconds)

    async def close(self, *, linger: bool = False) -> None:
        """Say what is left to say and end.

        With `linger`, what still comes is read and forgotten for a moment: closing with unread
        octets would take our last reply away from the client.
        """
        try:
            await self.flush()
            if linger and not self._lost and self._transport.can_write_eof():
                self._transport.write_eof()
                latest = time.monotonic() + 2
                while not self._at_end and time.monotonic() < latest:
                    self._input.clear()
                    await self._more(latest - time.monotonic())
        except (Gone, Stalled, Stopping):
            pass
        finally:
            self._transport.close()

    def expire(self, error: Exception) -> None:
        """Wake up who waits for the client, with this error."""
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(error)

    async def _more(self, seconds: float) -> None:
        had = len(self._input)
        await self.flush()
        if not self._reading and not self._at_end:
            self._reading = True
            self._transport.resume_reading()
        while len(self._input) == had:
            if self._at_end:
                raise Gone
            await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        self.deadline = time.monotonic() + seconds
        try:
            await self._waiter
        finally:
            self._waiter = self.deadline = None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
