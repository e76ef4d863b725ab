"""Children that end with their parent, even when the parent is killed with SIGKILL.

On Linux the kernel sees to it. Elsewhere a small process stands between the two: it passes signals
on, and stops the child when it notices that its own parent is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOOK_EVERY = 0.5  # seconds
ORPHAN_SECONDS = 2.0


def start(
    argv: Sequence[str], *, last: signal.Signals, held: bool = False, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a program that gets the signal `last` when this process dies.

    It leads its own session, so that Ctrl-C at the terminal reaches this process alone. `options`
    are those of `subprocess.Popen`. To be called from the main thread: Linux watches over the
    thread, not the process. It also forgets who changes users for a moment, as the masters of mail
    servers do: these are to be `held` by the small process, which stays our own user.
    """
    if sys.platform == "linux" and not held:
        options["preexec_fn"] = _tie_to_parent(last)
    else:
        argv = [sys.executable, __file__, str(int(last)), *_changing_user(options), *argv]
    return subprocess.Popen(argv, start_new_session=True, **options)


def _changing_user(options: dict[str, Any]) -> list[str]:
    """How the program becomes the user of the options, which are taken out of them.

    Our Python may be closed to that user.
    """
    user, group = options.pop("user", None), options.pop("group", None)
    options.pop("extra_groups", None)
    if user is None:
        return []
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--"]


def _tie_to_parent(last: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(last))
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return tie


def hold(last: int, argv: Sequence[str]) -> int:
    """Run a program, pass signals on to it, and send it `last` when our parent is gone.

    On Linux nobody of the program outlives this: what its end leaves behind is ours to end.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    code = _wait(parent, last, argv)
    _end_orphans()
    return code


def _wait(parent: int, last: int, argv: Sequence[str]) -> int:
    child = subprocess.Popen(argv, close_fds=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: child.send_signal(number))
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(last)
            return child.wait()
        time.sleep(LOOK_EVERY)
    return child.returncode


def _end_orphans() -> None:
    """Wait for adopted children; after a while, do not wait any longer."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            if pid:
                continue
            if time.monotonic() > deadline:
                for orphan in _children():
                    os.kill(orphan, signal.SIGKILL)
            time.sleep(0.02)


def _children() -> list[int]:
    """Our children; a zombie is one, until it is waited for."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(pid) for pid in file.read().split()]


if __name__ == "__main__":
    sys.exit(hold(int(sys.argv[1]), sys.argv[2:]))
