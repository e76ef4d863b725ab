"""Proves B3: an owner makes an alias."""

import logging
import re
import threading
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailaccounts.actions import create_account
from mailaccounts.models import Alias, MailAccount
from mailaccounts.own_aliases import make_own_alias as make
from tests.make import make_account, make_alias, make_domain, make_own_alias, make_plan

TAKEN = ["This address is taken."]


def new(browser, address: str, note: str = "", last_day: str = "", **options):
    data = {"address": address, "note": note, "last_day": last_day}
    return browser.post("/aliases/new", data, **options)


def errors(page) -> dict[str, list[str]]:
    return page.context["form"].errors


@pytest.fixture
def limited(alice) -> MailAccount:
    """A plan that allows one alias."""
    plan = make_plan("One")
    plan.alias_limit = 1
    plan.save()
    alice.groups.set([plan])
    return alice


def test_the_suggestion_is_one_that_nobody_guesses(as_alice):
    found = {as_alice.get("/aliases/new").context["form"]["address"].value() for _time in range(20)}

    assert len(found) == 20
    assert all(re.fullmatch(r"[b-z2-9]{4}-[b-z2-9]{4}@example\.com", each) for each in found)


@pytest.mark.parametrize("typed", ["shop", "Shop@Example.COM", " shop@ "])
def test_the_domain_may_be_left_out(as_alice, alice, typed):
    page = new(as_alice, typed, note="Book shop", follow=True)

    alias = alice.aliases.get()
    assert (alias.address, alias.note, alias.own, alias.ends) == (
        "shop@example.com",
        "Book shop",
        True,
        None,
    )
    assert [str(said) for said in page.context["messages"]] == [
        "shop@example.com now reaches this account."
    ]


def test_the_last_day_is_whole_in_the_owner_s_time_zone(as_alice, alice):
    alice.time_zone = "Pacific/Auckland"
    alice.save()

    new(as_alice, "shop", last_day="2030-07-01")

    assert alice.aliases.get().ends == datetime(2030, 7, 1, 12, tzinfo=UTC)
    assert "1 July 2030" in as_alice.get("/aliases").text


@pytest.mark.parametrize(
    ("last_day", "error"),
    [
        ("2020-01-01", "This day is over. Choose today or a later one."),
        ("9999-12-31", "Choose a day within the next 10 years, or none."),
        ("tomorrow", "Enter a valid date."),
    ],
)
def test_a_last_day_that_cannot_be(as_alice, alice, last_day, error):
    page = new(as_alice, "shop", last_day=last_day)

    assert errors(page) == {"last_day": [error]}
    assert page.context["form"]["last_day"].value() == last_day
    assert not alice.aliases.exists()


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("postmaster", "This name is kept for the provider."),
        ("Admin@example.com", "This name is kept for the provider."),
        (
            "shop@elsewhere.example",
            "An own alias is in the domain of its account: it ends in @example.com.",
        ),
        (
            "shop+1",
            "An address here cannot contain +: mail to user+anything already reaches user.",
        ),
        ("sh op", "The part before @ contains a character that an address cannot have."),
    ],
)
def test_an_address_that_cannot_be(as_alice, alice, typed, error):
    make_domain("elsewhere.example")

    page = new(as_alice, typed, note="kept")

    assert errors(page) == {"address": [error]}
    assert (page.context["form"]["address"].value(), page.context["form"]["note"].value()) == (
        typed,
        "kept",
    )


def test_who_has_a_taken_address_is_not_said(as_alice, alice, bob):
    make_own_alias(bob, "off@example.com", off_since=timezone.now())
    make_own_alias(bob, "gone@example.com", off_since=timezone.now(), removed=True)

    found = [errors(new(as_alice, name)) for name in ("bob", "off", "gone")]

    assert found == [{"address": TAKEN}] * 3
    assert not alice.aliases.exists()


def test_nobody_else_gets_an_address_that_is_reserved(alice, as_alice):
    make_own_alias(alice, "shop@example.com", off_since=timezone.now(), removed=True)
    with pytest.raises(IntegrityError):
        create_account(address="shop@example.com")


def test_a_removed_alias_comes_back_by_making_it_anew(as_alice, alice):
    make_own_alias(alice, "shop@example.com", note="old", off_since=timezone.now(), removed=True)

    new(as_alice, "shop", note="new")

    alias = alice.aliases.get()
    assert (alias.note, alias.off_since, alias.removed) == ("new", None, False)


def test_an_alias_that_one_has_already(as_alice, alice):
    make_own_alias(alice, "shop@example.com")

    assert errors(new(as_alice, "shop")) == {"address": ["You have this alias already."]}


def test_the_plan_s_limit_counts_own_aliases_alone(as_alice, limited):
    make_alias(limited, "info@example.com")
    make_own_alias(limited, "removed@example.com", off_since=timezone.now(), removed=True)

    first, second = new(as_alice, "one"), new(as_alice, "two")

    assert first.status_code == 302
    assert errors(second) == {
        "address": ["Own aliases that your plan allows: 1. Remove one first."]
    }


def test_nobody_hoards_addresses_by_removing_them(as_alice, limited):
    for number in range(10):
        make_own_alias(
            limited, f"removed{number}@example.com", off_since=timezone.now(), removed=True
        )

    page = new(as_alice, "one")

    assert errors(page) == {
        "address": ["Too many aliases were removed lately: each stays reserved for 90 days."]
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("names", "left"), [(("one", "two"), 1), (("same", "same"), 1)], ids=["limit", "address"]
)
def test_two_at_once(names, left):
    """Of two aliases one passes the limit; of two owners one gets the address."""
    plan = make_plan("One")
    plan.alias_limit = 1
    plan.save()
    alice = make_account("alice@example.com", plan=plan)
    bob = make_account("bob@example.com", plan=plan)
    owners = [alice, alice if names[0] != names[1] else bob]
    refused: list[Exception] = []
    start = threading.Barrier(2)

    def ask(owner: MailAccount, name: str) -> None:
        start.wait()
        try:
            make(
                account=owner,
                address=f"{name}@example.com",
                note="",
                ends=None,
                now=timezone.now(),
            )
        except Exception as error:  # noqa: BLE001 - counted below, whatever it is
            refused.append(error)
        connection.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(owners, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ([type(error).__name__ for error in refused], Alias.objects.count()) == (
        ["ValidationError"],
        left,
    )


def test_the_log_says_who_made_what(as_alice, caplog):
    with caplog.at_level(logging.INFO, logger="mailaccounts.own_aliases"):
        new(as_alice, "shop", note="a secret note")

    assert caplog.messages == ["Own alias made: shop@example.com of alice@example.com, until None"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.text(max_size=80), note=st.text(max_size=220), day=st.text(max_size=12))
def test_whatever_is_typed_gets_an_answer(as_alice, address, note, day):
    assert new(as_alice, address, note=note, last_day=day).status_code in (200, 302)
