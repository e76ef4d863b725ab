"""When not to answer: RFC 3834, RFC 5230 and what mail systems have agreed upon besides.

Every rule is a question to the message, with the sentence that its owner reads, and its source.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_noop

from delivery.message import Message
from delivery.recipients import stored_form
from delivery.words import Reason
from mailaccounts.addresses import without_tag
from mailaccounts.smtp.connection import is_safe

_LONGEST_ADDRESS = 320
_ADDRESS = re.compile(
    r"""("[^"\r\n]{1,64}"|[^\s<>()",:;@\[\]]{1,64})@([^\s<>()",:;@\[\]]{1,255})"""
)
_QUOTED = re.compile(r'"[^"\r\n]*"(?!@)')
_PROGRAM = re.compile(
    r"mailer-daemon|listserv|majordomo"
    r"|owner-.*|.*-owner|.*-request"
    r"|(no|do[-_.]?not)[-_.]?reply([-_.=].*)?"
    r"|((ne[-_.]?)?pas[-_.]?repondre|(no|pas[-_.]?de|sans)[-_.]?reponse)([-_.=].*)?"
    r"|bounces?([-_.=].*)?|.*-bounces?",
)
_SUPPRESS = re.compile(r"\b(oof|autoreply|all)\b")
_BULK = {"bulk", "list", "junk", "auto_reply"}
_AUTOMATIC = {b"x-autoreply", b"x-autorespond", b"x-auto-reply", b"x-autoresponder"}
_CALENDAR_OCTETS = 256 * 1024
_ITIP_ANSWER = re.compile(
    rb'method\s*=\s*"?(reply|counter|declinecounter|refresh)\b', re.IGNORECASE
)
_FOLD = re.compile(rb"\r?\n(?![ \t])")


@dataclass(frozen=True)
class Incoming:
    """A message, its envelope sender with our own rewriting undone, and the account's addresses."""

    message: Message
    sender: str
    own: frozenset[str]

    def says(self, name: bytes) -> list[str]:
        """What the fields of this name say, in lower case, without comments at their end."""
        values = (value.decode("latin-1").lower() for value in self.message.values(name))
        return [value.partition(";")[0].partition("(")[0].strip() for value in values]

    def names(self, *fields: bytes) -> set[str]:
        """The addresses in these fields, in stored form."""
        text = " ".join(
            value.decode(errors="replace")
            for field in fields
            for value in self.message.values(field)
        )
        found = _ADDRESS.finditer(_QUOTED.sub(" ", text))
        return {stored_form(match[0]) for match in found} - {""}

    @cached_property
    def senders(self) -> set[str]:
        """The envelope sender and who stands in From."""
        return {stored_form(self.sender) or self.sender.lower(), *self.names(b"from")}


@dataclass(frozen=True)
class Rule:
    """One reason to be silent."""

    applies: Callable[[Incoming], bool]
    because: str
    source: str

    def reason(self) -> Reason:
        return Reason(self.because)


def _has_no_sender(incoming: Incoming) -> bool:
    return not incoming.sender


def _cannot_be_answered(incoming: Incoming) -> bool:
    local_part, _, domain = incoming.sender.rpartition("@")
    is_short = len(incoming.sender.encode(errors="replace")) <= _LONGEST_ADDRESS
    return not (local_part and domain and is_short and is_safe(incoming.sender))


def _is_automatic(incoming: Incoming) -> bool:
    return any(value != "no" for value in incoming.says(b"auto-submitted"))


def _calls_itself_automatic(incoming: Incoming) -> bool:
    return any(name in _AUTOMATIC for name in incoming.message.field_names)


def _is_from_a_list(incoming: Incoming) -> bool:
    return any(name.startswith(b"list-") for name in incoming.message.field_names)


def _is_bulk(incoming: Incoming) -> bool:
    return any(value in _BULK for value in incoming.says(b"precedence"))


def _asks_for_silence(incoming: Incoming) -> bool:
    values = incoming.message.values(b"x-auto-response-suppress")
    return any(_SUPPRESS.search(value.decode("latin-1").lower()) for value in values)


def _is_from_a_program(incoming: Incoming) -> bool:
    locals_ = (without_tag(address).rpartition("@")[0] for address in incoming.senders)
    return any(_PROGRAM.fullmatch(local_part) for local_part in locals_)


def _is_from_itself(incoming: Incoming) -> bool:
    return not incoming.own.isdisjoint(map(without_tag, incoming.senders))


def _is_a_report(incoming: Incoming) -> bool:
    return any(value == "multipart/report" for value in incoming.says(b"content-type"))


def _answers_an_invitation(incoming: Incoming) -> bool:
    """By its type alone: what stands in the text of a message is not an answer to anything."""
    head = incoming.message.raw[:_CALENDAR_OCTETS]
    place = head.lower().find(b"text/calendar")
    for _ in range(10):
        if place < 0:
            return False
        field = _FOLD.split(head[place : place + 300], maxsplit=1)[0]
        if _ITIP_ANSWER.search(field):
            return True
        place = head.lower().find(b"text/calendar", place + 1)
    return False


def _is_not_addressed(incoming: Incoming) -> bool:
    named = incoming.names(b"to", b"cc", b"resent-to", b"resent-cc")
    return incoming.own.isdisjoint(named)


_MADE_BY_A_PROGRAM = gettext_noop("It was sent by a program.")
_REPORT = gettext_noop("It is a report on a message, such as a receipt or a failed delivery.")

RULES = (
    Rule(_has_no_sender, _REPORT, "RFC 3834 section 2, RFC 5230 section 4.6"),
    Rule(
        _cannot_be_answered,
        gettext_noop("Its sender’s address cannot be answered."),
        "RFC 3834 section 4",
    ),
    Rule(_is_automatic, _MADE_BY_A_PROGRAM, "RFC 3834 section 5, RFC 5230 section 4.6"),
    Rule(_calls_itself_automatic, _MADE_BY_A_PROGRAM, "RFC 3834 section 2"),
    Rule(
        _is_from_a_list,
        gettext_noop("It came over a mailing list, or is a newsletter."),
        "RFC 5230 section 4.6, RFC 2369, RFC 2919",
    ),
    Rule(_is_bulk, gettext_noop("It was sent to many at once."), "RFC 3834 section 2"),
    Rule(
        _asks_for_silence,
        gettext_noop("Its sender’s mail program asks for no automatic answer."),
        "MS-OXCMAIL section 2.1.3.2.22",
    ),
    Rule(
        _is_from_a_program,
        gettext_noop("Its sender’s address is that of a program or a mailing list."),
        "RFC 3834 section 2, RFC 5230 section 4.6",
    ),
    Rule(
        _is_from_itself,
        gettext_noop("It comes from an address of this account."),
        "RFC 3834 section 2, RFC 5230 section 4.6",
    ),
    Rule(_is_a_report, _REPORT, "RFC 3834 section 2, RFC 6522"),
    Rule(
        _answers_an_invitation,
        gettext_noop("It is the answer of a calendar to an invitation."),
        "RFC 5546 section 3.2",
    ),
    Rule(
        _is_not_addressed,
        gettext_noop("None of this account’s addresses stands in To or Cc."),
        "RFC 3834 section 2, RFC 5230 section 4.5",
    ),
)


def silence(incoming: Incoming) -> Reason | None:
    """Why this message gets no answer; `None` when it may have one."""
    for rule in RULES:
        if rule.applies(incoming):
            return rule.reason()
    return None
