"""Proves G28: what another score would have changed is shown before it is saved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from delivery.models import DeliveryRecord
from tests.make import make_plan, make_spam_filter
from tests.spamfilter.test_spam_filter_edit import FORM

PATH = "/spam-filter/what-would-change"

pytestmark = pytest.mark.usefixtures("both_scanners")


def record(account, subject: str, score: float | None, *, minutes: int = 1) -> None:
    DeliveryRecord.objects.write(
        [
            DeliveryRecord(
                received=timezone.now() - timedelta(minutes=minutes),
                account=account,
                recipient=account.address,
                subject=subject,
                author="Eve <eve@sender.test>",
                octets=1,
                outcome=DeliveryRecord.Outcome.DELIVERED,
                score=None if score is None else Decimal(str(score)),
            )
        ]
    )


def changed(page) -> list[tuple[str, bool]]:
    return [(one.subject, one.is_spam) for one in page.context["retrospective"].changes]


def test_what_would_be_spam_is_listed_and_nothing_is_saved(as_alice, alice, bob):
    make_spam_filter(alice, required_score="7.0")
    for minutes, (subject, score) in enumerate(
        [("newest", 6.9), ("low", 1.0), ("high", 9.0), ("just", 5.5), ("unscanned", None)]
    ):
        record(alice, subject, score, minutes=minutes)
    record(bob, "of bob", 6.0)

    page = as_alice.post(PATH, {**FORM, "required_score": "5.5", "marker": "[typed]"})

    alice.spam_filter.refresh_from_db()
    assert changed(page) == [("newest", True), ("just", True)]
    assert "With 5.5 points, 2 of the last 4 messages would change." in page.text
    assert 'value="[typed]"' in page.text
    assert (alice.spam_filter.required_score, alice.spam_filter.marker) == (
        Decimal("7.0"),
        "*****SPAM*****",
    )


def test_what_would_be_spam_no_more_is_listed(as_alice, alice):
    make_spam_filter(alice, required_score="5.0")
    record(alice, "caught", 6.0)

    page = as_alice.post(PATH, {**FORM, "required_score": "8"})

    assert changed(page) == [("caught", False)]


def test_only_the_last_messages_are_looked_at_and_some_listed(as_alice, alice, monkeypatch):
    monkeypatch.setattr("spamfilter.retrospective.LOOKED_AT", 5)
    monkeypatch.setattr("spamfilter.retrospective.LISTED", 2)
    for number in range(8):
        record(alice, f"m{number}", 6.0, minutes=10 - number)

    page = as_alice.post(PATH, FORM)

    assert changed(page) == [("m7", True), ("m6", True)]
    assert "With 5.5 points, 5 of the last 5 messages would change." in page.text
    assert "And 3 more." in page.text


def test_without_messages_it_says_so(as_alice, alice):
    assert "No message has been given points yet." in as_alice.post(PATH, FORM).text


def test_a_score_that_is_none_is_told_beside_its_field(as_alice, alice):
    page = as_alice.post(PATH, {**FORM, "required_score": "many"})

    assert list(page.context["form"].errors) == ["required_score"]
    assert "retrospective" not in page.context


def test_the_number_of_queries_does_not_grow(as_alice, alice, django_assert_num_queries):
    record(alice, "one", 6.0)
    with django_assert_num_queries(16):
        as_alice.post(PATH, FORM)
    record(alice, "two", 6.0)
    record(alice, "three", 6.0)
    with django_assert_num_queries(16):
        as_alice.post(PATH, FORM)


def test_without_the_permission_it_is_forbidden(as_alice, alice):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.post(PATH, FORM).status_code == 403


def test_the_screen_says_what_the_filter_did(as_alice, alice, bob):
    make_spam_filter(alice, required_score="5.0")
    for score in (9.0, 5.0, 4.9, 4.0, 3.9, None):
        record(alice, "x", score)
    record(alice, "long ago", 9.0, minutes=60 * 24 * 40)
    record(bob, "of bob", 9.0)

    effect = as_alice.get("/spam-filter").context["effect"]

    assert (effect.looked_at, effect.spam, effect.close) == (5, 2, 2)
