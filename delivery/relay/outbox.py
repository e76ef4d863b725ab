"""A folder in which every outgoing message becomes one file that any mail program opens."""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from delivery.words import Reply
from mailaccounts.smtp.connection import BAD_ADDRESS, is_safe

_SENT = Reply(250, "2.0.0", "In the outbox")
_FULL = Reply(452, "4.3.1", "No space left in the outbox")


class Outbox:
    """The envelope stands in `X-Envelope-From` and `X-Envelope-To` above the message."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        if not all(map(is_safe, (sender, *targets))):
            return [BAD_ADDRESS] * len(targets)
        to = ",\r\n ".join(targets)
        envelope = f"X-Envelope-From: <{sender}>\r\nX-Envelope-To: {to}\r\n"
        try:
            self._write([envelope.encode(), *message])
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            reply = _FULL if full else Reply(451, "4.3.0", f"The outbox: {error.strerror}")
            return [reply] * len(targets)
        return [_SENT] * len(targets)

    def close(self) -> None:
        """Nothing is kept open."""

    def _write(self, pieces: Sequence[bytes]) -> None:
        """Whole or not at all, and on disk."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        unfinished = self._folder / f".{name}.tmp"
        try:
            opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._folder / f"{name}.eml")
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
