"""One connection to a scanner: all that is waited for has an end, and all that is read too."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_PIECE = 64 * 1024


class ScannerDown(Exception):
    """The scanner does not answer, or not what was agreed; asked again it may do better.

    The text says to the provider what to look at. `is_silent`: it was waited for in vain, and so
    would be the answer to the next question.
    """

    def __init__(self, text: str, *, is_silent: bool = False) -> None:
        super().__init__(text)
        self.is_silent = is_silent


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for a connection, and for the answer from then on."""

    connecting: float = 3.0
    answering: float = 60.0


@dataclass(frozen=True)
class Place:
    """Where a scanner listens: a host with a port, or the path of a socket."""

    name: str
    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def parse(cls, setting: str, url: str, scheme: str) -> Place:
        """`scheme://HOST:PORT` or `scheme:///PATH`; `ImproperlyConfigured` for anything else."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 0
        except ValueError:
            parts, host, port = urlsplit(""), "", 0
        is_tcp = bool(host and port and parts.path in ("", "/"))
        is_path = not parts.netloc and parts.path.startswith("/")
        if parts.scheme != scheme or not (is_tcp or is_path):
            raise ImproperlyConfigured(
                f"{setting}: not {scheme}://HOST:PORT or {scheme}:///PATH: {url}"
            )
        return cls(scheme, host, port, "" if is_tcp else parts.path)

    def __str__(self) -> str:
        return f"{self.name} at {self.path or f'{self.host}:{self.port}'}"


class Link:
    """An open connection."""

    def __init__(self, opened: socket.socket, place: Place, until: float) -> None:
        self._socket = opened
        self._place = place
        self._until = until

    def send(self, pieces: Sequence[bytes | memoryview]) -> None:
        """Write all of it."""
        for piece in pieces:
            view = memoryview(piece)
            while view:
                self._wait()
                view = view[self._socket.send(view[:_PIECE]) :]

    def send_end(self) -> None:
        """Tell the scanner that there is nothing more to come."""
        self._socket.shutdown(socket.SHUT_WR)

    def read(self, most: int) -> bytes:
        """All that comes until the scanner hangs up; `ScannerDown` for more than `most` octets."""
        read = bytearray()
        while True:
            self._wait()
            piece = self._socket.recv(_PIECE)
            if not piece:
                return bytes(read)
            read += piece
            if len(read) > most:
                raise ScannerDown(f"{self._place} answers without an end.")

    def _wait(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)


@contextmanager
def connected(place: Place, patience: Patience) -> Iterator[Link]:
    """Open a connection; whatever goes wrong with it inside is `ScannerDown`."""
    try:
        opened = _connect(place, patience.connecting)
    except OSError as error:
        silent = isinstance(error, TimeoutError)
        text = f"{place} does not answer ({error}): is it running?"
        raise ScannerDown(text, is_silent=silent) from error
    with opened:
        try:
            yield Link(opened, place, time.monotonic() + patience.answering)
        except TimeoutError as error:
            text = f"{place} took longer than {patience.answering:g} s: is it overloaded?"
            raise ScannerDown(text, is_silent=True) from error
        except OSError as error:
            raise ScannerDown(f"{place} hung up ({error}): its log says why.") from error


def _connect(place: Place, seconds: float) -> socket.socket:
    if not place.path:
        opened = socket.create_connection((place.host, place.port), seconds)
        # Questions go out in pieces: none of them waits for an answer to the one before.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened
    opened = socket.socket(socket.AF_UNIX)
    try:
        opened.settimeout(seconds)
        opened.connect(place.path)
    except OSError:
        opened.close()
        raise
    return opened
