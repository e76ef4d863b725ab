"""Replies as octets, and the one reply that SMTP has for many."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence

from delivery.words import Reply

OK = Reply(250, "2.0.0", "Ok")
BARE = Reply(521, "5.5.2", "Lines end with CR LF and nothing else; see RFC 5321 section 2.3.8")
TOO_LARGE = Reply(552, "5.3.4", "Message larger than this server takes")
NO_ROOM = Reply(452, "4.3.1", "No room for this message now, try again later")
TOO_MANY = Reply(452, "4.5.3", "Too many recipients, send to the others separately")
TOO_LONG = Reply(500, "5.5.2", "Line too long")
TIME_OUT = Reply(421, "4.4.2", "Waited too long, closing")
STOPPING = Reply(421, "4.3.2", "Service is stopping, try again later")
CROWDED = Reply(421, "4.3.2", "Too many connections, try again later")
STRANGER = Reply(554, "5.7.1", "This service takes mail from machines that are named to it")

log = logging.getLogger("delivery.edge")

_UNSAFE = re.compile(r"[^\x20-\x7e]+")
_NAMED = 5
_TEXT = 400  # RFC 5321 section 4.5.3.1.5: 512 with code and line end


def encode(reply: Reply) -> bytes:
    """One line, whatever its text holds."""
    return f"{reply.code} {reply.enhanced} {_UNSAFE.sub('?', reply.text)[:_TEXT]}\r\n".encode()


def encode_lines(code: int, lines: Sequence[str]) -> bytes:
    """A reply of several lines, without enhanced codes: the greeting and the extensions."""
    last = len(lines) - 1
    return "".join(
        f"{code}{' ' if number == last else '-'}{line}\r\n" for number, line in enumerate(lines)
    ).encode()


def for_all(recipients: Sequence[str], replies: Sequence[Reply]) -> Reply:
    """SMTP's single reply when recipients fared differently.

    Only when every one of them succeeded is it a success. While one may succeed later, the client
    is asked to send the message to all again: what was done already is not done twice. When the
    rest is refused for good, so is the message: the sender must hear of it, and we send no bounces.
    """
    later = [r for r in replies if r.is_for_now]
    if later:
        return later[0]
    refused = [(who, r) for who, r in zip(recipients, replies, strict=True) if not r.is_success]
    if not refused:
        return replies[0]
    who, reply = refused[0]
    if len(replies) == 1:
        return reply
    counted = f"{len(refused)} of {len(replies)} recipients refused, the others have it"
    return Reply(reply.code, reply.enhanced, f"{counted}: <{who}> {reply.text}")


def summary(recipients: Sequence[str], replies: Sequence[Reply]) -> str:
    """Who was told what, for the log: of many with the same reply the first few are named."""
    told: dict[str, list[str]] = {}
    for who, reply in zip(recipients, replies, strict=True):
        told.setdefault(encode(reply).decode().strip(), []).append(f"<{ascii(who)[1:-1]}>")
    return "; ".join(f"to {_few(those)}: {text}" for text, those in told.items())


def _few(names: Sequence[str]) -> str:
    further = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {further} more" if further > 0 else "")


def trouble(error: Exception) -> Reply:
    """For an unexpected error: its trace goes to the log alone."""
    reference = secrets.token_hex(4)
    log.error("Unexpected error, reference %s", reference, exc_info=error)
    return Reply(451, "4.3.0", f"Something went wrong here, reference {reference}")
