"""Proves of G1 and G4 in which language and time zone a page is shown."""

import pytest
from django.utils import timezone

from mailaccounts.models import MailAccount
from tests.panel.door import LOGIN, browser, entered


def language(page) -> tuple[str, bool]:
    code = page.headers["Content-Language"]
    return code, f'<html lang="{code}"' in page.text


@pytest.mark.parametrize(
    ("url", "accept", "expected"),
    [
        ("/login", "", "en"),
        ("/login", "fr-CH, en;q=0.5", "fr"),
        ("/login", "xx, \x01;q=9", "en"),
        ("/login", "x" * 10_000, "en"),
        ("/login", "fr;q=0.5," * 2_000, "fr"),
        ("/login", "fr;q=NaN, */*, ;;;,,,=", "en"),
        ("/login", "../../fr", "en"),
        ("/login?language=fr", "en", "fr"),
        ("/login?language=xx", "fr", "fr"),
        ("/login?language=%00", "fr", "fr"),
    ],
)
def test_the_language_before_the_login(client, db, url, accept, expected):
    page = client.get(url, secure=True, headers={"accept-language": accept})

    assert language(page) == (expected, True)


@pytest.mark.parametrize(
    ("chosen", "preferred", "accept", "expected"),
    [
        ("", "", "fr", "fr"),
        ("", "fr", "en", "fr"),
        ("en", "fr", "fr", "en"),
        ("fr", "en", "en", "fr"),
        ("", "xx", "fr", "fr"),
    ],
)
def test_the_language_after_the_login(alice, chosen, preferred, accept, expected):
    MailAccount.objects.update(language=preferred)
    client = browser(HTTP_ACCEPT_LANGUAGE=accept)
    client.post("/login", LOGIN | {"language": chosen})

    assert language(client.get("/")) == (expected, True)


def test_the_language_of_one_session_is_not_that_of_another(alice):
    french = browser()
    french.post("/login", LOGIN | {"language": "fr"})

    assert [language(c.get("/"))[0] for c in (french, entered(), french)] == ["fr", "en", "fr"]


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "Europe", "x" * 64])
def test_an_unknown_time_zone_is_the_server_s(as_alice, alice, zone):
    MailAccount.objects.update(time_zone=zone)

    assert as_alice.get("/").status_code == 200


def test_the_time_zone_of_one_page_is_not_that_of_the_next(as_alice):
    MailAccount.objects.update(time_zone="Asia/Tokyo")
    as_alice.get("/")

    assert timezone.get_current_timezone_name() == "UTC"
