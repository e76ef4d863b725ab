"""What comes after DATA, up to the line with nothing but a dot.

Only CR LF ends a line. A message with a CR or LF of its own is what SMTP smuggling is made of: two
programs that disagree about where it ends. It is refused as soon as it is seen, so no byte of it is
ever taken for a command. NUL and 8-bit octets are kept as they are.
"""

from __future__ import annotations

import io
from enum import Enum, auto

from delivery.edge.limits import Budget

_END = b"\r\n.\r\n"
_PREFIXES = (b"\r\n.\r", b"\r\n.", b"\r\n", b"\r")


class BareNewline(Exception):
    """A CR without its LF, or an LF without its CR."""


class Endless(Exception):
    """Twice as long as the longest message: no use waiting for its end."""


class Outcome(Enum):
    """What became of a message that was read to its end."""

    WHOLE = auto()
    TOO_LARGE = auto()
    NO_ROOM = auto()


class Body:
    """Takes the octets as they come, in pieces of any length, and holds the message once."""

    def __init__(self, limit: int, budget: Budget) -> None:
        self.outcome = Outcome.WHOLE
        self.octets = 0
        self._limit = limit
        self._budget = budget
        self._taken = 0
        self._text = io.BytesIO()
        # As if a line had ended just before: the message may begin with a dot.
        self._held = b"\r\n"
        self._skip = 2

    def feed(self, octets: bytes) -> bytes | None:
        """None while the message goes on; else what came after its end."""
        work = self._held + octets
        end = work.find(_END)
        if end >= 0:
            self._add(work[: end + 2])
            return work[end + len(_END) :]
        self._held = next((p for p in _PREFIXES if work.endswith(p)), b"")
        self._add(work[: len(work) - len(self._held)])
        return None

    def message(self) -> bytes:
        """The message as its sender wrote it; of a `BytesIO` this is no copy."""
        return self._text.getvalue()

    def release(self) -> None:
        """Give back the room."""
        self._text = io.BytesIO()
        self._budget.give(self._taken)
        self._taken = 0

    def _add(self, piece: bytes) -> None:
        """Keep a piece that begins and ends between two characters of a line or two lines."""
        lines = piece.count(b"\r\n")
        if piece.count(b"\n") != lines or piece.count(b"\r") != lines:
            raise BareNewline
        piece = piece.replace(b"\r\n.", b"\r\n")
        if self._skip and piece:
            piece = piece[self._skip :]
            self._skip = 0
        self.octets += len(piece)
        if self.octets > 2 * self._limit:
            raise Endless
        if self.octets > self._limit:
            self._drop(Outcome.TOO_LARGE)
        elif self.outcome is Outcome.WHOLE:
            if self._budget.take(len(piece)):
                self._taken += len(piece)
                self._text.write(piece)
            else:
                self._drop(Outcome.NO_ROOM)

    def _drop(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.release()
