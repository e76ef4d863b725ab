"""Words in subject and text, however they are written and sent. Proves G41."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoresponder.matching import matching, plain
from autoresponder.models import Autoresponder
from autoresponder.reading import text_of, text_of_html
from delivery.message import Message


def is_matched(message: bytes, words: str, request: str = "text") -> bool:
    one = Autoresponder(request=request, words=words)
    return matching([one], Message(message)) == [one]


def text(body: bytes, *fields: str) -> bytes:
    return "".join(f"{field}\r\n" for field in fields).encode() + b"\r\n" + body


@pytest.mark.parametrize(
    ("subject", "words", "found"),
    [
        (b"Your ORDER 77", "order", True),
        (b"reorders", "order", True),
        (b"=?iso-8859-1?Q?Vacances_d'=E9t=E9?=", "D’ÉTÉ", True),
        (b"=?utf-8?B?w4l0w6k=?= =?utf-8?B?IDIwMjY=?=", "ete 2026", True),
        (b"price\r\n list", "price list", True),
        (b"Stra\xc3\x9fe", "STRASSE", True),
        (b"=?nonsense?Q?price?=", "price", True),
        (b"=?utf-8?Q?broken", "broken", True),
        (b"nothing of it", "price\nlist\n", False),
        (b"a list", "price\nlist", True),
        (b"anything", "\u0301\n ", False),
        (b"", "price", False),
    ],
)
def test_words_in_the_subject(subject, words, found):
    assert is_matched(b"Subject: " + subject + b"\r\n\r\nprices\r\n", words, "subject") is found


def test_what_is_asked_of_the_subject_is_not_found_in_the_text():
    message = b"Subject: hello\r\n\r\nprice\r\n"

    assert not is_matched(message, "price", "subject")
    assert is_matched(message, "price", "text")
    assert not is_matched(message, "hello", "text")
    assert is_matched(message, "", "always")


QP = "Content-Transfer-Encoding: quoted-printable"
B64 = "Content-Transfer-Encoding: base64"
LATIN = "Content-Type: text/plain; charset=iso-8859-1"
HTML = "Content-Type: text/html; charset=utf-8"
MULTIPART = "Content-Type: multipart/mixed; boundary="


@pytest.mark.parametrize(
    ("message", "word"),
    [
        (text(b"R=E9union =\r\nde projet", LATIN, QP), "réunion de projet"),
        (text(base64.b64encode("Réunion".encode("latin-1")), LATIN, B64), "reunion"),
        (text("Réunion".encode(), HTML), "réunion"),
        (text(b"<p>R&eacute;u<b>nion</b></p>", HTML), "reunion"),
        (text(b"<p>one</p><p>two</p>", HTML), "one two"),
        (text(b"<!-- x --><STYLE>a{}</style><td class=x>one<td>t<i>w</i>o", HTML), "one two"),
        (text(b"R\xe9union price", "Content-Type: text/plain; charset=utf-8"), "price"),
        (text(b"price \xff\xfe", "Content-Type: text/plain; charset=no-such-thing"), "price"),
        (text(b"price", "Content-Type: text/plain; charset=punycode"), "price"),
        (text(b"price", "Content-Type: text/plain; charset=hex"), "price"),
        (text(b"!!cHJpY2U=!!", "Content-Type: text/plain", B64), "price"),
        (b"price and no header at all", "price"),
        (b"\r\nprice", "price"),
    ],
)
def test_words_in_the_text_however_it_is_encoded(message, word):
    assert is_matched(message, word)


def multipart(*parts: bytes, kind: str = "mixed", end: bytes = b"--B--\r\n") -> bytes:
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in parts)
    return text(b"preamble\r\n" + body + end, f'Content-Type: multipart/{kind}; boundary="B"')


def test_every_text_of_a_multipart_is_read_and_no_file():
    inner = multipart(
        text(b"inner", "Content-Type: text/plain"),
        text(b"<p>html", HTML),
    ).replace(b"B", b"I")
    attached = text(b"secret", "Content-Type: text/plain", "Content-Disposition: attachment")
    picture = text(b"c2VjcmV0", "Content-Type: image/png", B64)

    message = multipart(inner, attached, picture, text(b"last", "Content-Type: text/plain"))

    assert plain(text_of(Message(message))) == "inner html last"


@pytest.mark.parametrize(
    "message",
    [
        multipart(text(b"price"), end=b""),
        multipart(b"price without a head"),
        multipart(text(b"price")).replace(b"\r\n", b"\n"),
        multipart(text(b"price"), kind="nonsense"),
    ],
)
def test_broken_multiparts_are_read_as_far_as_they_go(message):
    assert is_matched(message, "price") or b"without a head" in message


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )
    return head + b"Content-Type: text/plain\r\n\r\nprice\r\n"


HOSTILE = {
    "nested": nested(5000),
    "many parts": multipart(*[text(b"x")] * 50_000),
    "boundary everywhere": text(b"\r\n--a" * 400_000, "Content-Type: multipart/mixed; boundary=a"),
    "tags": text(b"<" * 1_000_000, HTML),
    "open tags": text(b"<div>" * 200_000, HTML),
    "bold": text(b"<b>" * 300_000, HTML),
    "entities": text(b"&#" * 500_000, HTML),
    "comment": text(b"<!--" * 300_000, HTML),
    "attributes": text(b"<a " + b"x=1 " * 300_000, HTML),
    "folded header": b"Content-Type: " + b"\r\n x" * 300_000 + b"\r\n\r\nprice",
    "one field": b"Content-Type: text/plain; " + b"charset=" * 100_000,
    "base64": text(b"=" * 2_000_000, "Content-Type: text/plain", B64),
    "marks": text("e\u0301".encode() * 500_000, "Content-Type: text/plain; charset=utf-8"),
    "large": text(b"x" * 50_000_000, "Content-Type: text/plain"),
    "subject": b"Subject: " + b"=?utf-8?q?x?= " * 20_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE)
def test_hostile_messages_cost_little(message, hurry):
    with hurry(2):
        for request in ("text", "subject"):
            is_matched(message, "price", request)


@settings(max_examples=300)
@given(octets=st.binary(max_size=2000))
def test_no_message_raises(octets):
    for fields in (
        (),
        (HTML,),
        (LATIN, QP),
        (LATIN, B64),
        ("Content-Type: multipart/x; boundary=a",),
    ):
        is_matched(text(octets, *fields), "price")
    is_matched(octets, "price", "subject")


LINE = st.text(alphabet=st.characters(codec="utf-8"), min_size=1)


@given(word=LINE, before=LINE, after=LINE)
def test_a_word_is_found_where_it_stands(word, before, after):
    """What a line of the form holds is one word; its blanks are as wide as those of the text."""
    word = " ".join(word.split())
    body = base64.b64encode(f"{before} {word} {after}".encode())

    assert is_matched(text(body, "Content-Type: text/plain; charset=utf-8", B64), word) or (
        not plain(word)
    )


def test_html_as_text_keeps_its_blocks():
    html = "<div>a<br>b</div><ol><li>c<li>d</ol><p>e&nbsp;&amp;   f</p><style>x{}</style>"

    assert text_of_html(html) == "a\nb\n\n- c\n- d\n\ne & f"
