"""Proves G1: who comes in, and how strangers are refused."""

from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mailaccounts.models import MailAccount, Session
from tests.make import PASSWORD, make_account
from tests.panel.door import LOGIN, enter, entered

COOKIE = settings.SESSION_COOKIE_NAME
WRONG = "Login or password is wrong."


@pytest.mark.parametrize(
    "login",
    ["alice@example.com", "ALICE@Example.COM", "  alice@example.com ", "alice@EXAMPLE.com."],
)
def test_the_owner_comes_in(client, alice, login):
    response = enter(client, login)

    assert (response.status_code, response.url) == (302, "/")
    assert client.session[SESSION_KEY] == str(alice.pk)


def test_a_domain_may_be_typed_in_unicode(client, db):
    account = make_account("alice@xn--bcher-kva.example")

    enter(client, "Alice@BÜCHER.example")

    assert client.session[SESSION_KEY] == str(account.pk)


def test_the_row_says_whose_it_is_and_whence_it_came(client, alice):
    enter(client, headers={"user-agent": "Netscape"})

    row = Session.objects.get()
    assert (row.account, row.ip_address, row.user_agent) == (alice, "192.0.2.1", "Netscape")


def make_refused(case: str) -> tuple[str, str]:
    """A login and password that are refused."""
    alice = make_account("alice@example.com")
    if case == "suspended":
        alice.is_active = False
    if case == "without a password":
        alice.set_unusable_password()
    alice.save()
    logins = {
        "unknown": "nobody@example.com",
        "not an address": "alice",
        "tagged": "alice+x@example.com",
    }
    return logins.get(case, alice.address), "wrong" if case == "wrong password" else PASSWORD


@pytest.mark.parametrize(
    "case",
    ["unknown", "not an address", "tagged", "wrong password", "suspended", "without a password"],
)
def test_whatever_is_wrong_takes_the_same_words_and_the_same_time(client, db, case):
    login, password = make_refused(case)
    hashed = []
    argon2 = "mailaccounts.hashers._ARGON2ID"
    with (
        patch(f"{argon2}.hash", side_effect=lambda _: hashed.append(1) or "x"),
        patch(
            f"{argon2}.verify", side_effect=lambda typed, _: hashed.append(1) or typed == PASSWORD
        ),
    ):
        page = enter(client, login, password)

    assert (page.status_code, len(hashed)) == (200, 1)
    assert page.context["form"].errors == {
        "__all__": [
            WRONG,
            "Check both and try again; capital letters matter in the password only.",
        ]
    }


def test_the_password_is_not_shown_again_but_the_login_is(client, alice):
    page = enter(client, password="a secret guess").text

    assert 'value="alice@example.com"' in page
    assert "a secret guess" not in page


@pytest.mark.parametrize("text", ["a\0b", "x" * 10_000, "é" * 5_000 + "@example.com", "@", "a@b@c"])
@pytest.mark.parametrize("field", ["login", "password", "language"])
def test_strange_input_is_an_error_on_the_page(client, alice, field, text):
    page = enter(client, **{field: text})

    assert page.status_code == 200
    assert page.context["form"].errors


@pytest.mark.parametrize(
    ("wish", "leads"),
    [
        ("/redirect", "/redirect"),
        ("/redirect?a=b", "/redirect?a=b"),
        ("https://testserver/redirect", "https://testserver/redirect"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("http://testserver/", "/"),
        ("javascript:alert(1)", "/"),
        ("\0//evil.example", "/"),
        ("redirect", "/"),
        ("admin:index", "/"),
        ("", "/"),
    ],
)
def test_next_leads_to_ourselves_alone(client, alice, wish, leads):
    assert enter(client, url=f"/login?next={quote(wish)}").url == leads


def test_who_is_logged_in_already_goes_home(as_alice):
    assert as_alice.get("/login?next=/admin/").url == "/"


def test_a_known_session_key_is_worth_nothing_after_the_login(client, alice):
    client.cookies[COOKIE] = "x" * 32

    enter(client)

    assert client.cookies[COOKIE].value != "x" * 32


def test_the_session_cookie_is_for_this_host_over_tls_alone(client, alice):
    cookie = enter(client).cookies[COOKIE]

    assert COOKIE == "__Host-pigeonnier-8443"
    assert {name: value for name, value in cookie.items() if value} == {
        "path": "/",
        "samesite": "Lax",
        "secure": True,
        "httponly": True,
    }


def test_a_copy_on_another_port_has_cookies_of_its_own(client, alice):
    client.get("/login")
    enter(client)

    assert len(client.cookies) == 3
    assert all(str(settings.PANEL_PORT) in name for name in client.cookies)


def test_the_login_screen_makes_no_session_and_is_kept_by_no_cache(client, db):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/login", secure=True)

    assert (len(queries), Session.objects.count()) == (0, 0)
    assert COOKIE not in page.cookies
    assert page.headers["Cache-Control"] == "no-store, private"


def test_a_login_asks_and_writes_only_what_it_must(alice, django_assert_num_queries):
    """Which keeps it close to the cost of the password's hash; see benchmarks/login.py."""
    client = entered()
    client.post("/logout")

    # failures; account; last login and session
    with django_assert_num_queries(3):
        assert client.post("/login", LOGIN).status_code == 302


def test_a_form_without_its_token_is_refused(alice):
    browser = Client(enforce_csrf_checks=True)

    assert enter(browser).status_code == 403


def test_staff_enter_by_the_same_screen(client, db):
    page = client.get("/admin/", secure=True, follow=True)

    assert page.redirect_chain[-1] == ("/login?next=/admin/", 302)


def test_staff_leave_by_the_same_way(client, staff):
    client.force_login(staff, backend="mailaccounts.backends.MailAccountBackend")

    assert client.post("/admin/logout/", secure=True).url == "/login?language=en"
    assert Session.objects.count() == 0


def test_a_suspended_account_gets_no_session(client, alice):
    MailAccount.objects.update(is_active=False)

    enter(client)

    assert Session.objects.count() == 0
