"""Writing an answer: its fields, its text in one form or two, and its files byte for byte."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

import nh3
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from autoresponder.matching import subject_of
from autoresponder.models import Autoresponder
from autoresponder.reading import text_of_html
from delivery.message import Message

_VARIABLE = re.compile(r"\{(subject|sender|date)\}")
# What may not stand in a field of a message, and is nothing to read either.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_RE = re.compile(r"(?:re\s*:\s*)+", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f-\uffff]{1,250}>")
_REFERENCES = 10
_SUBJECT = 250  # characters
_LINE = 76
# RFC 5322 section 2.1.1 allows 998; what is longer than this is folded.
_PLAIN_LINE = 78


@dataclass(frozen=True)
class Question:
    """What an answer takes from the message that it answers.

    `written_to` is the address of the account, or its alias, that the message was sent to.
    """

    sender: str
    written_to: str
    subject: str
    message_id: str = ""
    references: tuple[str, ...] = ()

    @classmethod
    def of(cls, message: Message, sender: str, written_to: str) -> Question:
        """Of a message as it came; hostile fields come to nothing."""
        (own, *_rest) = _ids(message, b"message-id") or [""]
        before = _ids(message, b"references") or _ids(message, b"in-reply-to")[:1]
        return cls(sender, written_to, subject_of(message), own, tuple(before[-_REFERENCES:]))


@dataclass(frozen=True)
class File:
    """A file as it is attached."""

    name: str
    content_type: str
    octets: bytes


@dataclass(frozen=True)
class Setting:
    """When and in which language an answer is written, and under which name."""

    now: datetime
    zone: ZoneInfo
    language: str
    message_id: str


def _ids(message: Message, field: bytes) -> list[str]:
    values = message.values(field)
    return _MESSAGE_ID.findall(values[0].decode("latin-1")) if values else []


@dataclass(frozen=True)
class Written:
    """Subject and texts of an answer; `html` is empty for plain text."""

    subject: str
    text: str
    html: str


def written(one: Autoresponder, question: Question, setting: Setting) -> Written:
    """What the correspondent reads. Used for the preview too, so that both are the same."""
    with translation.override(setting.language or settings.LANGUAGE_CODE):
        date = date_format(setting.now.astimezone(setting.zone), "DATE_FORMAT")
    values = {
        "subject": _one_line(question.subject),
        "sender": _one_line(question.sender),
        "date": date,
    }
    subject = _one_line(filled(one.subject, values) or reply_subject(question.subject))[:_SUBJECT]
    if one.format != Autoresponder.Format.HTML:
        return Written(subject, filled(one.text, values), "")
    escaped = {name: html.escape(value) for name, value in values.items()}
    clean = filled(sanitised(one.text), escaped)
    return Written(subject, filled(_as_text(one.text), values), clean)


def filled(text: str, values: dict[str, str]) -> str:
    """`{subject}`, `{sender}` and `{date}` filled in; any other brace or % stays as it is."""
    return _VARIABLE.sub(lambda match: values[match[1]], text)


def reply_subject(subject: str) -> str:
    """`Re: ` once, in front of the incoming subject (RFC 5322 section 3.6.5)."""
    rest = _RE.sub("", _one_line(subject), count=1) if _RE.match(subject) else _one_line(subject)
    return f"Re: {rest}".strip()


@lru_cache(64)
def sanitised(text: str) -> str:
    """HTML with nothing in it that acts or imitates the frame around it; pictures stay."""
    return nh3.clean(text, url_schemes={"http", "https", "mailto", "tel"})


@lru_cache(64)
def _as_text(text: str) -> str:
    return text_of_html(text)


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def compose(
    one: Autoresponder, question: Question, files: Sequence[File], setting: Setting
) -> list[bytes]:
    """The whole answer, with CRLF, in pieces that begin at a line each."""
    answer = written(one, question, setting)
    mark = setting.message_id.strip("<>").partition("@")[0]
    body = _text_part("plain", answer.text)
    if answer.html:
        page = f"<!DOCTYPE html>\n<html><body>\n{answer.html}\n</body></html>"
        body = _multipart("alternative", f"a-{mark}", [body, _text_part("html", page)])
    if files:
        body = _multipart("mixed", f"m-{mark}", [body, *map(_file_part, files)])
    return [_fields(one, question, answer.subject, setting), body]


def _fields(one: Autoresponder, question: Question, subject: str, setting: Setting) -> bytes:
    """RFC 3834 section 3.1, RFC 5230 section 5."""
    fields = [
        ("From", f"<{question.written_to}>"),
        ("To", f"<{question.sender}>"),
        ("Subject", _encoded("Subject", subject)),
        ("Date", format_datetime(setting.now)),
        ("Message-ID", setting.message_id),
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
    ]
    if one.return_address and one.return_address != question.written_to:
        fields.insert(2, ("Reply-To", f"<{one.return_address}>"))
    if question.message_id:
        fields.insert(-3, ("In-Reply-To", question.message_id))
        thread = "\r\n ".join((*question.references, question.message_id))
        fields.insert(-3, ("References", thread))
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode()


def _encoded(name: str, text: str) -> str:
    """RFC 2047, folded."""
    if text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= _PLAIN_LINE:
        return text
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")


def _text_part(kind: str, text: str) -> bytes:
    """Quoted-printable where it has to be: filters distrust texts in base64."""
    lines = "\n".join(text.splitlines()).strip("\n") + "\n"
    octets = lines.encode(errors="replace")
    encoding = "7bit"
    if not lines.isascii() or any(len(line) > _PLAIN_LINE for line in lines.split("\n")):
        octets, encoding = binascii.b2a_qp(octets, istext=True), "quoted-printable"
    charset = "us-ascii" if lines.isascii() else "utf-8"
    head = (
        f"Content-Type: text/{kind}; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _file_part(file: File) -> bytes:
    head = (
        f"Content-Type: {file.content_type};\r\n{_parameter('name', file.name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n{_parameter('filename', file.name)}\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(file.octets).replace(b"\n", b"\r\n")


def _parameter(name: str, value: str) -> str:
    """RFC 2231: in UTF-8 where it is not plain, and in pieces where it is long."""
    if value.isascii() and len(value) <= 60:
        escaped = re.sub(r'(["\\])', r"\\\1", value)
        return f' {name}="{escaped}"'
    first, *others = _pieces(quote(value, safe="", errors="replace"), 50)
    if not others:
        return f" {name}*=utf-8''{first}"
    lines = [f" {name}*0*=utf-8''{first}"]
    lines += (f" {name}*{number}*={piece}" for number, piece in enumerate(others, start=1))
    return ";\r\n".join(lines)


def _pieces(text: str, size: int) -> list[str]:
    """Cut, but not inside a `%C3`."""
    pieces = []
    while text:
        end = size
        if len(text) > size and "%" in text[size - 2 : size]:
            end = text.index("%", size - 2)
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Boundaries are made of a hash of ours, which no text has in it."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    delimiter = f"--{boundary}\r\n".encode()
    body = b"".join(delimiter + part + b"\r\n" for part in parts)
    return head + body + f"--{boundary}--\r\n".encode()
