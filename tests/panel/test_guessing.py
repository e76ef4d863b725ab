"""Proves of G1 that whoever guesses passwords is locked out, and nobody else."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from mailaccounts.models import Session
from tests.panel.door import enter, fail

LOCKED = "Too many wrong attempts."


@pytest.fixture(autouse=True)
def _few_attempts(settings):
    """Each one costs 22 ms."""
    settings.AXES_FAILURE_LIMIT = 3
    settings.LOGIN_LIMIT_PER_ADDRESS = 6


def test_a_guesser_is_locked_out_and_told_for_how_long(client, alice):
    page = fail(client, 3)
    with_the_right_one = enter(client)

    assert (page.status_code, with_the_right_one.status_code) == (429, 429)
    assert with_the_right_one.context["form"].errors == {
        "__all__": [LOCKED, "Try again in 15 minutes."]
    }
    assert "<b>Too many wrong attempts.</b> Try again in 15 minutes." in with_the_right_one.text


def test_the_owner_comes_in_from_elsewhere_meanwhile(client, alice):
    fail(client, 3)

    assert enter(client, remote="192.0.2.2").status_code == 302


def test_another_owner_comes_in_from_the_same_address(client, alice, bob):
    fail(client, 3)

    assert enter(client, "bob@example.com").status_code == 302


def test_another_spelling_is_not_another_login(client, alice):
    for spelling in ("alice@example.com", "ALICE@example.com", " alice@Example.com"):
        page = fail(client, 1, login=spelling)

    assert page.status_code == 429


def test_another_browser_is_not_another_guesser(client, alice):
    for agent in ("one", "two", "three"):
        page = fail(client, 1, headers={"user-agent": agent})

    assert page.status_code == 429


def test_the_addresses_of_one_ipv6_network_are_one_guesser(client, alice):
    for n in range(3):
        page = fail(client, 1, remote=f"2001:db8::{n}:1")

    assert page.status_code == 429


def test_the_lock_ends(client, alice):
    fail(client, 3)
    fail(client, 1)
    assert AccessAttempt.objects.get().failures_since_start == 3
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15))

    assert enter(client).status_code == 302


def test_the_minutes_go_down(client, alice):
    fail(client, 3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14, seconds=10))

    assert enter(client).context["form"].errors["__all__"][1] == "Try again in 1 minute."


def test_success_begins_the_count_anew(client, alice):
    fail(client, 2)
    enter(client)
    client.cookies.clear()

    assert fail(client, 2).status_code == 200


def test_one_address_cannot_try_many_logins(client, alice):
    for n in range(6):
        page = fail(client, 1, login=f"user{n}@example.com")

    assert page.status_code == 429
    assert enter(client).status_code == 429
    assert enter(client, remote="192.0.2.2").status_code == 302


def test_a_success_does_not_reset_what_was_tried_elsewhere(client, alice, bob):
    for n in range(5):
        fail(client, 1, login=f"user{n}@example.com")
    enter(client, "bob@example.com")
    client.cookies.clear()

    assert fail(client, 1).status_code == 429


def test_the_log_says_whence_a_guess_came_and_not_what_was_typed(client, alice, caplog):
    enter(client, "My Secret By Mistake", "another secret")

    assert "192.0.2.1" in caplog.text
    assert "secret" not in caplog.text.lower()


def test_of_a_failure_only_the_login_is_kept(client, alice):
    enter(client, "My Secret By Mistake", "another secret")

    attempt = AccessAttempt.objects.values().get()
    assert attempt["username"] == "my secret by mistake"
    assert "secret" not in (attempt["post_data"] + attempt["get_data"]).lower()


def test_a_lock_is_told_in_the_chosen_language(client, alice):
    page = fail(client, 3, language="fr")

    assert page.headers["Content-Language"] == "fr"


def test_the_row_and_the_lock_know_the_browser_behind_a_proxy(client, alice, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    how = {"remote": "127.0.0.1", "headers": {"x-forwarded-for": "6.6.6.6, 192.0.2.1"}}
    fail(client, 3, **how)
    locked = enter(client, **how)
    how["headers"] = {"x-forwarded-for": "6.6.6.6, 192.0.2.2"}
    enter(client, **how)

    assert (locked.status_code, Session.objects.get().ip_address) == (429, "192.0.2.2")
