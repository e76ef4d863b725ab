"""What private servers of the tests have in common: a folder, a free port, a start and an end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from mailhost import leash, programs

_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PrivateServer:
    """A real server in a temporary folder, run as the database's user when we are root.

    It may be started again after `stop`; nothing of it outlives the tests, however they end.
    """

    name = ""
    question = b""  # asked to see whether it is ready
    answer = b""  # what it says then

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix=f"pigeonnier-{self.name}-"))
        self.port = free_port()
        self.user = programs.server_user()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For the settings."""
        return f"{self.name}://127.0.0.1:{self.port}"

    @property
    def user_name(self) -> str:
        return (self.user or pwd.getpwuid(os.geteuid())).pw_name

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._own()
        options: dict[str, Any] = programs.as_user(self.user)
        with (self.home / "log").open("ab") as log:
            self._process = leash.start(
                self.command(),
                last=signal.SIGTERM,
                held=True,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.home / "home")},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **options,
            )
        end = time.monotonic() + _SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not answer:\n{self.log()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it is there and says what it should."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as link:
                link.settimeout(5)
                link.sendall(self.question)
                return link.recv(100).startswith(self.answer)
        except OSError:
            return False

    def stop(self) -> None:
        """End all of it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_SECONDS)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def log(self) -> str:
        """All that it wrote."""
        return (self.home / "log").read_text(errors="replace")

    def _own(self) -> None:
        if self.user is not None:
            for path in (self.home, *self.home.rglob("*")):
                shutil.chown(path, self.user.pw_uid, self.user.pw_gid)
