"""A login from a browser that was not seen before is told by mail. Proves a part of G46."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import signing
from django.utils import timezone

from mailaccounts.models import MailAccount
from tests.make import PASSWORD, make_account, make_mailbox
from tests.panel.door import LOGIN, browser, entered

COOKIE = settings.KNOWN_COOKIE_NAME
SUBJECT = "A login to alice@example.com from a new browser"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def seen_before(alice) -> MailAccount:
    """Alice, who has logged in at some time, somewhere."""
    MailAccount.objects.update(last_login=timezone.now())
    return alice


def again(client):
    """Log out and in once more in the same browser."""
    client.post("/logout")
    assert client.post("/login", LOGIN).status_code == 302


def test_a_new_browser_is_told_with_whence_and_when(seen_before, letters):
    MailAccount.objects.update(time_zone="Asia/Tokyo")

    tokyo, before = ZoneInfo("Asia/Tokyo"), timezone.now()
    entered(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="198.51.100.24")

    (letter,) = letters(seen_before)
    text = letter.get_content()
    assert letter["Subject"] == SUBJECT
    assert "IP address: 198.51.100.24" in text
    assert "Browser: Firefox on Linux" in text
    assert re.search(r"When: .* (\d\d:\d\d) \(JST\)", text)[1] in {
        f"{moment.astimezone(tokyo):%H:%M}" for moment in (before, timezone.now())
    }
    assert "https://localhost:8443/preferences" in text


def test_the_very_first_login_is_not_told(alice, letters):
    again(entered())

    assert letters(alice) == []


def test_a_browser_is_told_of_once(seen_before, letters):
    again(entered())

    assert len(letters(seen_before)) == 1


def test_it_speaks_the_language_of_the_account(seen_before, letters):
    MailAccount.objects.update(language="fr")

    entered()

    (letter,) = letters(seen_before)
    assert letter["Subject"].startswith("Une connexion à alice@example.com")


def test_without_a_mailbox_it_goes_to_the_recovery_address(seen_before, letters):
    MailAccount.objects.update(recovery_address="alice@home.example")
    make_mailbox(seen_before, enabled=False)

    entered()

    (letter,) = letters()
    assert letter["X-Envelope-To"] == "alice@home.example"


def test_a_wrong_password_is_not_told_and_makes_no_browser_known(seen_before, letters):
    client = browser()
    client.post("/login", LOGIN | {"password": "wrong"})

    assert (COOKIE in client.cookies, letters(seen_before)) == (False, [])


def test_one_browser_knows_the_last_few_accounts(alice, letters):
    client = browser()
    for n in range(12):
        account = make_account(f"user{n}@example.com")
        client.post("/login", LOGIN | {"login": account.address})
        client.post("/logout")

    known = signing.loads(client.cookies[COOKIE].value, salt="panel.known_browsers")

    assert len(known) == 10
    assert known[0] == account.pk


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", '"\\000"', "x" * 5_000])
def test_a_forged_cookie_makes_no_browser_known(seen_before, letters, forged):
    client = browser()
    client.cookies[COOKIE] = forged

    assert client.post("/login", LOGIN).status_code == 302

    assert len(letters(seen_before)) == 1


def test_the_cookie_of_another_purpose_is_none(seen_before, letters):
    client = browser()
    client.cookies[COOKIE] = signing.dumps([seen_before.pk], salt="something else")

    client.post("/login", LOGIN)

    assert len(letters(seen_before)) == 1


def test_the_cookie_is_no_way_in_and_for_this_host_over_tls_alone(alice):
    client = entered()
    cookie = client.cookies[COOKIE]
    stranger = browser()
    stranger.cookies[COOKIE] = cookie.value

    assert stranger.get("/").status_code == 302
    assert COOKIE == "__Host-known-8443"
    assert {name: value for name, value in cookie.items() if value and name != "expires"} == {
        "path": "/",
        "samesite": "Lax",
        "secure": True,
        "httponly": True,
        "max-age": 400 * 24 * 3600,
    }
    assert PASSWORD not in cookie.value
