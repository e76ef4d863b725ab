"""Which autoresponders a message is meant for: words in its subject or text.

Letter case, accents, kinds of blanks and apostrophes make no difference; a word is found inside a
longer one, so that "invoice" finds "invoices".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from autoresponder.models import Autoresponder
from autoresponder.reading import text_of
from delivery.message import Message, readable

_SUBJECT = 2000  # characters that are looked at
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u0060\u00b4]")
_BLANKS = re.compile(r"\s+")

_Request = Autoresponder.Request


def plain(text: str) -> str:
    """The text without what makes no difference."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", text).casefold()))
    return _BLANKS.sub(" ", text).strip()


def matching(autoresponders: Iterable[Autoresponder], message: Message) -> list[Autoresponder]:
    """Those whose request the message matches, in their order."""

    @cache
    def place(request: str) -> str:
        """Subject and text are read once, and only if somebody asks."""
        return plain(subject_of(message) if request == _Request.SUBJECT else text_of(message))

    return [
        one
        for one in autoresponders
        if one.request == _Request.ALWAYS or _is_in(place(one.request), one.word_list)
    ]


def subject_of(message: Message, most: int = _SUBJECT) -> str:
    """The decoded subject; empty without one."""
    values = message.values(b"subject")
    return readable(values[0], most) if values else ""


def _is_in(place: str, words: Iterable[str]) -> bool:
    # A line of accents alone says nothing, and would be in everything.
    return any(word in place for word in map(plain, words) if word)
