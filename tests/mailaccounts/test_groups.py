"""Proves G7."""

import pytest

from mailaccounts.actions import add_members
from tests.make import make_account, make_alias, make_mail_group


def shown(page) -> list[tuple[str, str]]:
    return [(m.group.account.address, m.address) for m in page.context["page"]]


def test_in_no_group(as_alice):
    assert "In no mail group" in as_alice.get("/groups").text


def test_groups_of_the_address_its_aliases_and_its_tags(as_alice, alice, bob, mallory):
    make_alias(alice, "sales@example.com")
    make_mail_group(bob, "alice+news@example.com", "secret@example.org")
    make_mail_group(mallory, "sales@example.com", "alicea@example.com", "x+alice@example.com")

    page = as_alice.get("/groups")

    assert shown(page) == [
        ("bob@example.com", "alice+news@example.com"),
        ("mallory@elsewhere.example", "sales@example.com"),
    ]
    assert "secret" not in page.text


def test_groups_that_send_nothing_are_not_shown(as_alice, bob, mallory):
    make_mail_group(bob, "alice@example.com", enabled=False)
    make_mail_group(mallory, "alice@example.com")
    mallory.is_active = False
    mallory.save()

    assert shown(as_alice.get("/groups")) == []


@pytest.mark.parametrize("groups", [1, 3])
def test_five_queries_however_many_groups(as_alice, django_assert_num_queries, groups):
    for number in range(groups):
        group = make_account(f"group{number}@example.com").mail_group
        add_members(group=group, wanted=["alice@example.com"])
        group.switch(on=True)

    with django_assert_num_queries(5):  # session, account, aliases, count, rows
        as_alice.get("/groups")
