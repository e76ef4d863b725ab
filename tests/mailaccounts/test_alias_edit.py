"""Proves B3: changing the note and the last day of an own alias."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.make import make_own_alias


@pytest.fixture
def alias(alice):
    return make_own_alias(
        alice, "shop@example.com", note="Book shop", ends=datetime(2031, 5, 2, tzinfo=UTC)
    )


def test_the_form_shows_what_is_set(as_alice, alias):
    form = as_alice.get(f"/aliases/{alias.pk}").context["form"]

    assert (form["note"].value(), str(form["last_day"].value())) == ("Book shop", "2031-05-01")


def test_note_and_last_day_are_changed(as_alice, alias):
    as_alice.post(f"/aliases/{alias.pk}", {"note": "Toys", "last_day": ""})

    alias.refresh_from_db()
    assert (alias.address, alias.note, alias.ends) == ("shop@example.com", "Toys", None)


def test_a_later_day_puts_an_ended_alias_in_force(as_alice, alias):
    alias.ends = timezone.now() - timedelta(days=3)
    alias.save()

    as_alice.post(f"/aliases/{alias.pk}", {"note": "", "last_day": "2031-05-01"})

    alias.refresh_from_db()
    assert alias.reserved_until(timezone.now()) is None


def test_a_day_that_is_over_is_refused_and_the_text_stays(as_alice, alias):
    page = as_alice.post(f"/aliases/{alias.pk}", {"note": "Toys", "last_day": "2020-01-01"})

    alias.refresh_from_db()
    assert page.context["form"].errors == {
        "last_day": ["This day is over. Choose today or a later one."]
    }
    assert (page.context["form"]["note"].value(), alias.note) == ("Toys", "Book shop")
