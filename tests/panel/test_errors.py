"""Proves that faults are told in plain words, with a reference that the log knows, and no trace."""

import logging
import re
import socket
import time

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from tests.make import make_account, make_plan

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def browser() -> Client:
    return Client(
        raise_request_exception=False, headers={"accept-language": "en"}, enforce_csrf_checks=True
    )


def test_a_page_that_is_not_there(browser):
    page = browser.get("/no-such-page", secure=True)

    assert page.status_code == 404
    assert "<h1>Nothing is at this address</h1>" in page.text


def test_a_form_without_its_token(browser):
    page = browser.post("/", {"a": "b"}, secure=True)

    assert page.status_code == 403
    assert "<h1>This form has expired</h1>" in page.text


def test_a_host_that_is_not_ours(browser):
    page = browser.get("/", headers={"host": "evil.example"}, secure=True)

    assert page.status_code == 400
    assert "<h1>This address or form is not complete</h1>" in page.text


def test_the_address_of_a_button(as_alice):
    page = as_alice.get("/mail-group/switch-on")

    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "<h1>There is nothing to look at here</h1>" in page.text


def test_what_a_plan_does_not_grant(client, db):
    account = make_account("carol@example.com", plan=make_plan("Nothing", permissions=()))
    client.force_login(account, backend="mailaccounts.backends.MailAccountBackend")

    page = client.get("/redirect", secure=True)

    assert page.status_code == 403
    assert "<h1>This screen is not open to you</h1>" in page.text


def test_faults_speak_the_language_of_the_account(as_alice, alice):
    alice.language = "fr"
    alice.save()

    assert '<html lang="fr"' in as_alice.get("/no-such-page").text


def test_without_the_database_faults_speak_the_language_of_the_browser(browser, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("mailaccounts.sessions.SessionStore.load", gone)
    browser.cookies[COOKIE] = "a" * 32

    page = browser.get("/", secure=True, headers={"accept-language": "fr-FR,fr;q=0.9"})

    assert (page.status_code, '<html lang="fr"' in page.text) == (503, True)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_the_database_is_gone(browser, monkeypatch, caplog, error):
    """Already while the session is read; the page needs no database itself."""

    def gone(*args, **kwargs):
        raise error("connection to server\nfailed: Connection refused")

    monkeypatch.setattr("mailaccounts.sessions.SessionStore.load", gone)
    browser.cookies[COOKIE] = "a" * 32

    page = browser.get("/", secure=True)

    assert page.status_code == 503
    assert page["Retry-After"] == "60"
    assert "The panel cannot reach its database." in page.text
    assert "Traceback" not in page.text
    reference = re.search(r'class="mono">(...-...)<', page.text)[1]
    ours = [record for record in caplog.records if record.name == "panel.views.errors"]
    (record,) = ours
    assert record.getMessage() == (
        f"GET /: the database does not answer (reference {reference}): "
        "connection to server failed: Connection refused"
    )
    assert record.exc_info is None


def test_a_silent_database_is_given_up_soon(db):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        elsewhere = connection.copy()
        elsewhere.settings_dict |= {"HOST": "127.0.0.1", "PORT": port}
        began = time.monotonic()

        with pytest.raises(OperationalError, match="timeout expired"):
            elsewhere.ensure_connection()

    assert time.monotonic() - began < 10


def test_our_own_mistake_is_logged_with_its_trace_and_shown_without(browser, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("mailaccounts.sessions.SessionStore.load", broken)
    browser.cookies[COOKIE] = "a" * 32
    caplog.set_level(logging.ERROR)

    page = browser.get("/", secure=True)

    assert page.status_code == 500
    assert "secret detail" not in page.text
    reference = re.search(r'class="mono">(...-...)<', page.text)[1]
    ours = [record for record in caplog.records if record.name == "panel.views.errors"]
    assert [record.getMessage() for record in ours] == [f"GET / failed (reference {reference})"]
    assert ours[0].exc_info is not None
