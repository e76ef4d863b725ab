"""Proves G20 and G22."""

import pytest

from tests.make import make_mailbox, make_plan


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_screen_says_how_full_the_mailbox_is(as_alice, store):
    store.deliver("alice@example.com", b"Subject: hello\r\n\r\n" + b"x" * 2000, key="one")

    page = as_alice.get("/mailbox")

    assert page.status_code == 200
    assert page.context["usage"].messages == 1
    assert "2.0\xa0KB" in page.text


def test_switching_on_is_immediate(as_alice, alice, store):
    make_mailbox(alice, enabled=False)

    page = as_alice.post("/mailbox", {"enabled": "on"}, follow=True)

    alice.mailbox.refresh_from_db()
    assert alice.mailbox.enabled
    assert page.redirect_chain == [("/", 302)]
    assert said(page) == ["The mailbox is on: new mail is kept from now on."]


def test_switching_off_asks_first(as_alice, alice, store):
    page = as_alice.post("/mailbox", {})

    alice.mailbox.refresh_from_db()
    assert (page.status_code, page.url) == (302, "/mailbox/switch-off")
    assert alice.mailbox.enabled


@pytest.mark.parametrize(("enabled", "data"), [(True, {"enabled": "on"}), (False, {})])
def test_ok_without_a_change_changes_nothing(as_alice, alice, store, enabled, data):
    make_mailbox(alice, enabled=enabled)

    page = as_alice.post("/mailbox", data, follow=True)

    alice.mailbox.refresh_from_db()
    assert (alice.mailbox.enabled, page.redirect_chain, said(page)) == (enabled, [("/", 302)], [])


def test_a_store_that_does_not_answer_is_told(as_alice, broken_store):
    broken_store(answers=False)

    page = as_alice.get("/mailbox")

    assert page.status_code == 200
    assert "The mail store does not answer at the moment." in page.text


def test_without_the_permission_it_is_forbidden(as_alice, alice):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.get("/mailbox").status_code == 403
    assert as_alice.post("/mailbox", {}).status_code == 403


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (500_000, [False, False]),
        (900_000, [True, False]),
        (1_048_576, [False, True]),
    ],
)
def test_a_mailbox_that_fills_up_is_said(as_alice, alice, store, octets, said):
    alice.mailbox.quota = 1
    alice.mailbox.save()
    store.deliver("alice@example.com", b"x" * octets, key="one")

    page = as_alice.get("/mailbox").text

    assert '<meter class="meter"' in page
    assert ["The mailbox is nearly full." in page, "The mailbox is full." in page] == said
