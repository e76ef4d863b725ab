"""Proves B3: the list of aliases, switching own ones, and what the mail servers make of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from delivery.recipients import find_accounts
from mailaccounts.housekeeping import housekeep
from mailaccounts.models import Alias
from tests.make import make_alias, make_own_alias

DAY = timedelta(days=1)
SHOP = "shop@example.com"


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def known_to_servers() -> dict[str, set[str]]:
    """What Postfix reads, and what the delivery service does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM mailhost.recipients")
        taken = {address for (address,) in cursor.fetchall()}
        cursor.execute("SELECT address FROM mailhost.senders")
        sending = {address for (address,) in cursor.fetchall()}
    return {"taken": taken, "sending": sending, "delivered": set(find_accounts([SHOP]))}


def test_the_list_shows_own_aliases_and_the_provider_s(as_alice, alice, bob):
    make_alias(alice, "info@example.com")
    make_own_alias(alice, SHOP, note="Book shop", ends=datetime(2031, 5, 2, tzinfo=UTC))
    make_own_alias(bob, "bobs@example.com")

    page = as_alice.get("/aliases")

    assert [row.alias.address for row in page.context["rows"]] == ["info@example.com", SHOP]
    assert all(text in page.text for text in ("Set up by your provider", "Book shop", "1 May 2031"))


@pytest.mark.parametrize("search", ["SHOP@", "book", "Book shop"])
def test_address_and_note_are_searched(as_alice, alice, search):
    make_own_alias(alice, SHOP, note="Book shop")
    make_own_alias(alice, "forum@example.com")

    rows = as_alice.get("/aliases", {"q": search}).context["rows"]

    assert [row.alias.address for row in rows] == [SHOP]


@pytest.mark.parametrize(
    ("sort", "first"),
    [("", "a@"), ("-address", "b@"), ("created", "b@"), ("-created", "a@"), ("evil", "a@")],
)
def test_the_list_is_sorted(as_alice, alice, sort, first):
    make_own_alias(alice, "b@example.com")
    make_own_alias(alice, "a@example.com")

    rows = as_alice.get("/aliases", {"sort": sort}).context["rows"]

    assert rows[0].alias.address == f"{first}example.com"


def test_the_number_of_queries_does_not_grow(as_alice, alice, django_assert_num_queries):
    make_own_alias(alice, "one@example.com")
    with django_assert_num_queries(5) as few:
        as_alice.get("/aliases")
    for name in ("two", "three"):
        make_own_alias(alice, f"{name}@example.com", note="n", ends=timezone.now() + DAY)

    with django_assert_num_queries(len(few)):
        as_alice.get("/aliases")


def test_off_and_on_again(as_alice, alice):
    alias = make_own_alias(alice, SHOP)

    off = as_alice.post(f"/aliases/{alias.pk}/switch-off", follow=True)
    while_off = known_to_servers()
    on = as_alice.post(f"/aliases/{alias.pk}/switch-on", follow=True)

    assert said(off) == [
        f"{SHOP} is off: its mail is refused. It stays reserved for you for 90 days."
    ]
    assert said(on) == [f"{SHOP} is on: its mail arrives again."]
    own = {"alice@example.com"}
    assert while_off == {"taken": own, "sending": own, "delivered": set()}
    assert known_to_servers() == {
        "taken": {*own, SHOP},
        "sending": {*own, SHOP},
        "delivered": {SHOP},
    }


def test_switching_off_twice_does_not_reserve_longer(as_alice, alice):
    since = timezone.now() - 30 * DAY
    alias = make_own_alias(alice, SHOP, off_since=since)

    as_alice.post(f"/aliases/{alias.pk}/switch-off")

    alias.refresh_from_db()
    assert alias.off_since == since


def test_an_alias_that_has_ended_is_refused_and_can_be_on_again(as_alice, alice):
    alias = make_own_alias(alice, SHOP, ends=timezone.now() - timedelta(seconds=1))

    ended = (known_to_servers()["delivered"], "Ended" in as_alice.get("/aliases").text)
    as_alice.post(f"/aliases/{alias.pk}/switch-on")

    alias.refresh_from_db()
    assert ended == (set(), True)
    assert (known_to_servers()["delivered"], alias.ends) == ({SHOP}, None)


def test_an_alias_that_ends_later_is_in_force(alice):
    make_own_alias(alice, SHOP, ends=timezone.now() + DAY)

    assert known_to_servers()["delivered"] == {SHOP}
    assert [alias.address for alias in Alias.objects.in_force(timezone.now())] == [SHOP]


def test_home_shows_what_is_in_force(as_alice, alice):
    make_own_alias(alice, SHOP, note="Book shop")
    make_own_alias(alice, "ended@example.com", ends=timezone.now() - DAY)
    make_own_alias(alice, "off@example.com", off_since=timezone.now())

    page = as_alice.get("/")

    assert page.context["aliases"] == [(SHOP, "Book shop")]
    assert "Book shop" in page.text


@pytest.mark.parametrize("deed", ["", "/switch-on", "/switch-off"])
def test_another_s_alias_and_the_provider_s_are_not_found(as_alice, alice, bob, deed):
    others = [make_own_alias(bob, "bobs@example.com"), make_alias(alice, "info@example.com")]

    answers = [as_alice.post(f"/aliases/{alias.pk}{deed}").status_code for alias in others]

    assert answers == [404, 404]
    assert as_alice.post(f"/aliases/99999999999999999999999{deed}").status_code == 404


def test_after_90_days_the_address_is_free_again(alice):
    now = timezone.now()
    past, lately = now - 90 * DAY, now - 89 * DAY
    make_own_alias(alice, "gone1@example.com", off_since=past)
    make_own_alias(alice, "gone2@example.com", ends=past)
    make_own_alias(alice, "gone3@example.com", off_since=past, removed=True)
    make_own_alias(alice, "held1@example.com", off_since=lately)
    make_own_alias(alice, "held2@example.com", ends=lately)
    make_own_alias(alice, "held3@example.com", off_since=lately, removed=True)
    make_alias(alice, "info@example.com")

    housekeep(now)

    assert [alias.address for alias in Alias.objects.all()] == [
        "held1@example.com",
        "held2@example.com",
        "held3@example.com",
        "info@example.com",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"own": False, "off_since": datetime(2026, 1, 1, tzinfo=UTC)},
        {"own": False, "ends": datetime(2026, 1, 1, tzinfo=UTC)},
        {"removed": True},
    ],
)
def test_the_database_refuses_states_that_cannot_be(alice, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_own_alias(alice, SHOP, **fields)
