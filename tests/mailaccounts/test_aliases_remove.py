"""Proves B3: removing own aliases, which stay reserved for their owner."""

from datetime import timedelta

from django.utils import timezone

from delivery.recipients import find_accounts
from mailaccounts.models import Alias
from tests.make import make_alias, make_own_alias


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_confirmation_names_the_chosen_own_aliases(as_alice, alice, bob):
    chosen = [
        make_own_alias(alice, "shop@example.com"),
        make_alias(alice, "info@example.com"),
        make_own_alias(bob, "bobs@example.com"),
    ]

    page = as_alice.get("/aliases/remove", {"alias": [alias.pk for alias in chosen]})

    assert page.context["aliases"] == chosen[:1]
    assert "for 90 days nobody else can have them" in page.text
    assert Alias.objects.listed().count() == 3


def test_removed_aliases_take_no_mail_and_are_listed_no_more(as_alice, alice, bob):
    shop = make_own_alias(
        alice, "shop@example.com", note="kept", ends=timezone.now() - timedelta(days=80)
    )
    others = [make_alias(alice, "info@example.com"), make_own_alias(bob, "bobs@example.com")]

    page = as_alice.post(
        "/aliases/remove", {"alias": [shop.pk, *(other.pk for other in others)]}, follow=True
    )

    shop.refresh_from_db()
    assert said(page) == ["1 alias removed."]
    assert list(Alias.objects.listed().order_by("pk")) == others
    assert find_accounts(["shop@example.com"]) == {}
    # From now on for 90 days, whenever it ended.
    now = timezone.now()
    assert shop.reserved_until(now) > now + timedelta(days=89)


def test_nothing_chosen(as_alice, alice):
    asked = as_alice.get("/aliases/remove", {"alias": "99999999999999999999"}, follow=True)
    posted = as_alice.post("/aliases/remove", {"alias": "x"}, follow=True)

    assert said(asked) == ["Select the aliases to remove first."]
    assert said(posted) == ["Nothing to remove: these aliases are gone already."]
