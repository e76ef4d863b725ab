"""Proves G41, G42 and B4: one autoresponder on its form, with a preview of what it sends."""

import pytest

from autoresponder.actions import MOST_AUTORESPONDERS
from autoresponder.models import Autoresponder
from tests.make import make_attachment, make_autoresponder, make_redirect

FORM = {
    "name": "Away",
    "request": "always",
    "words": "",
    "subject": "",
    "return_address": "",
    "text": "I am away.",
    "format": "plain",
    "starts": "",
    "ends": "",
    "answers_a_day": "10",
    "stored_limit": "1000",
    "forward_to": "",
}


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_a_new_one_is_saved_as_typed(as_alice, alice):
    file = make_attachment(alice, "prix été.pdf", b"%PDF-")
    typed = {
        **FORM,
        "request": "subject",
        "words": "price\nlist",
        "subject": "Our prices",
        "return_address": "Sales <SALES@Bücher.example>",
        "text": "<b>Hello</b>",
        "format": "html",
        "attachments": [file.pk],
        "starts": "2026-11-21",
        "ends": "2026-12-06",
        "answers_a_day": "2",
        "stored_limit": "3",
        "forward_to": "far@elsewhere.example",
    }

    page = as_alice.post("/autoresponders/new", typed, follow=True)

    assert said(page) == [
        "Autoresponder saved.",
        "The autoresponders are off: none answers until you switch them on.",
    ]
    one = Autoresponder.objects.get()
    assert {name: str(getattr(one, name)) for name in FORM} == {
        **{name: value for name, value in typed.items() if name in FORM},
        "return_address": "sales@xn--bcher-kva.example",
    }
    assert (one.service.account, one.enabled, list(one.attachments.all())) == (alice, True, [file])


def test_editing_leaves_counters_and_state_alone(as_alice, alice):
    one = make_autoresponder(alice, enabled=False)
    page = as_alice.get(f"/autoresponders/{one.pk}")
    Autoresponder.objects.update(answers=7, stored=5)

    as_alice.post(f"/autoresponders/{one.pk}", {**FORM, "name": "Changed"})

    one.refresh_from_db()
    assert (page.status_code, one.name, one.enabled, one.answers, one.stored) == (
        200,
        "Changed",
        False,
        7,
        5,
    )


def test_unticked_files_are_detached(as_alice, alice):
    one = make_autoresponder(alice)
    one.attachments.set([make_attachment(alice, "a.pdf", b"%PDF-")])

    as_alice.post(f"/autoresponders/{one.pk}", FORM)

    assert list(one.attachments.all()) == []
    assert alice.auto_reply.attachments.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("text", " ", "This field is required."),
        ("request", "odd", "Select a valid choice. odd is not one of the available choices."),
        ("return_address", "nowhere", "Enter a complete address, such as name@example.com."),
        ("return_address", "a@b.example, c@d.example", "This is more than one address."),
        ("forward_to", "alice+x@example.com", "Mail to this address comes back to this account."),
        ("forward_to", "bob@example.com", "Mail to this address comes back to this account."),
        ("starts", "yesterday", "Enter a valid date."),
        ("answers_a_day", "0", "Enter a number from 1 to 1,000."),
        ("answers_a_day", "9" * 30, "Ensure this value is less than or equal to 2147483647."),
        ("stored_limit", "1000001", "Enter a number from 1 to 1,000,000."),
        ("attachments", "999", "Select a valid choice. 999 is not one of the available choices."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(as_alice, alice, bob, field, value, error):
    make_redirect(bob, "alice@example.com")

    page = as_alice.post("/autoresponders/new", {**FORM, field: value})

    assert page.context["form"].errors == {field: [error]}
    assert value.strip() in page.text
    assert not Autoresponder.objects.exists()


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (
            {"request": "text", "words": " \r\n "},
            {"words": ["Enter the words that are looked for."]},
        ),
        (
            {"starts": "2026-12-02", "ends": "2026-12-01"},
            {"ends": ["The end is before the beginning."]},
        ),
    ],
)
def test_what_does_not_go_together_is_said(as_alice, typed, errors):
    page = as_alice.post("/autoresponders/new", {**FORM, **typed})

    assert page.context["form"].errors == errors


def test_there_is_an_end_to_how_many(as_alice, alice):
    Autoresponder.objects.bulk_create(
        Autoresponder(service=alice.auto_reply, name=str(number), text="x")
        for number in range(MOST_AUTORESPONDERS)
    )

    page = as_alice.post("/autoresponders/new", FORM)

    assert page.context["form"].non_field_errors() == ["An account has at most 50 autoresponders."]


