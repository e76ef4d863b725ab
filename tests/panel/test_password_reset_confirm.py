"""The screen of the one-time link. Proves B6 and what G5 will send."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mailaccounts.actions import make_password_link
from mailaccounts.models import PasswordLink
from tests.make import PASSWORD, make_session

NEW = "a quite new password"
TYPED = {"new_password": NEW, "confirmation": NEW}


@pytest.fixture
def browser() -> Client:
    return Client(**{"wsgi.url_scheme": "https"})


@pytest.fixture
def link(alice) -> str:
    return f"/password/{make_password_link(account=alice, now=timezone.now())}"


def test_the_link_sets_a_password_and_leads_to_the_login(browser, alice, link):
    make_session(alice)

    page = browser.post(link, TYPED, follow=True)

    alice.refresh_from_db()
    assert page.redirect_chain == [("/login", 302)]
    assert "Your new password is set. Log in with it." in page.text
    assert (alice.check_password(NEW), alice.sessions.count()) == (True, 0)


def test_looking_at_the_link_does_not_use_it_up(browser, link):
    """Mail scanners open every link."""
    assert [browser.get(link).status_code for _ in range(2)] == [200, 200]
    assert browser.head(link).status_code == 200
    assert browser.post(link, TYPED).status_code == 302


def make_unusable(case: str, link: str) -> str:
    if case == "used":
        assert Client().post(link, TYPED, secure=True).status_code == 302
    if case == "too old":
        PasswordLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    if case == "not the newest":
        make_password_link(account=PasswordLink.objects.get().account, now=timezone.now())
    return {
        "unknown": "/password/abc",
        "odd": "/password/%00",
        "long": f"/password/{'x' * 10_000}",
        "other letters": "/password/%C3%A9%F0%9F%90%A6%FF",
    }.get(case, link)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "case", ["used", "too old", "not the newest", "unknown", "odd", "long", "other letters"]
)
def test_every_link_that_does_not_work_shows_the_same_page(browser, alice, link, case, method):
    alice.set_password(PASSWORD)
    page = getattr(browser, method)(make_unusable(case, link), TYPED)

    assert page.status_code == 404
    assert page.text == browser.get("/password/never-was").text
    assert "This link does not work any more" in page.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"new_password": "short", "confirmation": "short"}, "new_password"),
        (
            {"new_password": "alice@example.com"} | {"confirmation": "alice@example.com"},
            "new_password",
        ),
        ({"confirmation": "other"}, "confirmation"),
        ({"new_password": ""}, "new_password"),
        ({"new_password": "a\0b" * 9, "confirmation": "a\0b" * 9}, "new_password"),
        ({"new_password": "x" * 10_000, "confirmation": "x" * 10_000}, "new_password"),
    ],
)
def test_a_password_that_does_not_do_leaves_the_link_good(browser, link, typed, field):
    page = browser.post(link, TYPED | typed)

    assert (page.status_code, field in page.context["form"].errors) == (200, True)
    assert browser.post(link, TYPED).status_code == 302


def test_the_address_of_the_link_is_told_to_nobody(browser, link):
    page = browser.get(link)

    assert {
        name: page.headers[name] for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")
    } == {
        "Referrer-Policy": "strict-origin",
        "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store, private",
    }


def test_whoever_was_logged_in_in_that_browser_is_logged_out(as_alice, bob):
    token = make_password_link(account=bob, now=timezone.now())

    as_alice.post(f"/password/{token}", TYPED)

    assert as_alice.get("/").status_code == 302
