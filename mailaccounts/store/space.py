"""Whether a message fits into a Maildir."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from mailaccounts.store import MailboxFull, Usage

_COUNTED_AGAIN = 10.0  # seconds
_NEARLY = 0.75
_REMEMBERED = 10_000


class Space:
    """How much each mailbox holds, near enough to say what fits.

    Counting reads the names of all messages. So it is done every few seconds, what this process
    keeps meanwhile is added, and only the mailbox that is nearly full is counted each time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, float]] = {}

    def require(self, mailbox: str, octets: int, limit: int, count: Callable[[], Usage]) -> None:
        """`MailboxFull` where the message is too much; else its octets count as kept.

        Of two messages at the same moment both may get the last place.
        """
        now = time.monotonic()
        held, counted = self._known.get(mailbox, (0, -_COUNTED_AGAIN))
        if counted + _COUNTED_AGAIN <= now or held + octets > limit * _NEARLY:
            held, counted = count().octets, now
        if held + octets > limit:
            raise MailboxFull(f"{held} of {limit} octets in use, and {octets} more")
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[mailbox] = held + octets, counted
