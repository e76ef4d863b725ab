"""Proves G41: the preview answers the newest letter of the mailbox, where somebody wants that."""

from __future__ import annotations

import pytest

from mailaccounts.store import StoreUnavailable, mail_store
from tests.autoresponder.conftest import CAROL, letter
from tests.autoresponder.test_autoresponder_edit import FORM
from tests.make import make_alias, make_autoresponder, make_mailbox

PREVIEW = "/autoresponders/preview"
NEWEST = {**FORM, "subject": "About {subject}", "text": "Dear {sender}", "example": "newest"}


def keep(*messages: bytes, sender: str = CAROL) -> None:
    """In alice's inbox, as delivery keeps them."""
    for number, message in enumerate(messages):
        content = f"Return-Path: <{sender}>\r\nDelivered-To: alice@example.com\r\n".encode()
        mail_store().deliver("alice@example.com", content + message, key=f"{sender} {number}")


def answer(page) -> tuple[str, str, str, str]:
    shown = page.context["preview"]
    return shown.sender, shown.target, shown.subject, shown.text


MADE_UP = (
    "alice@example.com",
    "camille.petit@example.com",
    "About Minutes of the November meeting",
    "Dear camille.petit@example.com",
)


def test_it_answers_the_newest_letter(as_alice):
    keep(letter(subject="Older"), letter(subject="=?utf-8?q?Caf=C3=A9_<b>?="))

    page = as_alice.post(PREVIEW, NEWEST)

    assert answer(page) == ("alice@example.com", CAROL, "About Café <b>", f"Dear {CAROL}")
    assert f"As it would answer “Café &lt;b&gt;” from Carol &lt;{CAROL}&gt;." in page.text
    assert 'value="newest" id="example-newest" form="answer" checked' in page.text


def test_it_answers_from_the_alias_that_was_written_to(as_alice, alice):
    make_alias(alice, "sales@example.com")
    keep(letter(to="Sales <sales@example.com>"))

    assert answer(as_alice.post(PREVIEW, NEWEST))[0] == "sales@example.com"


def test_what_would_not_be_answered_is_passed_over(as_alice):
    keep(letter(subject="Order 1"), letter(subject="Hello"), letter(fields="List-Id: <x>"))
    typed = {**NEWEST, "request": "subject", "words": "order"}

    assert answer(as_alice.post(PREVIEW, typed))[2] == "About Order 1"


@pytest.mark.parametrize(
    ("message", "sender", "reason"),
    [
        (letter(fields="List-Id: <x>"), CAROL, "It came over a mailing list, or is a newsletter."),
        (letter(fields="X-Spam-Flag: YES"), CAROL, "It is spam."),
        (letter(), "", "It is a report on a message"),
        (letter(to="others@far.example"), CAROL, "None of this account’s addresses stands in To"),
    ],
)
def test_why_the_newest_gets_no_answer_is_said(as_alice, message, sender, reason):
    keep(message, sender=sender)

    page = as_alice.post(PREVIEW, NEWEST)

    assert answer(page) == MADE_UP
    assert "None of the newest messages in your inbox would be answered." in page.text
    assert reason in page.text


def test_other_words_are_a_reason_too(as_alice):
    keep(letter())

    page = as_alice.post(PREVIEW, {**NEWEST, "request": "text", "words": "invoice"})

    assert "Its request does not match." in page.text


def test_an_empty_inbox_has_no_letter(as_alice):
    page = as_alice.post(PREVIEW, NEWEST)

    assert answer(page) == MADE_UP
    assert "The inbox is empty." in page.text


def test_without_a_mailbox_there_is_nothing_to_choose(as_alice, alice):
    keep(letter())
    make_mailbox(alice, enabled=False)

    page = as_alice.post(PREVIEW, NEWEST)

    assert answer(page) == MADE_UP
    assert 'name="example"' not in page.text


def test_the_mailbox_is_asked_only_when_that_is_wanted(as_alice, alice, monkeypatch):
    def silent() -> None:
        raise StoreUnavailable

    monkeypatch.setattr("autoresponder.newest.mail_store", silent)
    one = make_autoresponder(alice)

    assert as_alice.get(f"/autoresponders/{one.pk}").status_code == 200
    assert "does not answer" not in as_alice.post(PREVIEW, {**NEWEST, "example": ""}).text
    page = as_alice.post(PREVIEW, NEWEST)
    assert answer(page) == MADE_UP
    assert "The mail store does not answer at the moment." in page.text


def test_what_is_not_text_at_all_is_no_matter(as_alice):
    keep(b"\xff\xfe\x00 no header", b"To: alice@example.com\r\nSubject: =?x?q?=?=\r\n\r\n\xff")

    assert as_alice.post(PREVIEW, NEWEST).status_code == 200
