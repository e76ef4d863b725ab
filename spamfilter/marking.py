"""What is written into the copy of a message that is kept; what was sent on stays as it came.

Nothing here parses MIME: fields are put on top, and the alert text becomes a part in front of the
whole original body, which keeps its octets. So no structure, however deep or broken, costs more
than its length, and no attachment or signature inside is touched.
"""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from email.header import Header

_END_OF_HEAD = re.compile(rb"(?:\A|\r?\n)\r?\n")
# Possessive: it never goes back, so it remembers nothing on its way.
_FIELD = re.compile(rb"[^\n]*+(?:\n[ \t][^\n]*+)*+(?:\n|\Z)")
_OURS = re.compile(rb"x-spam(?:-[!-9;-~]*)?[ \t]*:", re.IGNORECASE)
_SUBJECT = re.compile(rb"subject[ \t]*:[ \t]*", re.IGNORECASE)
_CONTENT = re.compile(rb"(?:content-[!-9;-~]*|mime-version)[ \t]*:", re.IGNORECASE)
# RFC 8551, RFC 3156 and, without MIME, RFC 4880: whatever is put in front breaks these.
_SEALED = re.compile(
    rb"multipart/(?:signed|encrypted)|application/(?:x-)?(?:pkcs7|pgp)", re.IGNORECASE
)
_ARMOUR = re.compile(rb"^-----BEGIN PGP ", re.MULTILINE)
_LINE_OCTETS = 76


@dataclass(frozen=True)
class Marking:
    """Writes the verdict into a message; called with the message as the client sent it.

    `marker` and `alert` are empty where nothing is wanted. What strangers wrote into `X-Spam…`
    fields goes, whatever the verdict.
    """

    points: Decimal
    limit: Decimal
    tests: tuple[str, ...] = ()
    marker: str = ""
    alert: str = ""

    @property
    def is_spam(self) -> bool:
        return self.points >= self.limit

    def __call__(self, message: bytes) -> bytes:
        head, gap, body = _parts(message)
        fields = [field for field in _fields(head) if not _OURS.match(field)]
        top = self._verdict()
        if self.is_spam and self.marker:
            fields, before = _with_marker(fields, self.marker)
            top += before
        if self.is_spam and self.alert and not _is_sealed(fields, body):
            fields, body = _with_alert(fields, gap, body, self.alert)
            gap = b"\r\n"
        return b"".join((*top, *fields, gap, body))

    def _verdict(self) -> list[bytes]:
        """As SpamAssassin writes it; `X-Spam` where no marker says it in the subject."""
        verdict = "Yes" if self.is_spam else "No"
        fields = [f"X-Spam-Status: {verdict}, score={self.points} required={self.limit}"]
        tests = ",".join(self.tests) or "none"
        fields += (f"\r\n\t{line}" for line in _folded(f"tests={tests}"))
        fields.append("\r\n")
        if self.is_spam:
            fields.insert(0, "X-Spam-Flag: YES\r\n")
            if not self.marker:
                fields.insert(1, "X-Spam: Yes\r\n")
        return ["".join(fields).encode()]


def without_forgeries(message: bytes) -> bytes:
    """A message that could not be scanned: nothing in it may say that it was."""
    head, gap, body = _parts(message)
    return b"".join((*(f for f in _fields(head) if not _OURS.match(f)), gap, body))


def original(copy: bytes) -> bytes:
    """A marked copy as it was before, for the filter to learn from; other messages as they are."""
    head, gap, body = _parts(copy)
    fields = list(_fields(head))
    fields, body, gap = _without_alert(fields, gap, body)
    return b"".join((*_without_marks(fields), gap, body))


def _parts(message: bytes) -> tuple[bytes, bytes, bytes]:
    """The header with the end of its last line, the empty line, and the body."""
    end = _END_OF_HEAD.search(message)
    if end is None:
        return message, b"", b""
    if end.start() == 0 and not message.startswith((b"\r\n\r\n", b"\n\n")):
        return b"", end[0], message[end.end() :]
    line = 2 if message[end.start() : end.start() + 2] == b"\r\n" else 1
    split = end.start() + line
    return message[:split], message[split : end.end()], message[end.end() :]


