"""A lane: what waits is worked on together, in threads, with the event loop only waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")


class Lane(Generic[T]):
    """Threads that take, whenever one is free, what has come in meanwhile, as one batch.

    What is shared by a batch (a query, a commit) costs the less the more is to be done, and nobody
    waits for a batch to fill up.
    """

    def __init__(
        self, name: str, work: Callable[[Sequence[T]], None], *, threads: int, batch: int
    ) -> None:
        self._work = work
        self._batch = batch
        self._threads = threads
        self._name = name
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._busy: set[asyncio.Task[None]] = set()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def put(self, item: T) -> None:
        """Have it worked on; return when it is done."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        self._go_on()
        await done

    async def stop(self) -> None:
        """Finish what waits, then let the threads go."""
        while self._busy:
            await asyncio.wait(self._busy)
        # Each thread closes its own connection: all are held until all have begun.
        together = threading.Barrier(self._threads)
        for _ in range(self._threads):
            self._executor.submit(_leave, together)
        await asyncio.to_thread(self._executor.shutdown)

    def _go_on(self) -> None:
        """Send a free thread out with a fair share of what waits."""
        while self._waiting and len(self._busy) < self._threads:
            free = self._threads - len(self._busy)
            size = min(self._batch, -(-len(self._waiting) // free))
            batch, self._waiting = self._waiting[:size], self._waiting[size:]
            task = asyncio.ensure_future(self._run(batch))
            self._busy.add(task)
            task.add_done_callback(self._finished)

    async def _run(self, batch: list[tuple[T, asyncio.Future[None]]]) -> None:
        items = [item for item, _ in batch]
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._executor, self._work, items)
        except Exception as error:  # noqa: BLE001 - told to those who wait for it
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
        for _, done in batch:
            if not done.done():  # whoever waited may have been cancelled
                done.set_result(None)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._go_on()


def _leave(together: threading.Barrier) -> None:
    together.wait()
    connections.close_all()
