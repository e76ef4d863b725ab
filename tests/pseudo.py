"""A language that nobody speaks: from right to left, long-winded, and complete.

Whatever a page shows in other letters was never translated, and what is too narrow for its words is
too narrow for somebody's. Hebrew lends its code and letters: browsers write it from the right.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from panel.translations import extract_all

CODE = "he"
_HEBREW = "אבגדהוזחטיכלמנסעפצקרשתךםןף"
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", _HEBREW + _HEBREW)
# What stays as it is: placeholders, elements, entities.
_KEPT = re.compile(r"(%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|<[^>]*>|&\w+;)")
_VOWEL = re.compile(r"([aeiou])", re.IGNORECASE)


def add_language(folder: Path) -> None:
    """Put the compiled catalogue where Django looks for it below a folder of `LOCALE_PATHS`."""
    catalog = Catalog(locale=CODE, fuzzy=False)
    for message in extract_all():
        if message.id:
            catalog.add(message.id, string=_strings(catalog, message.id), context=message.context)
    place = folder / CODE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as stream:
        write_mo(stream, catalog)


def translated(text: str) -> str:
    """The text in this language: each vowel twice, so about a third longer than English."""
    return "".join(
        part if _KEPT.fullmatch(part) else _VOWEL.sub(r"\1\1", part).translate(_LETTERS)
        for part in _KEPT.split(text)
    )


def _strings(catalog: Catalog, text: Any) -> Any:
    if isinstance(text, str):
        return translated(text)
    one, many = text
    return (translated(one), *[translated(many)] * (catalog.num_plurals - 1))
