"""Proves G33: the antivirus of an account is switched on and off."""

import pytest

from tests.make import make_antivirus, make_mailbox, make_plan

pytestmark = pytest.mark.usefixtures("both_scanners")


def is_on(alice) -> bool:
    alice.antivirus.refresh_from_db()
    return alice.antivirus.enabled


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_it_is_switched_on_and_off(as_alice, alice):
    page = as_alice.post("/antivirus", {"enabled": "on"}, follow=True)
    assert is_on(alice)
    assert said(page) == ["The antivirus is on: the next message is scanned."]

    page = as_alice.post("/antivirus", {}, follow=True)
    assert not is_on(alice)
    assert said(page) == ["The antivirus is off: messages are kept unscanned."]


def test_ok_without_a_change_says_nothing(as_alice, alice):
    page = as_alice.post("/antivirus", {}, follow=True)

    assert (page.redirect_chain, said(page)) == ([("/", 302)], [])


def test_it_needs_a_mailbox(as_alice, alice):
    make_mailbox(alice, enabled=False)

    page = as_alice.post("/antivirus", {"enabled": "on"})

    assert list(page.context["form"].errors) == ["enabled"]
    assert not is_on(alice)


def test_without_a_clamd_it_says_so_and_can_only_be_switched_off(as_alice, alice, settings):
    settings.CLAMD_URL = ""
    assert "The antivirus is not available on this server." in as_alice.get("/antivirus").text

    as_alice.post("/antivirus", {"enabled": "on"})
    assert not is_on(alice)

    make_antivirus(alice)
    as_alice.post("/antivirus", {})
    assert not is_on(alice)


def test_a_clamd_that_does_not_answer_is_told(as_alice, alice, settings):
    settings.CLAMD_URL = "clamd://127.0.0.1:1"

    page = as_alice.get("/antivirus")

    assert "The antivirus has not been answering since" in page.text
    assert "none is lost" in page.text


def test_without_the_permission_it_is_forbidden(as_alice, alice):
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    assert as_alice.get("/antivirus").status_code == 403
    assert as_alice.post("/antivirus", {"enabled": "on"}).status_code == 403
    assert not is_on(alice)
