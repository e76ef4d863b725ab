"""Searching the help: every word, wherever it begins, whatever its accents, hyphens, capitals."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import get_language

from panel.help import PAGES
from panel.help_words import OTHER_WORDS

LONGEST_QUERY = 100
AROUND = 90  # characters shown on each side of what was found
# French and Italian put a short word before a vowel: d'absence, l'alias, qu'un.
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu)'")
_BLOCK_END = re.compile(r"</(?:p|li|dt|dd|h2|div)>")
_SEPARATE = {"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"}


@dataclass(frozen=True)
class Piece:
    """Some text of a page, and whether it is what was searched for."""

    text: str
    hit: bool = False


@dataclass(frozen=True)
class Found:
    """A page in which every word occurs: what is shown of it, and the first word as it stands."""

    page: str
    title: str
    pieces: list[Piece] = field(default_factory=list)
    word: str = ""

    @property
    def fragment(self) -> str:
        """What makes a browser show, and highlight, the word on the page that is opened."""
        return f"#:~:text={quote(self.word, safe='').replace('-', '%2D')}" if self.word else ""


def search_help(query: str) -> list[Found]:
    """The pages that have all words of the query, in the language in force; the best first."""
    plain = _ELIDED.sub(" ", fold(query[:LONGEST_QUERY]))
    words = [word for word in plain.split() if re.search(r"\w", word)]
    if not words:
        return []
    ranked = []
    for place, (page, title) in enumerate(PAGES.items()):
        text = page_text(page, get_language() or "en")
        named, written = _Folded(f"{title}, {OTHER_WORDS.get(page, '')}"), _Folded(text)
        hits = [(named.places(word), written.places(word)) for word in words]
        if not all(in_title or in_text for in_title, in_text in hits):
            continue
        weight = sum(20 * bool(in_title) + min(len(in_text), 9) for in_title, in_text in hits)
        spans = sorted(span for _title, in_text in hits for span in in_text)
        word = text[slice(*spans[0])] if spans else ""
        ranked.append((-weight, place, Found(page, str(title), _excerpt(text, spans), word)))
    return [found for _weight, _place, found in sorted(ranked, key=lambda entry: entry[:2])]


@cache
def page_text(page: str, language: str) -> str:
    """What one reads on a page, as one line; in English where the language has no such page."""
    templates = [f"help/{language}/{page}.html", f"help/en/{page}.html"]
    html = render_to_string(templates, {"layout": "panel/help_text.html"})
    return " ".join(unescape(strip_tags(_BLOCK_END.sub(" ", html))).split())


def fold(text: str) -> str:
    """Without what a searcher does not type: capitals, accents, ligatures."""
    return "".join(_fold(letter) for letter in text)


@cache
def _fold(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", _SEPARATE.get(letter.lower(), letter)).casefold()
    return "".join(part for part in plain if not unicodedata.combining(part))


def _with_hyphens(word: str) -> str:
    """A pattern for a word that may have hyphens in it, or lack them: antivirus, anti-virus."""
    return "-?".join(re.escape(letter) for letter in word if letter != "-")


class _Folded:
    """A text as it is searched, which knows where each of its letters stands in the original."""

    def __init__(self, text: str) -> None:
        parts = [_fold(letter) for letter in text]
        self.text = "".join(parts)
        self._origin = [place for place, part in enumerate(parts) for _letter in part]

    def places(self, word: str) -> list[tuple[int, int]]:
        """Where words begin so: the spans in the original text."""
        return [
            (self._origin[hit.start()], self._origin[hit.end() - 1] + 1)
            for hit in re.finditer(rf"(?<!\w){_with_hyphens(word)}", self.text)
        ]


def _excerpt(text: str, spans: list[tuple[int, int]]) -> list[Piece]:
    """What stands around the first place, with all places in it marked; else how it begins."""
    middle = spans[0][0] if spans else 0
    begin = text.rfind(" ", 0, max(0, middle - AROUND)) + 1
    end = text.find(" ", middle + AROUND)
    end = len(text) if end < 0 else end
    pieces = [Piece("… ")] if begin else []
    place = begin
    for start, stop in spans:
        if place <= start and stop <= end:
            pieces += [Piece(text[place:start]), Piece(text[start:stop], hit=True)]
            place = stop
    return [*pieces, Piece(text[place:end] + (" …" if end < len(text) else ""))]
