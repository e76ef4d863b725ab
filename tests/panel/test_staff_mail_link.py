"""Staff have a one-time link sent to an owner, and see neither it nor a password. Proves B6, G5."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from mailaccounts.actions import suspend_accounts
from mailaccounts.models import MailAccount, PasswordLink
from tests.make import make_account, make_mailbox


@pytest.fixture
def as_staff(client, staff) -> Client:
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")
    return client


def page_of(account) -> str:
    return f"/admin/mailaccounts/mailaccount/{account.pk}/change/"


def send(client: Client, account):
    return client.post(page_of(account).replace("change", "mail-password-link"), follow=True)


def test_the_button_is_on_the_account_s_page(as_staff, alice):
    assert "Mail a one-time password link" in as_staff.get(page_of(alice)).text


@pytest.mark.parametrize(
    ("recovery", "said"),
    [
        ("", "A one-time link is on its way into the mailbox."),
        ("alice@home.example", "A one-time link is on its way to the recovery address."),
    ],
)
def test_the_owner_gets_it_and_nobody_sees_it(as_staff, alice, letters, recovery, said):
    MailAccount.objects.filter(pk=alice.pk).update(recovery_address=recovery)

    page = send(as_staff, alice)

    (letter,) = letters() if recovery else letters(alice)
    path = re.search(r"/password/(\S+)", letter.get_content())[0]
    assert said in page.text
    assert path not in page.text
    assert Client().get(path, secure=True).status_code == 200
    assert LogEntry.objects.get().get_change_message() == "One-time link sent by mail."


def test_without_a_place_to_send_it_to_staff_are_told(as_staff, alice, letters):
    make_mailbox(alice, enabled=False)

    page = send(as_staff, alice)

    assert "There is neither a recovery address nor a mailbox" in page.text
    assert PasswordLink.objects.count() == 0


def test_a_suspended_account_gets_none(as_staff, alice, letters):
    suspend_accounts(accounts=[alice])

    assert "Reactivate the account first." in send(as_staff, alice).text
    assert letters(alice) == []


def test_it_is_sent_by_a_button_alone(as_staff, alice):
    path = page_of(alice).replace("change", "mail-password-link")

    assert as_staff.get(path).status_code == 405


def test_whoever_may_not_change_the_account_sends_nothing(alice, staff, letters):
    clerk = make_account("clerk@example.com", is_staff=True)
    client = Client(**{"wsgi.url_scheme": "https"})
    client.force_login(clerk, backend="mailaccounts.backends.MailAccountBackend")

    assert [send(client, account).status_code for account in (alice, staff)] == [403, 403]
    assert letters(alice) == []


@pytest.mark.parametrize("key", ["0", "nonsense", "9" * 5_000, "%00"])
def test_an_account_that_is_not_there(as_staff, key):
    path = f"/admin/mailaccounts/mailaccount/{key}/mail-password-link/"

    assert as_staff.post(path).status_code == 404
