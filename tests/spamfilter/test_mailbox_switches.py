"""Proves G25 and G33: spam filter and antivirus are switched on the Mailbox screen too."""

import pytest

from mailaccounts.store import mail_store
from tests.make import make_mailbox, make_plan, make_spam_filter


@pytest.fixture(autouse=True)
def server(settings, tmp_path, both_scanners) -> None:
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    mail_store()


def state(alice) -> tuple[bool, bool, bool]:
    for service in (alice.mailbox, alice.spam_filter, alice.antivirus):
        service.refresh_from_db()
    return alice.mailbox.enabled, alice.spam_filter.enabled, alice.antivirus.enabled


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_both_are_switched_there(as_alice, alice):
    page = as_alice.post(
        "/mailbox", {"enabled": "on", "spam_filter": "on", "antivirus": "on"}, follow=True
    )

    assert state(alice) == (True, True, True)
    assert said(page) == ["Saved: it counts from the next message on."]


def test_mailbox_and_filter_are_switched_on_together(as_alice, alice):
    make_mailbox(alice, enabled=False)

    as_alice.post("/mailbox", {"enabled": "on", "spam_filter": "on"})

    assert state(alice) == (True, True, False)


def test_the_filter_needs_the_mailbox(as_alice, alice):
    make_mailbox(alice, enabled=False)

    page = as_alice.post("/mailbox", {"spam_filter": "on"})

    assert page.context["form"].errors == {"spam_filter": ["Needs the mailbox."]}
    assert state(alice) == (False, False, False)


def test_it_is_switched_off_there(as_alice, alice):
    make_spam_filter(alice)

    as_alice.post("/mailbox", {"enabled": "on"})

    assert state(alice) == (True, False, False)


def test_what_this_server_cannot_do_is_grey_with_the_reason(as_alice, alice, settings):
    settings.SPAMD_URL = ""

    page = as_alice.get("/mailbox")
    as_alice.post("/mailbox", {"enabled": "on", "spam_filter": "on"})

    assert page.context["form"]["spam_filter"].field.disabled
    assert page.context["form"]["spam_filter"].help_text == "Not available on this server."
    assert state(alice) == (True, False, False)


def test_what_the_plan_does_not_grant_is_not_there_and_stays(as_alice, alice):
    make_spam_filter(alice)
    alice.groups.set([make_plan("Mailbox alone", ("manage_mailbox",))])

    page = as_alice.get("/mailbox")
    as_alice.post("/mailbox", {"enabled": "on", "antivirus": "on"})

    assert [field.name for field in page.context["form"]] == ["enabled"]
    assert state(alice) == (True, True, False)
