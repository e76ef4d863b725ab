"""Runs programs side by side: their output under one another's names, restarted when they die.

One thread, one loop: nothing here may wait for long, except for the start of the database.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any, TextIO

from mailhost import leash
from mailhost.programs import NotStarted

TICK = 0.2  # seconds
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # before a restart; doubled each time
STEADY = 60.0  # who ran as long as this starts anew with the first pause
STOP_SECONDS = 10.0
COLOURS = (36, 33, 35, 32, 34)  # of the terminal: cyan, yellow, magenta, green, blue
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")


@dataclass
class Program:
    """One program: how it starts, given where its output goes, and what became of it."""

    name: str
    begin: Callable[[int], subprocess.Popen[bytes]]
    last: signal.Signals = signal.SIGTERM  # what ends it in good order
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None


def command(argv: Sequence[str], **options: Any) -> Callable[[int], subprocess.Popen[bytes]]:
    """A program that is a command; it ends with SIGTERM. `options` are those of `leash.start`."""

    def begin(output: int) -> subprocess.Popen[bytes]:
        return leash.start(
            argv,
            last=signal.SIGTERM,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )

    return begin


class Supervisor:
    """The first program is the one that the others need: it starts first and stops last."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.coloured = out.isatty() and "NO_COLOR" not in os.environ
        self.programs: list[Program] = []
        self.selector = selectors.DefaultSelector()
        self.names: list[str] = []
        self.stopping = False

    def say(self, name: str, text: str) -> None:
        """One line of output under a name."""
        if name not in self.names:
            self.names.append(name)
        prefix = f"{name:<9}|"
        if self.coloured:
            colour = COLOURS[self.names.index(name) % len(COLOURS)]
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self.write(f"{prefix} {text}")

    def write(self, line: str) -> None:
        """A line of our own, as it is: what somebody may want to copy."""
        with contextlib.suppress(BrokenPipeError):  # a reader that went away stops nothing
            self.out.write(f"{line}\n")
            self.out.flush()

    def start(self, program: Program) -> None:
        """Start a program, and keep it running from now on."""
        if program not in self.programs:
            self.programs.append(program)
        read, write = os.pipe()
        os.set_blocking(read, False)
        try:
            program.process = program.begin(write)
        except NotStarted as error:
            program.process = None
            self._postpone(program, str(error))
        finally:
            os.close(write)
        program.started = time.monotonic()
        self.selector.register(read, selectors.EVENT_READ, [program.name, b""])

    def once(self, name: str, argv: Sequence[str], **options: Any) -> None:
        """Run a command to its end; `NotStarted` when it fails. `options` as in `command`."""
        program = Program(name, command(argv, **options))
        self.start(program)
        try:
            while program.runs:
                self.pump(0.05)
            self.pump(0)
        finally:
            self.programs.remove(program)
            self._end([program])
        if program.process is not None and program.process.returncode != 0:
            raise NotStarted(f"“{' '.join(argv[1:3])}” failed; its reason stands above.")

    def run(self, tick: Callable[[], None]) -> None:
        """Keep all programs running until SIGINT or SIGTERM; `tick` is called again and again."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        parent = os.getppid()
        while not self.stopping:
            # A killed `make` takes us along; a shell that ends does not.
            if "MAKELEVEL" in os.environ and os.getppid() != parent:
                break
            self.pump(TICK)
            for program in self.programs:
                self._revive(program)
            tick()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def stop(self) -> None:
        """Stop all programs, the first one last."""
        self._end(self.programs[1:])
        self._end(self.programs[:1])

    def _end(self, programs: Sequence[Program]) -> None:
        for program in programs:
            if program.process is not None and program.runs:
                program.process.send_signal(program.last)
        deadline = time.monotonic() + STOP_SECONDS
        while any(program.runs for program in programs) and time.monotonic() < deadline:
            self.pump(0.05)
        for program in programs:
            _kill_group(program)
        self.pump(0)

    def _revive(self, program: Program) -> None:
        if program.runs or self.stopping:
            return
        now = time.monotonic()
        if program.process is not None:
            if now - program.started > STEADY:
                program.pause = FIRST_PAUSE
            _kill_group(program)
            self._postpone(program, f"ended with {_status(program.process.returncode)}")
            program.process = None
        elif now >= program.due:
            self.start(program)

    def _postpone(self, program: Program, reason: str) -> None:
        self.say(program.name, f"{reason}; starting it again in {program.pause:.0f} s")
        program.due = time.monotonic() + program.pause
        program.pause = min(program.pause * 2, LONGEST_PAUSE)

    def pump(self, seconds: float) -> None:
        """Pass on what the programs wrote, waiting so long for the first of it."""
        for key, _events in self.selector.select(seconds):
            name, rest = key.data
            try:
                found = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            *lines, key.data[1] = (rest + found).split(b"\n")
            if not found:
                self.selector.unregister(key.fd)
                os.close(key.fd)
                lines = [rest] if rest else []
            for line in lines:
                # A terminal obeys some characters, and a trace can hold what strangers sent.
                self.say(name, _CONTROL.sub("\ufffd", line.decode(errors="replace")))


def _kill_group(program: Program) -> None:
    """Leave nobody behind of a program that should be gone."""
    if program.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()


def _status(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"status {code}"
