"""IMAP sessions that are kept between calls, and rest after failures."""

from __future__ import annotations

import imaplib
import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from mailaccounts.store import StoreUnavailable
from mailaccounts.store.imap import ERRORS, Server, Session

T = TypeVar("T")
logger = logging.getLogger(__name__)

_KEPT = 16  # of one process; Dovecot has a process for each
_IDLE_SECONDS = 30
# What says that the server is not well, and not that one mailbox is odd.
_CONNECTION = (OSError, imaplib.IMAP4.abort)


class Sessions:
    """Sessions that are kept for a while for the next call of the same mailbox."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._rest = Rest(f"IMAP at {server.host}:{server.port}")
        self._lock = threading.Lock()
        self._idle: list[tuple[str, Session]] = []

    def run(
        self, address: str, work: Callable[[Session], T], *, patience: float, fresh: bool = False
    ) -> T:
        """Do it in the mailbox; on a new connection if the one that was kept has died.

        `fresh` is for work that must not be begun twice.
        """
        if not fresh and (kept := self._kept(address)):
            try:
                return self._do(address, kept, work, patience)
            except StoreUnavailable as error:
                if isinstance(error.__cause__, TimeoutError):  # do not make a page wait twice
                    raise
        self._rest.check()
        try:
            session = Session(self._server, address)
        except ERRORS as error:
            self._rest.failed(error)
            raise StoreUnavailable(f"IMAP: {error}") from error
        try:
            result = self._do(address, session, work, patience)
        except StoreUnavailable as error:
            if isinstance(error.__cause__, _CONNECTION):
                self._rest.failed(error)
            raise
        self._rest.worked()
        return result

    def close(self) -> None:
        """Let go of what is kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, session in idle:
            session.drop()

    def _do(
        self, address: str, session: Session, work: Callable[[Session], T], patience: float
    ) -> T:
        try:
            session.patience(patience)
            result = work(session)
        except ERRORS as error:
            session.drop()
            raise StoreUnavailable(f"IMAP: {error}") from error
        self._keep(address, session)
        return result

    def _kept(self, address: str) -> Session | None:
        oldest = time.monotonic() - _IDLE_SECONDS
        with self._lock:
            expired = [session for _, session in self._idle if session.last_used < oldest]
            self._idle = [one for one in self._idle if one[1].last_used >= oldest]
            mine = [one for one in self._idle if one[0] == address]
            for one in mine[-1:]:
                self._idle.remove(one)
        for session in expired:
            session.drop()
        return mine[-1][1] if mine else None

    def _keep(self, address: str, session: Session) -> None:
        session.last_used = time.monotonic()
        with self._lock:
            self._idle.append((address, session))
            surplus, self._idle = self._idle[:-_KEPT], self._idle[-_KEPT:]
        for _, one in surplus:
            one.drop()


class Rest:
    """After some failures in a row nothing is tried for a while, so that no page waits for it.

    The log has one line when that begins and one when it ends.
    """

    _FAILURES = 3
    _SECONDS = 5.0

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def check(self) -> None:
        """Refuse while it rests."""
        if time.monotonic() < self._until:
            raise StoreUnavailable(f"{self._name} did not answer a moment ago")

    def failed(self, error: Exception) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._FAILURES:
                self._until = time.monotonic() + self._SECONDS
            is_news = self._failures == self._FAILURES
        if is_news:
            logger.error("%s: %s%s", self._name, error, _hint(error))

    def worked(self) -> None:
        with self._lock:
            was_down = self._failures >= self._FAILURES
            self._failures, self._until = 0, 0.0
        if was_down:
            logger.info("%s answers again", self._name)


def _hint(error: Exception) -> str:
    if "AUTHENTICATIONFAILED" in str(error):
        return " Are MAIL_STORE_MASTER and MAIL_STORE_SECRET those of Dovecot?"
    return ""
