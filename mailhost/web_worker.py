"""gunicorn's threads, of which no client holds one for long.

There are few threads, and gunicorn lets each wait for its client without end: as many clients as
there are threads, each of which sends one octet and falls silent, would keep everybody else out.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from contextlib import suppress
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

from mailhost.logs import SafeLine

# How long a worker holds back for each connection that it has, in seconds, and at most.
HOLDS_BACK, AT_MOST = 0.001, 0.005


class PatientWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """A request has `--timeout` seconds from its first octet to the end of its response.

    Of several workers the one with the fewest connections takes the next: a connection stays with
    its worker, and where one has seven of ten, those seven wait while the other worker is idle.
    """

    def init_process(self) -> None:
        self._latest: dict[TConn, float] = {}
        for handler in self.log.error_log.handlers:
            handler.addFilter(SafeLine())
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        # gunicorn's own count goes astray when a client is gone before its connection is closed.
        held = len(self.keepalived_conns) + len(self.pending_conns) + len(self._latest)
        time.sleep(min(held * HOLDS_BACK, AT_MOST))
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Have it handled; a new connection waits for its first octet without a thread."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    def handle(self, conn: TConn) -> object:
        """In a thread of its own."""
        self._latest[conn] = time.monotonic() + self.cfg.timeout
        try:
            return super().handle(conn)
        finally:
            del self._latest[conn]

    def handle_error(
        self, req: object, client: socket.socket, addr: tuple[str, int], exc: Exception
    ) -> None:
        """Browsers break off until their owner trusts the certificate: that is no news."""
        if not isinstance(exc, ssl.SSLError):
            super().handle_error(req, client, addr, exc)

    def murder_pending(self) -> None:
        """Called every second: hang up on who takes too long, which wakes the thread."""
        super().murder_pending()
        now = time.monotonic()
        for conn, latest in list(self._latest.items()):
            if latest < now:
                with suppress(OSError):
                    # Not TLS's own, which would pull the rug from under the thread.
                    socket.socket.shutdown(conn.sock, socket.SHUT_RDWR)
