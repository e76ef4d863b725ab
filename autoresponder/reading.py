"""The text of a message, read from MIME as it comes: broken, nested, in any charset.

Whatever somebody sends, this ends soon and raises nothing: what stands beyond the limits below is
not looked at.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import nh3

from delivery.message import Message

_OCTETS = 2 * 1024 * 1024  # of the message
_TEXT = 128 * 1024  # octets of all texts
_HEAD = 16 * 1024  # of each part
_PARTS = 100
_DEPTH = 8

_GAP = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(
    rb"^content-(type|transfer-encoding|disposition)[ \t]*:(.*(?:\r?\n[ \t].*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_PARAMETER = r"""[;\s]%s\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))"""
_BOUNDARY = re.compile(_PARAMETER % "boundary", re.IGNORECASE)
_CHARSET = re.compile(_PARAMETER % "charset", re.IGNORECASE)
# Codecs of Python that read text no mail program writes, some of them slowly.
_NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}

_BREAKING = {"p", "div", "br", "li", "tr", "table", "ul", "ol", "blockquote", "pre", "hr", "dt"}
_BREAKING |= {"dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"}
_BLOCK = re.compile(rf"</?(?:{'|'.join(sorted(_BREAKING))}|td|th)(?:[\s/][^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = re.compile(r"<!--|<script|<style|<title", re.IGNORECASE)
_ENDS = {
    "<!--": re.compile("-->"),
    **{f"<{tag}": re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style", "title")},
}
_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")


@dataclass(frozen=True)
class _Part:
    """A part between two places in the message, with the fields that say how to read it."""

    start: int
    end: int
    depth: int
    content_type: str
    encoding: str
    is_attachment: bool


def text_of(message: Message) -> str:
    """All that its reader sees as text, HTML read as text; attached files are not looked at."""
    raw = message.raw[:_OCTETS]
    left = _TEXT
    texts = []
    for part in _leaves(message, raw):
        if left <= 0:
            break
        text = _decoded(raw, part, left)
        left -= len(text)
        texts.append(words_of_html(text) if part.content_type.startswith("text/html") else text)
    return "\n".join(texts)


def _leaves(message: Message, raw: bytes) -> Iterator[_Part]:
    """The parts that are text, in the order of the message."""
    whole = _part(raw, 0, len(raw), 0)
    if not message.has_header:
        whole = _Part(0, len(raw), 0, "text/plain", "", is_attachment=False)
    waiting = [whole]
    seen = 0
    while waiting and seen < _PARTS:
        part = waiting.pop()
        seen += 1
        if part.content_type.startswith("multipart/") and part.depth < _DEPTH:
            waiting += reversed(list(_inside(raw, part)))
        elif part.content_type.startswith(("text/plain", "text/html")) and not part.is_attachment:
            yield part


def _part(raw: bytes, start: int, end: int, depth: int) -> _Part:
    """Read the head of a part; a message that begins without one is text."""
    gap = _GAP.search(raw, start, min(end, start + _HEAD))
    if raw.startswith((b"\r\n", b"\n"), start):
        head, start = b"", start + 1
    elif gap:
        head, start = raw[start : gap.start()], gap.end()
    else:
        head = raw[start : min(end, start + _HEAD)]
        start = end
    fields = {match[1].lower(): match[2].decode("latin-1") for match in _FIELD.finditer(head)}
    return _Part(
        start,
        end,
        depth,
        _typed(fields.get(b"type", "text/plain")),
        fields.get(b"transfer-encoding", "").strip().lower(),
        fields.get(b"disposition", "").strip().lower().startswith("attachment"),
    )


def _typed(field: str) -> str:
    """The type in lower case, the parameters as they stand: boundaries differ by letter case."""
    kind, semicolon, parameters = field.strip().partition(";")
    return f"{kind.strip().lower()}{semicolon}{parameters}"


def _inside(raw: bytes, part: _Part) -> Iterator[_Part]:
    """The parts of a multipart; the last one may lack its end."""
    match = _BOUNDARY.search(part.content_type)
    if match is None:
        return
    mark = b"\n--" + (match[1] or match[2]).encode("latin-1")
    # The line break before the first mark may be the one that ends the head.
    here = raw.find(mark, max(part.start - 1, 0), part.end)
    for _ in range(_PARTS):
        if here < 0:
            return
        begin = here + len(mark)
        if raw.startswith(b"--", begin):
            return
        line_end = raw.find(b"\n", begin, part.end)
        if line_end < 0:
            return
        # The same line break may end the mark's line and begin the next mark.
        here = raw.find(mark, line_end, part.end)
        yield _part(raw, line_end + 1, here if here >= 0 else part.end, part.depth + 1)


def _decoded(raw: bytes, part: _Part, most: int) -> str:
    octets = raw[part.start : min(part.end, part.start + 4 * most)]
    if part.encoding == "base64":
        octets = _from_base64(octets)
    elif part.encoding == "quoted-printable":
        octets = binascii.a2b_qp(octets)
    match = _CHARSET.search(part.content_type)
    return in_charset(octets[:most], (match[1] or match[2]) if match else "utf-8")


def _from_base64(octets: bytes) -> bytes:
    octets = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    octets = octets[: len(octets) - (len(octets) % 4 == 1)]
    return binascii.a2b_base64(octets + b"=" * (-len(octets) % 4))


def in_charset(octets: bytes, charset: str) -> str:
    """Read octets; of what is damaged or unknown as much as can be read."""
    try:
        name = codecs.lookup(charset).name
        if name not in _NO_CHARSETS:
            return octets.decode(name, errors="replace")
    except (LookupError, UnicodeError, ValueError):
        pass
    return octets.decode("utf-8", errors="replace")


def words_of_html(html: str) -> str:
    """What a reader of this HTML sees, roughly, in one pass over it whatever it is.

    A parser would build what is nested thousands of times, which takes it a second and more.
    """
    shown = _BLOCK.sub("\n", "".join(_seen(html)))
    return unescape(_TAG.sub("", shown))


def _seen(html: str) -> Iterator[str]:
    """All but comments, scripts and styles."""
    here = 0
    while hidden := _HIDDEN.search(html, here):
        yield html[here : hidden.start()]
        end = _ENDS[hidden[0].lower()].search(html, hidden.end())
        if end is None:
            return
        here = end.end()
    yield html[here:]


class _Reader(HTMLParser):
    """Collects text; blocks begin on lines of their own, and links say where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self.pieces.append("\n\n" if tag in ("p", "table", "blockquote") else "\n")
        if tag == "li":
            self.pieces.append("- ")
        if tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link.startswith(("http:", "https:")):
            self.pieces.append(f" ({self._link})")
        if tag in _BREAKING and tag != "li":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(_BLANKS.sub(" ", data.replace("\n", " ")))


def text_of_html(html: str) -> str:
    """An owner's HTML as text, by its blocks; cleaned first, so that the parser meets no oddity."""
    reader = _Reader()
    reader.feed(nh3.clean(html))
    reader.close()
    lines = (line.strip() for line in "".join(reader.pieces).split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()
