"""Connections to one server that are kept open between messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial

from mailaccounts.smtp.connection import Broken, Connection, Login, Patience
from mailaccounts.smtp.reply import Reply

# Shorter than the patience of any server with a silent client.
_IDLE_SECONDS = 30


class Pool:
    """The connection used last is used next, those unused for long are closed."""

    def __init__(
        self,
        host: str,
        port: int,
        patience: Patience,
        *,
        hello: str = "EHLO",
        login: Login | None = None,
    ) -> None:
        self._connect = partial(Connection, host, port, patience, hello=hello, login=login)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []

    def send(
        self, sender: str, targets: Sequence[str], message: Sequence[bytes], *, smtputf8: bool
    ) -> list[Reply]:
        """One transaction. A kept connection may have died meanwhile; a new one gets no 2nd try."""
        connection = self._kept()
        while True:
            fresh = connection is None
            connection = connection or self._connect()
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

    def close(self) -> None:
        """Say goodbye on all that are kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.quit()

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
