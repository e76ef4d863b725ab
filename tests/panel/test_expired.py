"""A form whose token is stale, or whose database is away, keeps what was typed. Proves G1."""

import re

import pytest
from django.db import OperationalError
from django.test import Client

from tests.make import PASSWORD, make_account
from tests.panel.door import LOGIN
from tests.panel.test_preferences import CHANGE, FORM, NEW

OURS = {"Origin": "https://testserver"}


@pytest.fixture
def tabs(alice) -> Client:
    """Alice's, which takes no form without its token."""
    client = Client(enforce_csrf_checks=True)
    send(client, "/login", LOGIN)
    return client


def token_of(client: Client, path: str) -> str:
    return re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path, secure=True).text
    )[1]


def send(client: Client, path: str, data: dict[str, object], token: str = "", headers=OURS):
    token = token or token_of(client, path)
    return client.post(path, data | {"csrfmiddlewaretoken": token}, headers=headers, secure=True)


def log_in_again(client: Client, login: str = "alice@example.com") -> None:
    """In another tab."""
    send(client, "/logout", {}, token_of(client, "/"))
    assert send(client, "/login", LOGIN | {"login": login}).status_code == 302


def fields_of(page) -> dict[str, str]:
    kept = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return dict(kept)


def test_what_was_typed_is_kept_and_can_be_sent_once_more(tabs, alice):
    stale = token_of(tabs, "/preferences")
    log_in_again(tabs)

    page = send(tabs, "/preferences", FORM | {"skin": "night"}, stale)
    alice.refresh_from_db()
    before = alice.skin
    again = tabs.post("/preferences", fields_of(page), headers=OURS, secure=True)

    alice.refresh_from_db()
    assert (page.status_code, before) == (403, "automatic")
    assert "<h1>This form has expired</h1>" in page.text
    assert (again.status_code, alice.skin) == (302, "night")


def test_passwords_are_not_kept(tabs, alice):
    stale = token_of(tabs, "/preferences")
    log_in_again(tabs)

    page = send(tabs, "/preferences", FORM | CHANGE, stale)

    assert PASSWORD not in page.text
    assert NEW not in page.text
    assert "Passwords are not kept; you will be asked for them." in page.text
    assert "Passwords are not kept" not in send(tabs, "/preferences", FORM, stale).text
    assert set(fields_of(page)) == {
        *FORM.keys() - {"current_password", "new_password", "confirmation"},
        "csrfmiddlewaretoken",
    }


def test_several_values_and_lines_are_kept(tabs):
    stale = token_of(tabs, "/mail-group/new-member")
    log_in_again(tabs)
    text = "bob@example.com\r\ncarol@example.com\r\n<script>alert(1)</script>"

    page = send(tabs, "/mail-group/new-member", {"addresses": text, "x": ["1", "2"]}, stale)

    assert "<script>alert" not in page.text
    assert "bob@example.com\r\ncarol@example.com" in page.text
    assert page.text.count('name="x"') == 2


def test_it_says_for_whom_it_would_be_sent_now(tabs, bob):
    stale = token_of(tabs, "/preferences")
    log_in_again(tabs, "bob@example.com")

    page = send(tabs, "/preferences", FORM, stale)

    assert "It is sent for <b><bdi>bob@<wbr>example.com</bdi></b>" in page.text


def test_who_is_out_is_told_to_log_in_first(tabs, alice):
    stale = token_of(tabs, "/preferences")
    log_in_again(tabs)
    alice.sessions.all().delete()

    page = send(tabs, "/preferences", FORM | {"label_length": "17"}, stale)

    assert "You are not logged in now." in page.text
    assert fields_of(page)["label_length"] == "17"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver"},
        {"Referer": "https://evil.example/https://testserver/"},
        {"Referer": "https://["},
    ],
)
def test_a_form_of_another_site_gets_no_button_of_ours(tabs, headers):
    page = send(tabs, "/preferences", FORM | {"skin": "night"}, "x" * 64, headers)

    assert page.status_code == 403
    assert "night" not in page.text
    assert "csrfmiddlewaretoken" not in page.text


def test_the_referer_tells_it_where_there_is_no_origin(tabs):
    headers = {"Referer": "https://testserver/preferences"}

    page = send(tabs, "/preferences", FORM | {"skin": "night"}, "x" * 64, headers)

    assert fields_of(page)["skin"] == "night"


def test_at_the_login_nothing_but_the_password_is_lost(db):
    make_account("alice@example.com")
    client = Client(enforce_csrf_checks=True)

    page = send(client, "/login?next=/redirect", LOGIN, "x" * 64)

    assert fields_of(page)["login"] == "alice@example.com"
    assert 'action="/login?next=/redirect"' in page.text
    assert "You are not logged in now." not in page.text
    assert PASSWORD not in page.text


def test_it_speaks_the_language_of_the_account(tabs, alice):
    alice.language = "fr"
    alice.save()

    page = send(tabs, "/preferences", FORM, "x" * 64)

    assert '<html lang="fr"' in page.text
    assert "<h1>Ce formulaire a expiré</h1>" in page.text


# Without the database


@pytest.fixture
def lost(tabs, alice, monkeypatch):
    """Alice's form, sent while the database is away, with some headers."""
    tabs.raise_request_exception = False

    def gone(*args, **kwargs):
        raise OperationalError("gone")

    def send_lost(headers=OURS):
        token = token_of(tabs, "/preferences")
        with monkeypatch.context() as patched:
            patched.setattr("mailaccounts.sessions.SessionStore.load", gone)
            return send(tabs, "/preferences", FORM | {"skin": "night"} | CHANGE, token, headers)

    return send_lost


def test_what_the_database_could_not_take_can_be_sent_again(tabs, alice, lost):
    page = lost()
    again = tabs.post("/preferences", fields_of(page), headers=OURS, secure=True)

    alice.refresh_from_db()
    assert page.status_code == 503
    assert "“Try again” sends it once more. Passwords are not kept" in page.text
    assert NEW not in page.text
    assert (again.status_code, alice.skin) == (302, "night")


def test_without_the_database_another_sites_form_gets_no_button_either(lost):
    page = lost({"Origin": "https://evil.example"})

    assert (page.status_code, "night" in page.text) == (503, False)
    assert '<a class="button primary" href="/">' in page.text
