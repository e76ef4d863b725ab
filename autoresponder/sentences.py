"""What an autoresponder does, in words; and which two would answer the same message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from autoresponder.matching import plain
from autoresponder.models import Autoresponder
from mailaccounts import addresses

_Request = Autoresponder.Request


def condition(one: Autoresponder) -> str:
    """What it answers."""
    if one.request == _Request.ALWAYS:
        return _("Answers every message.")
    words = pgettext("between two words", " or ").join(
        _("“%(word)s”") % {"word": word} for word in one.word_list
    )
    if one.request == _Request.SUBJECT:
        return _("Answers when the subject contains %(words)s.") % {"words": words}
    return _("Answers when the text contains %(words)s.") % {"words": words}


def period(one: Autoresponder) -> str:
    """Between which days; empty for always."""
    days = {
        "start": date_format(one.starts) if one.starts else "",
        "end": date_format(one.ends) if one.ends else "",
    }
    if one.starts and one.ends:
        return _("From %(start)s to %(end)s.") % days
    if one.starts:
        return _("From %(start)s on.") % days
    return _("Until %(end)s.") % days if one.ends else ""


def state(one: Autoresponder, now: datetime) -> str:
    """Whether it answers, for who looks at it from outside."""
    today = one.service.today(now)
    if not one.enabled:
        return pgettext("autoresponder", "Off")
    if not one.service.enabled:
        return _("Off with all others")
    if one.ends and one.ends < today:
        return _("It is over.")
    return pgettext("autoresponder", "On") if one.is_due(today) else _("Not yet")


def limits(one: Autoresponder) -> str:
    """How often to one address."""
    return ngettext(
        "To one address at most %(times)d time a day.",
        "To one address at most %(times)d times a day.",
        one.answers_a_day,
    ) % {"times": one.answers_a_day}


def summary(one: Autoresponder) -> str:
    """All of it, as a short text."""
    forward = ""
    if one.forward_to:
        address = addresses.readable(one.forward_to)
        forward = _("Sends each such message on to %(address)s.") % {"address": address}
    return " ".join(filter(None, (condition(one), period(one), limits(one), forward)))


def overlaps(some: Sequence[Autoresponder]) -> list[tuple[Autoresponder, Autoresponder]]:
    """Pairs of those that are on and would both answer some message on some day."""
    on = [one for one in some if one.enabled]
    return [(a, b) for a, b in combinations(on, 2) if _meet(a, b) and _match_alike(a, b)]


def also_answering(one: Autoresponder, others: Sequence[Autoresponder]) -> list[Autoresponder]:
    """Which others would answer a message that this one answers too."""
    return [b for a, b in overlaps([one, *others]) if a is one]


def _meet(a: Autoresponder, b: Autoresponder) -> bool:
    """Whether there is a day within the dates of both."""
    begins = max((day for day in (a.starts, b.starts) if day), default=None)
    ends = min((day for day in (a.ends, b.ends) if day), default=None)
    return begins is None or ends is None or begins <= ends


def _match_alike(a: Autoresponder, b: Autoresponder) -> bool:
    """Whether what one looks for is found by the other: any two words can stand in one message."""
    if _Request.ALWAYS in (a.request, b.request):
        return True
    if a.request != b.request:
        return False
    pairs = ((plain(x), plain(y)) for x in a.word_list for y in b.word_list)
    return any(x in y or y in x for x, y in pairs)
