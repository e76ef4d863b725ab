"""An account has one row of each service, and its address one owner."""

import pytest
from django.db import IntegrityError

from mailaccounts.actions import create_account
from mailaccounts.models import Alias, MailAccount
from tests.make import make_account, make_alias


def test_an_account_is_read_with_all_services_in_one_query(alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        account = MailAccount.objects.with_services().get(pk=alice.pk)
        states = (account.mailbox.enabled, account.redirect.enabled, account.mail_group.enabled)

    assert states == (True, False, False)


def test_an_account_cannot_take_an_alias(alice):
    make_alias(alice, "sales@example.com")

    with pytest.raises(IntegrityError, match="is taken"):
        make_account("sales@example.com")


def test_an_alias_cannot_take_an_account(alice, bob):
    with pytest.raises(IntegrityError, match="is taken"):
        Alias.objects.create(account=alice, address="bob@example.com", domain_id="example.com")


def test_the_address_is_stored_in_lower_case(alice):
    assert create_account(address="Carol@Example.COM").address == "carol@example.com"