def _fields(head: bytes) -> Iterator[bytes]:
    """Each field with its folded lines and line ends; also lines that are no fields."""
    position = 0
    while position < len(head):
        found = _FIELD.match(head, position)
        assert found is not None  # noqa: S101 - it matches anything
        yield found[0]
        position = found.end()


def _folded(text: str) -> Iterator[str]:
    """At its commas, in lines of RFC 5322's usual length."""
    line = ""
    for piece in re.findall(r"[^,]*,?", text):
        if line and len(line) + len(piece) > _LINE_OCTETS:
            yield line
            line = ""
        line += piece
    yield line


def _with_marker(fields: list[bytes], marker: str) -> tuple[list[bytes], list[bytes]]:
    """The fields with the marker in front of the subject, and what the subject was before."""
    index = next((i for i, field in enumerate(fields) if _SUBJECT.match(field)), None)
    if index is None:
        return [*fields, b"Subject: " + _encoded(marker) + b"\r\n"], []
    name = _SUBJECT.match(fields[index])
    assert name is not None  # noqa: S101 - that is how it was found
    subject = fields[index][name.end() :]
    # RFC 2047 section 6.2: blanks between two encoded words are not shown.
    space = " " if not marker.isascii() and subject.startswith(b"=?") else ""
    marked = b"Subject: " + _encoded(marker + space) + b" " + subject
    return [*fields[:index], marked, *fields[index + 1 :]], [b"X-Spam-Prev-Subject: " + subject]


def _encoded(marker: str) -> bytes:
    if marker.isascii():
        return marker.encode()
    return Header(marker, "utf-8", header_name="Subject").encode(linesep="\r\n").encode()


def _is_sealed(fields: list[bytes], body: bytes) -> bool:
    kinds = (field for field in fields if field[:13].lower() == b"content-type:")
    return any(map(_SEALED.search, kinds)) or _ARMOUR.search(body) is not None


def _with_alert(
    fields: list[bytes], gap: bytes, body: bytes, alert: str
) -> tuple[list[bytes], bytes]:
    """The original body, with the fields that describe it, as the second part of two."""
    inner = [field for field in fields if _CONTENT.match(field)]
    outer = [field for field in fields if not _CONTENT.match(field)]
    if outer and not outer[-1].endswith(b"\n"):
        outer[-1] += b"\r\n"
    boundary = _boundary(body)
    outer += (
        b"MIME-Version: 1.0\r\n",
        b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n',
        b"Content-Transfer-Encoding: 8bit\r\n",
    )
    text = "\r\n".join(alert.splitlines()) + "\r\n"
    first = (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + encodebytes(text.encode()).replace(b"\n", b"\r\n")
    )
    line = b"\r\n--" + boundary
    wrapped = (line[2:], b"\r\n", first, line, b"\r\n", *inner, gap, body, line, b"--\r\n")
    return outer, b"".join(wrapped)


_BOUNDARY = rb"=_pigeonnier_alert_[0-9a-f]{32}"
_WRAPPED = re.compile(
    rb'content-type: multipart/mixed; boundary="(' + _BOUNDARY + rb')"\r\n', re.IGNORECASE
)


def _boundary(body: bytes) -> bytes:
    """No body contains its own digest, except one that was made for it: nobody can."""
    return b"=_pigeonnier_alert_" + hashlib.sha256(body).hexdigest()[:32].encode()


def _without_alert(
    fields: list[bytes], gap: bytes, body: bytes
) -> tuple[list[bytes], bytes, bytes]:
    said = next(filter(None, map(_WRAPPED.fullmatch, fields)), None)
    pieces = body.split(b"--" + said[1]) if said else []
    if len(pieces) != 4:  # before, alert, original, end
        return fields, body, gap
    inner = pieces[2].removeprefix(b"\r\n").removesuffix(b"\r\n")
    head, gap, body = _parts(inner)
    return [*(f for f in fields if not _CONTENT.match(f)), *_fields(head)], body, gap


def _without_marks(fields: list[bytes]) -> list[bytes]:
    before = next((f for f in fields if f.startswith(b"X-Spam-Prev-Subject: ")), None)
    clean = [field for field in fields if not _OURS.match(field)]
    if before is None:
        return clean
    subject = b"Subject: " + before.partition(b": ")[2]
    return [subject if _SUBJECT.match(field) else field for field in clean]
