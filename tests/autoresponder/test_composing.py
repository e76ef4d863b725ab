"""The answer as it is sent: fields, texts, files byte for byte. Proves G41 and G45."""

import email.policy
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoresponder.composing import File, Question, Setting, compose, filled, reply_subject, written
from autoresponder.files import safe_name
from autoresponder.models import Autoresponder
from delivery.message import Message
from tests.autoresponder.conftest import letter, parsed

NOW = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
SETTING = Setting(NOW, ZoneInfo("Europe/Paris"), "en", "<0123abcd.answer@mx.example>")
QUESTION = Question("carol@far.example", "alice@example.com", "Hello", "<1@far.example>")
ALL_BYTES = bytes(range(256)) * 300


def answer(question=QUESTION, files=(), **fields):
    one = Autoresponder(**({"name": "x", "text": "I am away."} | fields))
    octets = b"".join(compose(one, question, files, SETTING))
    assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    return parsed(octets)


def well_formed(message):
    """No part of it has anything to complain of."""
    return [part.defects for part in message.walk()] == [[] for _ in message.walk()]


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        ("Hello", "Re: Hello"),
        ("Re: Hello", "Re: Hello"),
        ("RE : Re:re: Hello", "Re: Hello"),
        ("Résumé", "Re: Résumé"),
        ("Regarding", "Re: Regarding"),
        ("", "Re:"),
        ("a\r\nBcc: evil@example.org", "Re: a Bcc: evil@example.org"),
        ("\x00\u2028x\ud800", "Re: x"),
    ],
)
def test_re_stands_there_once(incoming, expected):
    assert reply_subject(incoming) == expected


def test_variables_are_filled_in_subject_and_text():
    message = answer(subject="On {date}: {subject}", text="{sender} {date} {other} 100 % {} {0}")

    # In the account's time zone it is the next day already.
    assert message["Subject"] == "On 1 December 2026: Hello"
    assert message.get_content().strip() == (
        "carol@far.example 1 December 2026 {other} 100 % {} {0}"
    )


@given(text=st.text(), values=st.text())
def test_nothing_in_a_text_raises(text, values):
    filled(text, dict.fromkeys(("subject", "sender", "date"), values))


@given(
    text=st.text(alphabet=st.characters(codec="utf-8")),
    subject=st.text(),
    incoming=st.text(),
    kind=st.sampled_from(["plain", "html"]),
)
def test_whatever_is_written_the_answer_is_well_formed(text, subject, incoming, kind):
    question = Question("carol@far.example", "alice@example.com", incoming)

    message = answer(question, text=text, subject=subject, format=kind)

    assert well_formed(message)
    assert {*message.keys(), "Content-Transfer-Encoding"} == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }
    assert (message["From"], message["To"]) == ("alice@example.com", "carol@far.example")


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nje suis absente jusqu’au 6 décembre.\n\nÀ bientôt\n",
        "a" * 5000,
        "From the beginning\n.\n..\n",
        "tab\t and blank at the end \nlast",
        "日本語 🕊",
    ],
)
def test_texts_arrive_as_written(text):
    content = answer(text=text).get_content()

    assert content.replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


def test_html_brings_a_text_along_and_runs_nothing():
    html = (
        "<h1>Prices</h1><p>See <a href='https://x.example/l'>our list</a>, {sender}:</p>"
        "<ul><li>Seed &amp; soil</li><li>Pots</li></ul><script>alert(1)</script>"
    )
    question = Question("<b>@far.example", "alice@example.com", "x")

    message = answer(question, text=html, format="html")

    text, page = message.get_payload()
    assert message.get_content_type() == "multipart/alternative"
    assert text.get_content().replace("\r\n", "\n").strip() == (
        "Prices\n\nSee our list (https://x.example/l), <b>@far.example:\n\n- Seed & soil\n- Pots"
    )
    assert "<script" not in page.get_content()
    assert "&lt;b&gt;@far.example" in page.get_content()
    assert well_formed(message)


NAMES = [
    "prix.pdf",
    "Prix d’été – café crème.pdf",
    'a "quoted" \\ name.txt',
    "très " * 20 + "long.pdf",
    "日本語のファイル.bin",
    "100% {sender}.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_files_arrive_byte_for_byte_under_their_names(name):
    file = File(name, "application/octet-stream", ALL_BYTES)

    message = answer(files=[file, File("b.txt", "text/plain", b"\r\n.\r\nx\n")], text="é")

    (first, second) = message.iter_attachments()
    assert (first.get_filename(), first.get_content()) == (name, ALL_BYTES)
    assert second.get_payload(decode=True) == b"\r\n.\r\nx\n"
    assert message.get_body(("plain",)).get_content().strip() == "é"
    assert well_formed(message)


@given(uploaded=st.text())
def test_any_name_that_the_pool_keeps_is_read_as_it_was_written(uploaded):
    name = safe_name(uploaded)

    message = answer(files=[File(name, "text/plain", b"x")])

    assert next(message.iter_attachments()).get_filename() == name


def test_names_are_written_as_rfc_2231_asks():
    octets = b"".join(
        compose(
            Autoresponder(text="x"),
            QUESTION,
            [File("été.pdf", "application/pdf", b"x")],
            SETTING,
        )
    )

    assert b"\r\n filename*=utf-8''%C3%A9t%C3%A9.pdf\r\n" in octets


def test_replies_thread():
    message = Message(letter(fields="References: <a@x> evil <b@x>\nIn-Reply-To: <b@x>"))

    shown = answer(Question.of(message, "carol@far.example", "alice@example.com"))

    assert (shown["In-Reply-To"], re.split(r"\s+", shown["References"])) == (
        "<1@far.example>",
        ["<a@x>", "<b@x>", "<1@far.example>"],
    )


@pytest.mark.parametrize(
    "message_id",
    ["", "no brackets", "<a b@x>", "<é@x>", "<" + "a" * 300 + "@x>", "<\x00@x>"],
)
def test_a_hostile_message_id_is_left_out(message_id):
    message = Message(letter(message_id=message_id))

    shown = answer(Question.of(message, "carol@far.example", "alice@example.com"))

    assert (shown["In-Reply-To"], shown["References"]) == (None, None)


@given(octets=st.binary())
def test_any_message_can_be_answered(octets):
    question = Question.of(Message(octets), "carol@far.example", "alice@example.com")

    assert well_formed(answer(question))


def test_the_date_is_in_the_accounts_language():
    setting = Setting(NOW, ZoneInfo("UTC"), "fr", "<x@y>")

    assert written(Autoresponder(text="{date}"), QUESTION, setting).text == "30 novembre 2026"


def test_the_reply_address_is_named_only_if_it_is_another():
    assert answer(return_address="sales@example.org")["Reply-To"] == "sales@example.org"
    assert answer(return_address="alice@example.com")["Reply-To"] is None


def test_the_strictest_reader_finds_nothing():
    file = File("été.pdf", "application/pdf", ALL_BYTES)
    one = Autoresponder(text="<p>é</p>", format="html", subject="é" * 100)
    octets = b"".join(compose(one, QUESTION, [file], SETTING))

    strict = email.message_from_bytes(octets, policy=email.policy.strict)

    assert [part.get_content_type() for part in strict.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
