"""Client of ClamAV's clamd: one command, one connection, the message streamed as it is.

The packages there are for it are stale (clamd, pyclamd) or want an event loop (aioclamd).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings

from spamfilter.link import Link, Patience, Place, ScannerDown, connected

_LONGEST_ANSWER = 4096
_CHUNK = 256 * 1024
_GLANCE = Patience(connecting=1.0, answering=2.0)
_FOUND = re.compile(r"stream: (.+) FOUND")


class TooLarge(Exception):
    """clamd takes no message of this size: its `StreamMaxLength` is below `MESSAGE_SIZE_LIMIT`."""


class Clamd:
    """Each call is one connection. Errors: `ScannerDown`. Used by several threads at once."""

    def __init__(self, place: Place, patience: Patience | None = None) -> None:
        self.place = place
        self._patience = patience or Patience()

    def scan(self, message: Sequence[bytes]) -> str:
        """The name of a virus in the message, given in pieces; empty when none is found.

        Errors: also `TooLarge`.
        """
        with connected(self.place, self._patience) as link:
            answer = self._stream(link, message)
        if found := _FOUND.fullmatch(answer):
            return found[1]
        if answer == "stream: OK":
            return ""
        if "size limit exceeded" in answer:
            raise TooLarge(f"{self.place}: {answer}")
        raise ScannerDown(f"{self.place} says “{answer}”: its log says why.")

    def ping(self) -> None:
        """Raise `ScannerDown` unless it answers at once."""
        with connected(self.place, _GLANCE) as link:
            link.send([b"zPING\0"])
            answer = _text(link)
        if answer != "PONG":
            raise ScannerDown(f"{self.place} says “{answer}”: its log says why.")

    def _stream(self, link: Link, message: Sequence[bytes]) -> str:
        try:
            link.send([b"zINSTREAM\0"])
            for chunk in _chunks(message):
                link.send([struct.pack("!I", len(chunk)), chunk])
            link.send([struct.pack("!I", 0)])
        except TimeoutError:
            raise
        except OSError:
            # It may have said, before it hung up, that this is too much for it.
            return _text(link)
        return _text(link)


def clamd() -> Clamd | None:
    """The one that `CLAMD_URL` names; `None` where there is none."""
    if not settings.CLAMD_URL:
        return None
    return Clamd(Place.parse("CLAMD_URL", settings.CLAMD_URL, "clamd"))


def _text(link: Link) -> str:
    return link.read(_LONGEST_ANSWER).rstrip(b"\0").decode(errors="replace")


def _chunks(message: Iterable[bytes]) -> Iterator[memoryview]:
    for piece in message:
        view = memoryview(piece)
        for start in range(0, len(view), _CHUNK):
            yield view[start : start + _CHUNK]
