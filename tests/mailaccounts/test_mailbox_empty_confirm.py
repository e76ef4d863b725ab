"""Proves G21: what is deleted was named and confirmed before, and nothing else is."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from mailaccounts.store import Usage
from tests.make import make_plan

ADDRESS = "alice@example.com"
OLD = b"Subject: old\r\n\r\nHello.\r\n"
NEW = b"Subject: new\r\n\r\nHello again.\r\n"


@pytest.fixture
def filled(store, tmp_path):
    """Alice has two messages of last year and one of an hour ago."""
    folder = tmp_path / "example.com/alice/Maildir"
    for key, content in (("a", OLD), ("b", OLD), ("c", NEW)):
        store.deliver(ADDRESS, content, key=key)
        store.confirm(ADDRESS, key=key)
    now = int(time.time())
    for name in os.listdir(folder / "new"):
        is_new = (folder / "new" / name).read_bytes() == NEW
        then = now - 3600 if is_new else now - 400 * 24 * 3600
        os.rename(folder / "new" / name, folder / "new" / f"{then}.{name.partition('.')[2]}")
    return store


def before_of(page) -> str:
    return page.context["before"]


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_confirmation_counts_what_goes_and_deletes_nothing(as_alice, filled):
    page = as_alice.get("/mailbox/empty/confirm?days=365")

    assert page.context["usage"] == Usage(2, 2 * len(OLD))
    assert "Delete 2 messages</button>" in page.text
    assert filled.usage(ADDRESS).messages == 3


def test_confirmed_just_that_is_deleted(as_alice, alice, filled):
    page = as_alice.get("/mailbox/empty/confirm?days=365")
    done = as_alice.post("/mailbox/empty/confirm", {"before": before_of(page)}, follow=True)

    assert done.redirect_chain == [("/mailbox", 302)]
    assert said(done) == [f"2 messages ({2 * len(OLD)}\xa0bytes) were deleted."]
    assert filled.usage(ADDRESS) == Usage(1, len(NEW))
    alice.mailbox.refresh_from_db()
    assert alice.mailbox.enabled


def test_all_goes_but_what_comes_while_the_owner_reads(as_alice, filled):
    page = as_alice.get("/mailbox/empty/confirm")
    assert page.context["usage"].messages == 3
    time.sleep(1.1)  # mail servers remember the second in which a message came
    filled.deliver(ADDRESS, b"Subject: meanwhile\r\n\r\n", key="meanwhile")

    as_alice.post("/mailbox/empty/confirm", {"before": before_of(page)})

    assert [line.subject for line in filled.list(ADDRESS).messages] == ["meanwhile"]


def test_other_mailboxes_are_left_alone(as_alice, filled):
    filled.deliver("bob@example.com", OLD, key="bob")
    page = as_alice.get("/mailbox/empty/confirm")

    as_alice.post("/mailbox/empty/confirm", {"before": before_of(page)})

    assert filled.usage("bob@example.com").messages == 1


def test_nothing_that_is_so_old_is_said(as_alice, filled):
    page = as_alice.get("/mailbox/empty/confirm?days=500")

    assert "No message is older than 500 days." in page.text
    assert "<button class" not in page.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("before", ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "\0"])
def test_a_moment_that_nobody_counted_for_deletes_nothing(as_alice, filled, before):
    page = as_alice.post("/mailbox/empty/confirm", {"before": before})

    assert (page.status_code, page.url) == (302, "/mailbox/empty")
    assert filled.usage(ADDRESS).messages == 3


def test_the_future_is_no_moment_either(as_alice, filled):
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    as_alice.post("/mailbox/empty/confirm", {"before": tomorrow})

    assert filled.usage(ADDRESS).messages == 3


@pytest.mark.parametrize("days", ["x", "0", "-1", "99999999999"])
def test_what_is_no_number_of_days_leads_back(as_alice, filled, days):
    page = as_alice.get(f"/mailbox/empty/confirm?days={days}")

    assert (page.status_code, page.url) == (302, "/mailbox/empty")


def test_who_was_told_is_told_again_when_it_is_full_once_more(as_alice, alice, filled):
    alice.mailbox.quota = 1
    alice.mailbox.told = 95
    alice.mailbox.save()

    page = as_alice.get("/mailbox/empty/confirm")
    as_alice.post("/mailbox/empty/confirm", {"before": before_of(page)})

    alice.mailbox.refresh_from_db()
    assert alice.mailbox.told == 0


@pytest.mark.parametrize("answers", [True, False])
def test_a_store_that_does_not_answer_is_said(as_alice, broken_store, answers):
    broken_store(answers=answers)
    moment = (timezone.now() - timedelta(days=1)).isoformat()

    page = as_alice.post("/mailbox/empty/confirm", {"before": moment})

    assert page.status_code == 503
    assert "stopped answering before all messages were deleted" in page.text


def test_without_the_permission_nothing_is_deleted(as_alice, alice, filled):
    page = as_alice.get("/mailbox/empty/confirm")
    alice.groups.set([make_plan("Redirect only", ("manage_redirect",))])

    refused = as_alice.post("/mailbox/empty/confirm", {"before": before_of(page)})

    assert (refused.status_code, filled.usage(ADDRESS).messages) == (403, 3)
