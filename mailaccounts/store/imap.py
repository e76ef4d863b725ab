"""IMAP as the master user: connections that enter one mailbox each, and the few commands we need.

The standard library's client, with all that an owner typed or named sent as quoted strings.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

CONNECTING = 3.0
_FOLDER = re.compile(rb'\([^)]*\) (?:NIL|"(?:[^"\\]|\\.)*") (.+)', re.DOTALL)
# Dovecot 2.3 gives no code for a name that is well-formed.
_NO_FOLDER = re.compile(rb"\[(NONEXISTENT|CANNOT)\]|Mailbox doesn't exist: ")
_CLOSED = re.compile(rb"\([^)]*\\(noselect|nonexistent)\b", re.IGNORECASE)
_STATUS = re.compile(rb"(?:.* )?\(MESSAGES (\d+) SIZE (\d+)\)", re.DOTALL)
_ITEMS = re.compile(
    rb'\d+ \(UID (\d+) FLAGS \(([^)]*)\) INTERNALDATE "([^"]+)" RFC822\.SIZE (\d+)'
    rb"(?: BODY\[.*)?",
    re.DOTALL,
)
# What may go wrong in a connection, unreadable answers included.
ERRORS = (OSError, imaplib.IMAP4.error, ValueError, TypeError, IndexError)


@dataclass(frozen=True)
class Server:
    """Where to connect, and as whom. Without a context for TLS it is plain text."""

    host: str
    port: int
    master: str
    secret: str = field(repr=False)
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True)
class Item:
    """What is said of one message; all but `content` is from the index."""

    uid: int
    received: datetime
    octets: int
    content: bytes = b""
    flags: frozenset[str] = frozenset()


class Session:
    """One connection, in one mailbox."""

    def __init__(self, server: Server, address: str) -> None:
        self.last_used = time.monotonic()
        self._imap = _connected(server)
        try:
            # Without it each login waits 40 ms: two small writes, and a delayed acknowledgement.
            self._imap.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            proof = "\0".join((address, server.master, server.secret)).encode()
            self._imap.authenticate("PLAIN", lambda _: proof)
        except BaseException:
            self._imap.shutdown()
            raise

    def patience(self, seconds: float) -> None:
        """How long to wait for each answer from now on."""
        self._imap.socket().settimeout(seconds)

    def drop(self) -> None:
        """Hang up; waiting for a goodbye would let a page wait for a server that says nothing."""
        with suppress(*ERRORS):
            self._imap.shutdown()

    def holds(self) -> list[tuple[int, int]]:
        """For each folder the number of messages and their octets, in one round trip."""
        if self._imap.state == "SELECTED":  # of the open folder STATUS tells what was seen of it
            _ok(self._imap.unselect())
        self._list("RETURN (STATUS (MESSAGES SIZE))")
        # A name sent as a literal comes in a tuple, and the numbers in a line of their own.
        lines = (line for line in self._said("STATUS") if isinstance(line, bytes))
        found = map(_STATUS.fullmatch, lines)
        return [(int(match[1]), int(match[2])) for match in found if match]

    def folders(self) -> list[str]:
        """The folders that can be opened, as they are named in commands."""
        self._list()
        lines = (line for line in self._said("LIST") if line and not _CLOSED.match(_flat(line)))
        return [_folder(line) for line in lines]

    def open(self, folder: str = "INBOX", *, readonly: bool = True) -> tuple[int, int]:
        """Open a folder; its number of messages and its UIDVALIDITY. One that is not is empty."""
        answer = self._imap.select(folder, readonly)
        if answer[0] == "NO" and _NO_FOLDER.search(_flat(answer[1][0] or b"")):
            return 0, 0
        (exists,) = _ok(answer)
        (validity,) = self._said("UIDVALIDITY")
        return int(exists), int(validity)

    def search(self, words: Sequence[str]) -> list[int]:
        """Sequence numbers of those with every word in subject or sender, in order."""
        (found, *_) = _ok(self._imap.search("UTF-8", _criteria(words)))  # type: ignore[arg-type] # bytes pass
        return _numbers(found)

    def uids(self, words: Sequence[str]) -> list[int]:
        """The same as UIDs; all of the folder without a word."""
        criteria: Any = _criteria(words) if words else "ALL"
        (found, *_) = _ok(self._imap.uid("SEARCH", "CHARSET", "UTF-8", criteria))
        return _numbers(found)

    def sort(self, criterion: str, words: Sequence[str], *, backwards: bool) -> list[int]:
        """The UIDs of the same, sorted; those that are alike in the order of arrival."""
        program = f"({'REVERSE ' if backwards else ''}{criterion})"
        criteria: Any = _criteria(words) if words else "ALL"
        (found, *_) = _ok(self._imap.uid("SORT", program, "UTF-8", criteria))
        return [int(uid) for uid in (found or b"").split()]

    def having(self, keyword: str) -> list[int]:
        """UIDs of those with a keyword, in order."""
        (found, *_) = _ok(self._imap.uid("SEARCH", "KEYWORD", keyword))
        return _numbers(found)

    def fetch(self, numbers: Sequence[int], section: str = "") -> list[Item]:
        """Messages by sequence number, in order; with a part of each, such as `[]<0.100>`."""
        wanted = _items(section)
        return list(_parsed(_ok(self._imap.fetch(ranges(numbers), wanted)))) if numbers else []

    def fetch_by_uid(self, uids: Sequence[int], section: str) -> list[Item]:
        """The same by UID, of those that are there."""
        if not uids:
            return []
        said = _ok(self._imap.uid("FETCH", ranges(uids), _items(section)))
        return [item for item in _parsed(said) if item.uid in uids]

    def fetch_whole(self, uid: int) -> bytes | None:
        """One whole message, or `None` when it is gone."""
        said = _ok(self._imap.uid("FETCH", str(uid), _items("[]")))
        return next((item.content for item in _parsed(said) if item.uid == uid), None)

    def fetch_parts(self, uids: Sequence[int], octets: int) -> list[Item]:
        """The beginnings of those that are there."""
        return self.fetch_by_uid(uids, f"[]<0.{octets}>")

    def flag(self, uids: Sequence[int], *, remove: Sequence[str], add: Sequence[str]) -> None:
        """Change the keywords of those that are there."""
        for sign, flags in (("-", remove), ("+", add)):
            if flags:
                _ok(self._imap.uid("STORE", ranges(uids), f"{sign}FLAGS.SILENT", _group(flags)))

    def expunge(self, uids: Sequence[int]) -> None:
        """Delete these from the folder that is open, and no others."""
        _ok(self._imap.uid("STORE", ranges(uids), "+FLAGS.SILENT", r"(\Deleted)"))
        _ok(self._imap.uid("EXPUNGE", ranges(uids)))

    def _list(self, options: str = "") -> None:
        for kind in ("LIST", "STATUS"):
            self._said(kind)  # what was left unread
        _ok(self._imap.xatom("LIST", '""', '"*"', *([options] if options else [])))

    def _said(self, kind: str) -> list[Any]:
        return [line for line in self._imap.response(kind)[1] if line is not None]


def ranges(numbers: Sequence[int]) -> str:
    """IMAP's way to write many numbers: `1:3,7`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(f"{low}:{high}" if low < high else str(low) for low, high in found)


