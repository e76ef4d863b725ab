"""Staff suspend and reactivate accounts and hand out one-time links. Proves B6 and G21."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from mailaccounts.actions import suspend_accounts
from mailaccounts.models import MailAccount, PasswordLink
from tests.mailaccounts.account_page import account_url
from tests.make import make_account, make_session

LIST = "/admin/mailaccounts/mailaccount/"


def active() -> set[str]:
    return set(MailAccount.objects.filter(is_active=True).values_list("address", flat=True))


def log() -> list[tuple[str, str]]:
    return [(entry.object_repr, entry.get_change_message()) for entry in LogEntry.objects.all()]


def test_suspending_asks_first(as_staff, alice):
    page = as_staff.get(account_url(alice, "suspend")).content.decode()
    as_staff.post(account_url(alice, "suspend"))

    assert "No login works any more and mail is refused." in page
    assert active() == {"alice@example.com", "staff@example.com"}


def test_suspending_ends_sessions_and_links_and_is_logged(as_staff, alice, bob):
    make_session(alice)
    make_session(bob)
    as_staff.post(account_url(alice, "password_link"))

    response = as_staff.post(account_url(alice, "suspend"), {"confirmed": "yes"})

    assert response.url == account_url(alice)
    assert active() == {"bob@example.com", "staff@example.com"}
    assert (alice.sessions.count(), bob.sessions.count()) == (0, 1)
    assert not PasswordLink.objects.exists()
    assert log()[0] == ("alice@example.com", "Suspended.")


def test_a_suspended_owner_is_out_at_the_next_click(as_staff, alice):
    browser = Client()
    browser.force_login(alice, backend="mailaccounts.backends.MailAccountBackend")
    assert browser.get("/", secure=True).status_code == 200

    as_staff.post(account_url(alice, "suspend"), {"confirmed": "yes"})

    assert browser.get("/", secure=True).url == "/login?next=/"


def test_reactivating(as_staff, alice):
    suspend_accounts(accounts=[alice])

    assert "Reactivate" in as_staff.get(account_url(alice)).content.decode()
    as_staff.post(account_url(alice, "reactivate"), {"confirmed": "yes"})

    assert "alice@example.com" in active()
    assert log() == [("alice@example.com", "Reactivated.")]


def test_what_is_so_already_is_not_done_again(as_staff, alice):
    as_staff.post(account_url(alice, "reactivate"), {"confirmed": "yes"})

    assert log() == []


def test_several_are_suspended_after_one_question(as_staff, staff, alice, bob, mallory):
    chosen = {"action": "suspend_selected", "_selected_action": [alice.pk, bob.pk, staff.pk]}

    page = as_staff.post(LIST, chosen).content.decode()
    assert 'value="Suspend 2 accounts"' in page
    as_staff.post(LIST, {**chosen, "confirmed": "yes"})

    assert active() == {"mallory@elsewhere.example", "staff@example.com"}
    assert sorted(log()) == [("alice@example.com", "Suspended."), ("bob@example.com", "Suspended.")]


def test_several_are_reactivated(as_staff, alice, bob):
    suspend_accounts(accounts=[alice, bob])
    chosen = {"action": "reactivate_selected", "_selected_action": [alice.pk, bob.pk]}

    as_staff.post(LIST, {**chosen, "confirmed": "yes"})

    assert {"alice@example.com", "bob@example.com"} <= active()


def test_too_many_at_once_are_refused(as_staff, alice, bob, monkeypatch):
    monkeypatch.setattr("mailaccounts.admin.deeds.AT_ONCE", 1)
    chosen = {"action": "suspend_selected", "_selected_action": [alice.pk, bob.pk]}

    page = as_staff.post(LIST, {**chosen, "confirmed": "yes"}, follow=True)

    assert "Choose 1 accounts at most at once." in page.content.decode()
    assert "alice@example.com" in active()


def test_a_clerk_suspends_no_staff_from_the_list(as_clerk, staff):
    clerk = as_clerk("view_mailaccount", "change_mailaccount")

    clerk.post(
        LIST, {"action": "suspend_selected", "_selected_action": staff.pk, "confirmed": "yes"}
    )

    assert "staff@example.com" in active()


# One-time link


def test_the_link_is_shown_once_and_works(as_staff, alice):
    page = as_staff.post(account_url(alice, "password_link"), secure=True)

    link = page.context["link"]
    assert link.startswith("https://testserver/password/")
    assert f'value="{link}"' in page.content.decode()
    assert "30 minutes" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert link.rpartition("/")[2] not in str(LogEntry.objects.values())
    assert log() == [("alice@example.com", "One-time link made.")]
    assert Client().get(link, secure=True).status_code == 200


def test_the_link_is_made_by_post_alone(as_staff, alice):
    assert as_staff.get(account_url(alice, "password_link")).status_code == 405
    assert not PasswordLink.objects.exists()


def test_a_suspended_account_gets_no_link(as_staff, alice):
    suspend_accounts(accounts=[alice])

    page = as_staff.post(account_url(alice, "password_link"), follow=True)

    assert "Reactivate the account first." in page.content.decode()
    assert not PasswordLink.objects.exists()


@pytest.mark.parametrize("name", ["suspend", "reactivate", "password_link"])
def test_an_account_that_is_not_there(as_staff, name):
    gone = make_account("gone@example.com")
    url = account_url(gone, name)
    gone.delete()

    assert as_staff.post(url).status_code == 404
    assert as_staff.post(url.replace(f"/{gone.pk}/", "/nonsense/")).status_code == 404
