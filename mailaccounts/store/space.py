"""Whether a message fits into a Maildir."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from mailaccounts.store import MailboxFull, Usage

_COUNTED_AGAIN = 5.0  # seconds
_PROCESSES = 8  # of which each may keep as much in the meantime as this one
_REMEMBERED = 10_000


class Space:
    """How much each mailbox holds, near enough to say what fits.

    Counting reads the names of all messages. So it is done every few seconds, and for each message
    only where all processes together might have come near the limit since.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What was counted, when, and what this process has kept since.
        self._known: dict[str, tuple[int, float, int]] = {}

    def require(self, mailbox: str, octets: int, limit: int, count: Callable[[], Usage]) -> None:
        """`MailboxFull` where the message is too much; else its octets count as kept.

        Of two messages at the same moment both may get the last place.
        """
        now = time.monotonic()
        held, counted, since = self._known.get(mailbox, (0, -_COUNTED_AGAIN, 0))
        near = held + _PROCESSES * (since + octets) > limit
        if near or counted + _COUNTED_AGAIN <= now:
            held, counted, since = count().octets, now, 0
        if held + since + octets > limit:
            raise MailboxFull(f"{held + since} of {limit} octets in use, and {octets} more")
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[mailbox] = held, counted, since + octets
