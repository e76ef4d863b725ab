"""SIGKILL at random moments: nothing may be lost, nothing kept twice.

    python benchmarks/kill.py [--messages 5000] [--kills 50] [--seed N]

Sends messages to accounts that keep and redirect, kills the delivery service (all of it, or one of
its processes) again and again, and sends again what was not acknowledged, as any mail server does.
Needs nothing but this project: PostgreSQL is the embedded one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import lmtp_load  # noqa: E402 - found by the path above
import sink  # noqa: E402
from installation import DOMAIN, Installation, installed, redirect_all  # noqa: E402

BOXES = 50
CONNECTIONS = 10


@dataclass
class Run:
    """What has happened so far."""

    installation: Installation
    messages: int
    kills: int
    random: random.Random
    done: int = 0
    in_flight: set[int] = field(default_factory=set)
    # Messages that were under way when something was killed, each as often as that happened.
    under_way: Counter[int] = field(default_factory=Counter)

    async def send_all(self) -> None:
        numbers = iter(range(self.messages))
        killer = asyncio.create_task(self._kill())
        await asyncio.gather(*(self._send(numbers) for _ in range(CONNECTIONS)))
        killer.cancel()

    async def _send(self, numbers: object) -> None:
        """Send the next messages, each until it is acknowledged, over a connection that lasts."""
        assert hasattr(numbers, "__next__")
        client = Client(self.installation.lmtp_port)
        for number in iter(lambda: next(numbers, None), None):
            self.in_flight.add(number)
            while not await client.deliver(number):
                await asyncio.sleep(0.05)
            self.in_flight.discard(number)
            self.done += 1
        client.close()

    async def _kill(self) -> None:
        moments = sorted(self.random.sample(range(self.messages), self.kills))
        for moment in moments:
            while self.done < moment:
                await asyncio.sleep(0.001)
            await asyncio.sleep(self.random.random() * 0.05)
            if self._kill_once():
                await asyncio.to_thread(self.installation.start)

    def _kill_once(self) -> bool:
        """Kill one process or all; whether the service has to be started again."""
        self.under_way.update(self.in_flight)
        service = self.installation.service
        assert service is not None
        workers = self.installation.workers()
        if workers and self.random.random() < 0.5:
            os.kill(self.random.choice(workers), signal.SIGKILL)
            return False
        os.killpg(service.pid, signal.SIGKILL)
        service.wait()
        return True


class Client:
    """One LMTP connection, opened anew whenever it is lost."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.writer: asyncio.StreamWriter | None = None

    async def deliver(self, number: int) -> bool:
        """Whether the message was acknowledged."""
        try:
            return await self._deliver(number)
        except OSError:
            self.close()
            return False

    async def _deliver(self, number: int) -> bool:
        recipient = f"u{number % BOXES}@{DOMAIN}"
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            await self._reply()
            await self._say("LHLO kill")
        if not (
            await self._say("RSET", "MAIL FROM:<eve@sender.test>", f"RCPT TO:<{recipient}>")
            and await self._say("DATA")
        ):
            return False
        content = lmtp_load.message("eve@sender.test", recipient, f"m{number}", 2000)
        self.writer.write(content + b".\r\n")
        return await self._reply()

    async def _say(self, *commands: str) -> bool:
        assert self.writer is not None
        self.writer.write("".join(f"{command}\r\n" for command in commands).encode())
        return all([await self._reply() for _ in commands])

    async def _reply(self) -> bool:
        while True:
            line = await self.reader.readline()
            if not line.endswith(b"\n"):
                raise ConnectionError("closed")
            if line[3:4] != b"-":
                return line[:1] in b"23"

    def close(self) -> None:
        if self.writer:
            self.writer.close()
            self.writer = None


def main() -> None:
    options = _options()
    seen = sink.in_thread(options.port + 1)
    print(f"seed {options.seed}", flush=True)
    with installed(options.port, options.port + 1, BOXES) as installation:
        redirect_all(True)
        installation.start()
        run = Run(installation, options.messages, options.kills, random.Random(options.seed))
        asyncio.run(run.send_all())
        kept = _kept(installation.mail())
    sent_on = Counter({int(name[1:-12]): count for name, count in seen.items()})
    sys.exit(_report(run, kept, sent_on))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--port", type=int, default=8733)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    return parser.parse_args()


def _kept(mail: Path) -> Counter[int]:
    """How often each message is in a mailbox."""
    kept: Counter[int] = Counter()
    for file in mail.glob("*/*/Maildir/new/*"):
        named = re.search(rb"^Message-ID: <m(\d+)@", file.read_bytes(), re.MULTILINE)
        kept[int(named[1]) if named else -1] += 1
    return kept


def _report(run: Run, kept: Counter[int], sent_on: Counter[int]) -> int:
    everything = range(run.messages)
    lost = [number for number in everything if not kept[number] or not sent_on[number]]
    kept_twice = sum(count - 1 for count in kept.values())
    sent_twice = sum(count - 1 for count in sent_on.values())
    stray = sum(max(0, sent_on[n] - 1 - run.under_way[n]) for n in everything)
    print(f"{run.messages} messages, {run.kills} kills")
    print(f"lost:           {len(lost)} {lost[:10] or ''}")
    print(f"kept twice:     {kept_twice}")
    print(f"sent on twice:  {sent_twice}, in flight at the kills {run.under_way.total()}")
    print(f"sent on more often than it was in flight at a kill: {stray}")
    return 1 if lost or kept_twice or stray or -1 in kept else 0


if __name__ == "__main__":
    main()
