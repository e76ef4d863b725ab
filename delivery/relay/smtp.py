"""The next host by SMTP, over connections that are kept open."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from delivery.relay.connection import Broken, Connection, Patience
from delivery.words import Reply

# Shorter than the patience of any server with a silent client.
_IDLE_SECONDS = 30
_TOO_MANY_RECIPIENTS = 452  # RFC 5321 section 4.5.3.1.10


class SmtpRelay:
    """A pool: the connection used last is used next, those unused for long are closed."""

    def __init__(self, host: str, port: int, patience: Patience | None = None) -> None:
        self._host, self._port = host, port
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._idle: list[Connection] = []

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """Send it in as few transactions as the next host allows."""
        replies: dict[str, Reply] = {}
        left = list(targets)
        while left:
            try:
                some = self._transact(sender, left, message, smtputf8=smtputf8)
            except Broken as error:
                some = [Reply(451, "4.4.1", f"The next host: {error}")] * len(left)
            replies |= dict(zip(left, some, strict=True))
            too_many = [
                target
                for target, reply in zip(left, some, strict=True)
                if reply.code == _TOO_MANY_RECIPIENTS
            ]
            left = too_many if len(too_many) < len(left) else []
        return [replies[target] for target in targets]

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.quit()

    def _transact(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """One transaction. A kept connection may have died meanwhile; a new one gets no 2nd try."""
        connection = self._kept()
        while True:
            fresh = connection is None
            connection = connection or Connection(self._host, self._port, self._patience)
            try:
                replies = connection.send(sender, targets, message, smtputf8=smtputf8)
            except Broken as error:
                connection.close()
                if fresh or error.may_be_taken:
                    raise
                connection = None
            else:
                self._keep(connection)
                return replies

    def _kept(self) -> Connection | None:
        oldest = time.monotonic() - _IDLE_SECONDS
        with self._lock:
            connection = self._idle.pop() if self._idle else None
            expired = [one for one in self._idle if one.last_used < oldest]
            self._idle = [one for one in self._idle if one.last_used >= oldest]
        for one in expired:
            one.quit()
        if connection and connection.last_used < oldest:
            connection.quit()
            return None
        return connection

    def _keep(self, connection: Connection) -> None:
        with self._lock:
            self._idle.append(connection)
