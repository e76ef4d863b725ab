"""The parent of the delivery service: binds the sockets, keeps the processes running, ends them."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import mmap
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType

from delivery.edge.worker import Listening, work

log = logging.getLogger("delivery.edge")

_PR_SET_PDEATHSIG = 1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_STEADY = 60.0  # who ran as long as this is restarted at once
_STOP_SECONDS = 9.0
_GONE = 2**31 - 1  # the load of a process that is not there: nobody waits for it


class CannotListen(Exception):
    """A port cannot be used; the text says which and why."""


def bind(address: str, port: int, name: str) -> socket.socket:
    """A socket that does not listen yet."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        raise CannotListen(
            f"Cannot listen on {address} port {port}: {os.strerror(error.errno or 0)}. "
            f"Choose another port with {name}."
        ) from error
    return sock


@dataclass
class Child:
    """One place for a process, and what became of the last one there."""

    slot: int
    pid: int = 0
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    due: float = 0.0


class Processes:
    """Some processes on the same sockets."""

    def __init__(self, listening: Listening, number: int) -> None:
        self._listening = listening
        self._loads = _shared_numbers(number)
        self._children = [Child(slot) for slot in range(number)]
        self._stopping = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, self._stop)
        for sock, _ in self._listening:
            sock.listen(512)
        while not self._stopping:
            self._start_due()
            self._reap()
            time.sleep(0.1)
        for sock, _ in self._listening:
            sock.close()
        self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _start_due(self) -> None:
        for child in self._children:
            if not child.pid and child.due <= time.monotonic():
                child.started = time.monotonic()
                self._loads[child.slot] = 0
                child.pid = _fork(partial(work, self._listening, self._loads, child.slot))

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._loads[child.slot] = _GONE
                child.pid = 0
                if not self._stopping:
                    self._postpone(child, os.waitstatus_to_exitcode(status))

    def _postpone(self, child: Child, code: int) -> None:
        steady = time.monotonic() - child.started > _STEADY
        child.pause = _FIRST_PAUSE if steady else min(child.pause * 2, _LONGEST_PAUSE)
        child.due = time.monotonic() + child.pause
        log.error("Process ended (%d), starting again in %.0f s", code, child.pause)

    def _end(self) -> None:
        latest = time.monotonic() + _STOP_SECONDS
        self._signal(signal.SIGTERM)
        while any(child.pid for child in self._children):
            self._reap()
            if time.monotonic() > latest:
                self._signal(signal.SIGKILL)
            time.sleep(0.02)

    def _signal(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, number)


def _shared_numbers(number: int) -> memoryview[int]:
    """Numbers that all forked processes see; each process writes its own alone."""
    return memoryview(mmap.mmap(-1, 8 * number)).cast("q")


def _fork(run: Callable[[int], None]) -> int:
    """A child that ends with its parent, and never returns into the parent's code."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
        run(parent)
        status = 0
    except Exception:
        log.exception("Process failed")
    finally:
        logging.shutdown()
        os._exit(status)