@pytest.mark.parametrize("path", ["", "/switch-on", "/switch-off", "/duplicate", "/answers"])
def test_another_owners_is_not_found(as_alice, bob, path):
    one = make_autoresponder(bob)

    method = as_alice.get if path in ("", "/answers") else as_alice.post
    assert method(f"/autoresponders/{one.pk}{path}").status_code == 404
    assert as_alice.post(f"/autoresponders/{one.pk}", FORM).status_code in (404, 405)
    assert as_alice.post("/autoresponders/preview", {**FORM, "editing": one.pk}).status_code == 404


def test_another_owners_file_cannot_be_attached(as_alice, bob):
    file = make_attachment(bob, "secret.pdf", b"%PDF-")

    page = as_alice.post("/autoresponders/new", {**FORM, "attachments": [file.pk]})

    assert list(page.context["form"].errors) == ["attachments"]
    assert "secret" not in page.text


def test_a_copy_is_off_and_opens(as_alice, alice):
    one = make_autoresponder(alice, words="x", request="text", answers=7)
    file = make_attachment(alice, "a.pdf", b"%PDF-")
    one.attachments.set([file])

    page = as_alice.post(f"/autoresponders/{one.pk}/duplicate", follow=True)

    copy = Autoresponder.objects.exclude(pk=one.pk).get()
    assert page.redirect_chain[-1][0] == f"/autoresponders/{copy.pk}"
    assert (copy.name, copy.enabled, copy.words, copy.answers, list(copy.attachments.all())) == (
        "Away (copy)",
        False,
        "x",
        0,
        [file],
    )


def test_the_preview_shows_what_is_typed_and_saves_nothing(as_alice, alice):
    one = make_autoresponder(alice)
    file = make_attachment(alice, "a.pdf", b"%PDF-")
    typed = {**FORM, "editing": one.pk, "subject": "About {subject}", "attachments": [file.pk]}

    page = as_alice.post(
        "/autoresponders/preview",
        {**typed, "text": "Dear {sender}", "return_address": "x@y.example"},
    )

    shown = page.context["preview"]
    assert (shown.sender, shown.reply_to, shown.subject, shown.text, list(shown.files)) == (
        "alice@example.com",
        "x@y.example",
        "About Minutes of the November meeting",
        "Dear camille.petit@example.com",
        [file],
    )
    one.refresh_from_db()
    assert one.text == "I am away."


def test_the_preview_of_what_cannot_be_saved_still_shows(as_alice):
    page = as_alice.post("/autoresponders/preview", {**FORM, "name": "", "text": "Typed"})

    assert (page.status_code, page.context["preview"].text) == (200, "Typed")


def test_who_else_would_answer_is_said_while_typing(as_alice, alice):
    prices = make_autoresponder(alice, "Prices", request="subject", words="price")
    make_autoresponder(alice, "Orders", request="subject", words="order")
    make_autoresponder(alice, "Off", enabled=False)
    asked = {**FORM, "name": "New", "request": "subject"}

    def also(page) -> list[str]:
        return [str(other) for other in page.context.get("also") or ()]

    page = as_alice.post("/autoresponders/preview", {**asked, "words": "price list"})
    assert also(page) == ["Prices"]
    assert "“Prices” would answer them too." in page.text
    page = as_alice.post("/autoresponders/preview", {**asked, "words": "invoice"})
    assert also(page) == []
    assert "two answers" not in page.text
    assert also(as_alice.post("/autoresponders/preview", FORM)) == ["Orders", "Prices"]
    assert also(as_alice.get(f"/autoresponders/{prices.pk}")) == []


HOSTILE = (
    "<script>alert(1)</script><p onclick='x()' style='position:fixed' id='pane' class='nav'>Hi"
    "<img src=x onerror=y()><iframe src=//evil.example></iframe><form action=/logout><input></form>"
    "<a href='javascript:z()'>here</a></p><base href=//evil.example><meta http-equiv=refresh>"
)


def test_the_preview_of_html_runs_nothing(as_alice):
    page = as_alice.post("/autoresponders/preview", {**FORM, "format": "html", "text": HOSTILE})

    shown = page.context["preview"].html
    assert shown.startswith("<p>Hi<img")
    for evil in ("script", "onclick", "style", "id=", "class", "iframe", "form", "javascript"):
        assert evil not in shown