def _connected(server: Server) -> imaplib.IMAP4:
    if server.tls is None:
        return imaplib.IMAP4(server.host, server.port, CONNECTING)
    return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=server.tls, timeout=CONNECTING)


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, said = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(_flat(said[0]).decode(errors="replace") if said else kind)
    return said


def _items(section: str) -> str:
    return "(UID FLAGS INTERNALDATE RFC822.SIZE" + (f" BODY.PEEK{section})" if section else ")")


def _criteria(words: Sequence[str]) -> bytes:
    return b" ".join(b"OR SUBJECT %b FROM %b" % ((_quoted(word),) * 2) for word in words)


def _numbers(said: bytes | None) -> list[int]:
    return sorted(int(number) for number in (said or b"").split())


def _group(flags: Sequence[str]) -> str:
    return f"({' '.join(flags)})"


def _parsed(said: Sequence[Any]) -> Iterator[Item]:
    """What a FETCH says; lines about flags that others set meanwhile are passed over."""
    for line in said:
        head, content = line if isinstance(line, tuple) else (line, b"")
        if match := _ITEMS.match(head or b""):
            flags = frozenset(match[2].decode("ascii", "replace").split())
            received = parsedate_to_datetime(match[3].decode())
            yield Item(int(match[1]), received, int(match[4]), content, flags)


def _flat(line: bytes | tuple[bytes, ...]) -> bytes:
    """A line of an answer; with a literal in it, both together."""
    return b" ".join(line) if isinstance(line, tuple) else line


def _folder(line: bytes | tuple[bytes, bytes]) -> str:
    if isinstance(line, tuple):
        return _quoted(line[1].decode("ascii")).decode()
    match = _FOLDER.fullmatch(line)
    if match is None:
        raise ValueError(f"Not a line of LIST: {line!r}")
    return match[1].decode("ascii")


def _quoted(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()
