"""One run for each folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailhost.programs import NotStarted


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets it go when we die, however that happens."""
    descriptor = os.open(var / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = os.read(descriptor, 20).decode().strip()
            raise NotStarted(
                f"Pigeonnier is already running in {var} (process {number}). To run a second one"
                " beside it, choose a folder and ports for it with PANEL_VAR, PANEL_PORT,"
                " SMTP_PORT and LMTP_PORT."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)
