"""A full mailbox puts mail off and loses none, and its owner is told in time. Proves G22."""

from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from delivery import notices, tasks
from delivery.fullness import Fullness
from delivery.notices import Postponed, send_notice
from delivery.tasks import look_at_mailbox
from mailaccounts.store import StoreUnavailable
from tests.delivery.conftest import FAR, OK, log
from tests.make import make_mailbox, make_redirect

MB = 1024 * 1024
PUT_OFF = "452 4.2.2"


@pytest.fixture(autouse=True)
def places(monkeypatch, store):
    monkeypatch.setattr(notices, "mail_store", lambda: store)
    monkeypatch.setattr(tasks, "mail_store", lambda: store)


@pytest.fixture
def small(alice):
    """Alice's mailbox holds 1 MB."""
    alice.mailbox.quota = 1
    alice.mailbox.save()
    return alice


def fill(store, account, share: float) -> None:
    store.delete_all(account.address)
    store.deliver(account.address, b"x" * (int(MB * share) + 1), key=f"filled to {share}")


def told(kept, account) -> list[str]:
    """The subjects of what the panel wrote, oldest first."""
    messages = [message_from_bytes(raw, policy=default) for raw in reversed(kept(account))]
    return [m["Subject"] for m in messages if m["Auto-Submitted"]]


def test_a_full_mailbox_puts_mail_off_and_takes_it_when_there_is_room(small, deliver, store, kept):
    fill(store, small, 0.9999)

    assert deliver(small.address) == [PUT_OFF]
    assert log() == []
    store.delete_all(small.address)
    assert deliver(small.address) == [OK]

    assert len(kept(small)) == 1
    assert log() == [("alice@example.com", "delivered", [("keep", 1)])]


def test_a_redirect_goes_on_once_while_the_copy_waits(small, deliver, store, sink):
    make_redirect(small, FAR)
    fill(store, small, 0.9999)

    replies = [deliver(small.address), deliver(small.address)]
    store.delete_all(small.address)
    replies.append(deliver(small.address))

    assert replies == [[PUT_OFF], [PUT_OFF], [OK]]
    assert len(sink.taken) == 1


def test_a_full_mailbox_is_nobody_elses_trouble(small, bob, deliver, store):
    fill(store, small, 0.9999)

    assert deliver(small.address, bob.address) == [PUT_OFF, OK]


def test_the_owner_is_told_once_for_each_threshold(small, store, kept):
    found = []
    for share in (0.79, 0.82, 0.9, 0.97, 0.99, 0.83, 0.1, 0.84):
        fill(store, small, share)
        look_at_mailbox.enqueue(small.pk)
        found.append([subject.split()[-2] for subject in told(kept, small)])

    assert found == [[], ["82%"], [], ["97%"], [], [], [], ["84%"]]


def test_from_nearly_empty_to_nearly_full_is_told_once(small, store, kept):
    fill(store, small, 0.96)

    for _ in range(2):
        look_at_mailbox.enqueue(small.pk)

    assert told(kept, small) == ["The mailbox alice@example.com is 96% full"]


def test_the_notice_says_how_much_and_where_to_make_room(small, store, kept, settings):
    settings.PANEL_URL = "https://panel.example.com"
    small.language = "fr"
    small.save()
    fill(store, small, 0.9)

    look_at_mailbox.enqueue(small.pk)

    text = message_from_bytes(kept(small)[0], policy=default).get_content()
    assert "https://panel.example.com/mailbox" in text
    assert "1,0\xa0Mio" in text or "1,0\xa0Mo" in text


def test_a_notice_that_does_not_fit_goes_to_the_recovery_address(
    small, store, kept, sink, settings
):
    settings.ANSWER_RELAY_URL = f"smtp://127.0.0.1:{sink.port}"
    small.recovery_address = "alice@home.example"
    small.save()
    fill(store, small, 0.9999)

    look_at_mailbox.enqueue(small.pk)

    assert told(kept, small) == []
    assert [taken.targets for taken in sink.taken] == [("alice@home.example",)]
    assert b"99% full" in sink.taken[0].message


def test_without_a_recovery_address_it_waits_for_room(small, store, kept):
    fill(store, small, 0.9999)
    with pytest.raises(Postponed):
        send_notice(small, "mailbox_full", {}, key="one", now=timezone.now())
    store.delete_all(small.address)

    assert send_notice(small, "mailbox_full", {}, key="one", now=timezone.now())
    assert len(told(kept, small)) == 1


def test_who_has_no_limit_or_no_mailbox_is_told_nothing(small, bob, store, kept):
    bob.mailbox.quota = 0
    bob.mailbox.save()
    make_mailbox(small, enabled=False)
    for account in (small, bob):
        fill(store, account, 0.99)

        look_at_mailbox.enqueue(account.pk)

        assert told(kept, account) == []


def test_a_store_that_does_not_answer_is_asked_another_time(small, monkeypatch):
    def down():
        raise StoreUnavailable

    monkeypatch.setattr(tasks, "mail_store", down)

    look_at_mailbox.enqueue(small.pk)

    small.mailbox.refresh_from_db()
    assert small.mailbox.told == 0


def test_delivery_has_a_mailbox_looked_at(small, deliver, store, kept):
    fill(store, small, 0.9)

    assert deliver(small.address) == [OK]

    assert told(kept, small) == ["The mailbox alice@example.com is 90% full"]


def test_a_mailbox_is_looked_at_for_what_could_make_a_difference(small, bob):
    """At the first message since the start, then for each 2 %; never one without a limit."""
    bob.mailbox.quota = 0
    bob.mailbox.save()
    fullness = Fullness()
    looked = []
    for octets in (1, 1, MB // 100, MB // 90, 1, 1):
        fullness.kept(small, octets)
        fullness.kept(bob, octets)
        looked.append(fullness.take())

    assert looked == [{small.pk}, set(), set(), {small.pk}, set(), set()]
