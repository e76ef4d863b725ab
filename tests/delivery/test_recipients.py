"""Whose an address is. Proves G8."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.recipients import find_accounts
from tests.make import make_account, make_alias, make_mail_group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _query_is_planned(db):
    """Once for each connection; what is counted is what every message costs."""
    find_accounts(["nobody@example.com"])


@pytest.mark.parametrize("count", [1, 3])
def test_all_recipients_are_found_in_one_query(alice, bob, count):
    accounts = [make_account(f"a{number}@example.com") for number in range(count)]
    for account in accounts:
        make_alias(account, f"alias-{account.address}")
    names = [name for a in accounts for name in (a.address, f"alias-{a.address}")]

    with CaptureQueriesContext(connection) as queries:
        found = find_accounts(names)
        for account in found.values():
            states = (account.mailbox.enabled, account.redirect.enabled, account.mail_group.enabled)
            assert states == (True, False, False)

    assert len(queries) == 1
    assert [found[name].address for name in names] == [a.address for a in accounts for _ in "12"]


@pytest.mark.parametrize("count", [1, 3])
def test_members_take_one_more_query(db, count):
    accounts = [make_account(f"a{number}@example.com") for number in range(count)]
    for account in accounts:
        make_mail_group(account, "m1@far.example", "m2@far.example")

    with CaptureQueriesContext(connection) as queries:
        found = find_accounts([account.address for account in accounts])
        assert [len(one.mail_group.members.all()) for one in found.values()] == [2] * count

    assert len(queries) == 2


def test_a_domain_in_unicode_is_the_same(db):
    account = make_account("alice@xn--caf-dma.example")

    assert find_accounts(["Alice@CAFÉ.example"]) == {"Alice@CAFÉ.example": account}


def test_postmaster_is_read_by_the_provider(alice, staff, settings):
    settings.PROVIDER_CONTACT = staff.address

    assert find_accounts(["Postmaster@example.com", "postmaster@unknown.example"]) == {
        "Postmaster@example.com": staff
    }
    assert find_accounts(["Postmaster"]) == {"Postmaster": staff}


def test_a_postmaster_of_ones_own_reads_it(alice, staff, settings):
    settings.PROVIDER_CONTACT = staff.address
    make_alias(alice, "postmaster@example.com")

    assert find_accounts(["postmaster@example.com"]) == {"postmaster@example.com": alice}
