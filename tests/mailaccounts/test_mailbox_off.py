"""Proves G21."""

from mailaccounts.store import Usage
from tests.make import make_mail_group, make_mailbox, make_plan, make_redirect

ADDRESS = "alice@example.com"
WARNING = "New mail will be refused."


def fill(store, messages: int) -> None:
    for number in range(messages):
        store.deliver(ADDRESS, b"Subject: hello\r\n\r\nHello.\r\n", key=str(number))


def test_the_confirmation_names_what_goes_and_deletes_nothing(as_alice, store):
    fill(store, 3)

    page = as_alice.get("/mailbox/switch-off")

    assert page.status_code == 200
    assert "Delete 3 messages and switch off" in page.text
    assert WARNING in page.text
    assert store.usage(ADDRESS).messages == 3


def test_accepting_switches_off_and_deletes_all(as_alice, alice, store):
    fill(store, 3)

    page = as_alice.post("/mailbox/switch-off", follow=True)

    alice.mailbox.refresh_from_db()
    assert not alice.mailbox.enabled
    assert store.usage(ADDRESS) == Usage()
    assert [str(message) for message in page.context["messages"]] == [
        "The mailbox is off. 3 messages (78\xa0bytes) were deleted.",
        "Nothing accepts mail to this address now: senders get their messages back.",
    ]


def test_other_mailboxes_are_left_alone(as_alice, store):
    store.deliver("bob@example.com", b"Subject: hello\r\n\r\nHello.\r\n", key="bob")

    as_alice.post("/mailbox/switch-off")

    assert store.usage("bob@example.com").messages == 1


def test_a_redirect_or_a_group_goes_on_accepting(as_alice, alice, store):
    make_redirect(alice, "alice@example.org")
    with_redirect = as_alice.get("/mailbox/switch-off").text
    make_redirect(alice, "alice@example.org", enabled=False)
    make_mail_group(alice, "bob@example.org")
    with_group = as_alice.get("/mailbox/switch-off").text

    assert (WARNING in with_redirect, WARNING in with_group) == (False, False)
    assert "The mail group with its 1 member." in with_group


def test_a_store_that_does_not_answer_leaves_the_mailbox_on(as_alice, alice, broken_store):
    broken_store(answers=False)

    page = as_alice.post("/mailbox/switch-off")

    alice.mailbox.refresh_from_db()
    assert (page.status_code, alice.mailbox.enabled) == (503, True)
    assert "so nothing was changed" in page.text


def test_a_store_that_breaks_off_can_be_told_again(as_alice, alice, broken_store):
    broken_store(answers=True)

    broken = as_alice.post("/mailbox/switch-off")
    again = as_alice.get("/mailbox/switch-off")

    alice.mailbox.refresh_from_db()
    assert (broken.status_code, again.status_code, alice.mailbox.enabled) == (503, 200, False)
    assert "stopped answering before all messages were deleted" in broken.text
    assert "Delete 3 messages</button>" in again.text


def test_there_is_nothing_to_confirm_once_it_is_off(as_alice, alice, store):
    make_mailbox(alice, enabled=False)

    page = as_alice.get("/mailbox/switch-off")

    assert (page.status_code, page.url) == (302, "/mailbox")


def test_without_the_permission_nothing_is_deleted(as_alice, alice, store):
    fill(store, 1)
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    page = as_alice.post("/mailbox/switch-off")

    assert (page.status_code, store.usage(ADDRESS).messages) == (403, 1)


def test_mail_programs_are_let_go_before_their_messages_are_deleted(as_alice, store, monkeypatch):
    done = []
    monkeypatch.setattr(store, "disconnect", lambda addresses: done.append(list(addresses)))
    monkeypatch.setattr(store, "delete_all", lambda address: done.append(address) or Usage())

    as_alice.post("/mailbox/switch-off")

    assert done == [[ADDRESS], ADDRESS]
