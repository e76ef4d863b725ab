"""Proves G43 and G44: the list, switching on and off, removing, and overlaps pointed out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from autoresponder.models import Answered, AnswerEvent, Autoresponder
from autoresponder.sentences import overlaps, summary
from tests.make import make_attachment, make_autoresponder, make_mailbox, make_plan

TODAY = timezone.now().date()
DAY = timedelta(days=1)


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def names(account) -> list[str]:
    return list(account.auto_reply.autoresponders.values_list("name", flat=True))


def test_an_empty_list_says_what_to_do(as_alice):
    page = as_alice.get("/autoresponders")

    assert "No autoresponders yet" in page.text
    assert "Switch on" not in page.text


def test_the_list_tells_state_condition_dates_and_number(as_alice, alice):
    make_autoresponder(alice, "Away", ends=TODAY - DAY, answers=1234)
    make_autoresponder(alice, "Prices", request="subject", words="price\nlist", enabled=False)

    page = as_alice.get("/autoresponders")

    for text in (
        "Answers every message.",
        "It is over.",
        "1,234",
        "Answers when the subject contains “price” or “list”.",
        "Switch “Prices” on",
        "Switch “Away” off",
    ):
        assert text in page.text


def test_off_keeps_all_as_templates(as_alice, alice):
    make_autoresponder(alice)

    page = as_alice.post("/autoresponders/switch-off", follow=True)

    assert said(page) == ["The autoresponders are off. All of them are kept as templates."]
    alice.auto_reply.refresh_from_db()
    assert (alice.auto_reply.enabled, names(alice)) == (False, ["Away"])
    as_alice.post("/autoresponders/switch-on")
    alice.auto_reply.refresh_from_db()
    assert alice.auto_reply.enabled


def test_off_warns_when_nothing_takes_mail_any_more(as_alice, alice):
    make_autoresponder(alice)
    make_mailbox(alice, enabled=False)

    page = as_alice.post("/autoresponders/switch-off", follow=True)

    assert said(page)[1].startswith("Nothing accepts mail to this address now")


def test_each_is_switched_by_itself(as_alice, alice):
    one, other = make_autoresponder(alice, "One"), make_autoresponder(alice, "Other")

    as_alice.post(f"/autoresponders/{one.pk}/switch-off")
    as_alice.post(f"/autoresponders/{other.pk}/switch-off")
    as_alice.post(f"/autoresponders/{other.pk}/switch-on")

    assert list(Autoresponder.objects.values_list("name", "enabled")) == [
        ("One", False),
        ("Other", True),
    ]


def test_remove_names_what_goes_and_asks_first(as_alice, alice, bob):
    one, _kept = make_autoresponder(alice, "One"), make_autoresponder(alice, "Kept")
    foreign = make_autoresponder(bob, "Bob's")
    ids = {"autoresponder": [one.pk, foreign.pk, "x", "9" * 30]}

    page = as_alice.get("/autoresponders/remove", ids)
    assert (page.context["autoresponders"], names(alice)) == ([one], ["Kept", "One"])
    page = as_alice.post("/autoresponders/remove", ids, follow=True)

    assert said(page) == ["1 autoresponder removed."]
    assert (names(alice), names(bob)) == (["Kept"], ["Bob's"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_selected_says_so(as_alice, method):
    page = getattr(as_alice, method)("/autoresponders/remove", follow=True)

    assert said(page)[0].startswith(("Select the", "Nothing to remove"))


def test_what_was_answered_goes_with_it(alice):
    one = make_autoresponder(alice)
    one.answered.create(address="c@far.example", day=TODAY, today=1, at=timezone.now())
    one.events.create(at=timezone.now(), address="c@far.example", is_answered=True, because="x")

    one.delete()

    assert (Answered.objects.count(), AnswerEvent.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({}, {}, True),
        ({}, {"enabled": False}, False),
        ({}, {"request": "text", "words": "x"}, True),
        ({"ends": TODAY}, {"starts": TODAY}, True),
        ({"ends": TODAY}, {"starts": TODAY + DAY}, False),
        ({"starts": TODAY + DAY}, {"ends": TODAY}, False),
        ({"request": "text", "words": "Préis"}, {"request": "text", "words": "a\nPREISE"}, True),
        ({"request": "text", "words": "a b"}, {"request": "text", "words": "c"}, False),
        ({"request": "text", "words": "x"}, {"request": "subject", "words": "x"}, False),
    ],
)
def test_overlaps_are_pointed_out(as_alice, alice, first, second, both):
    one = make_autoresponder(alice, "A", **first)
    other = make_autoresponder(alice, "B", **second)

    assert overlaps([one, other]) == ([(one, other)] if both else [])
    page = as_alice.get("/autoresponders")
    assert ("“A” and “B” would both answer." in page.text) is both


def test_a_sentence_says_when_it_answers(alice):
    one = Autoresponder(
        request="text",
        words="order",
        starts=TODAY.replace(2026, 11, 21),
        ends=TODAY.replace(2026, 12, 6),
        answers_a_day=1,
        forward_to="x@xn--bcher-kva.example",
    )

    assert summary(one) == (
        "Answers when the text contains “order”. From 21 November 2026 to 6 December 2026. To one"
        " address at most 1 time a day. Sends each such message on to x@bücher.example."
    )


def test_queries_do_not_grow_with_the_list(as_alice, alice, django_assert_num_queries):
    file = make_attachment(alice, "a.pdf", b"%PDF-")

    def furnish(number):
        for index in range(number):
            make_autoresponder(alice, f"{number}.{index}", enabled=False).attachments.set([file])

    furnish(1)
    as_alice.get("/autoresponders")
    with django_assert_num_queries(5):
        as_alice.get("/autoresponders")
    furnish(3)
    with django_assert_num_queries(5):
        as_alice.get("/autoresponders")


def test_a_plan_without_it_shows_no_tool(client, alice):
    alice.groups.set([make_plan("None", permissions=("manage_mailbox",))])
    client.force_login(alice, backend="mailaccounts.backends.MailAccountBackend")

    assert "/autoresponders" not in client.get("/", secure=True).text
