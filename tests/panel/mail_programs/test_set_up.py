"""The page behind the code: for any device, without a login, and silent about who has an account.

Proves G23.
"""

import re
from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.make import PASSWORD, make_account
from tests.panel.mail_programs.test_mobileconfig import PATH as PROFILE

PATH = "/set-up"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"

pytestmark = pytest.mark.django_db


def ask(email="alice@example.com", client=None, **headers):
    query = {"email": email} | headers.pop("query", {})
    return (client or Client()).get(PATH, query, secure=True, headers=headers)


def values(page) -> dict[str, str]:
    """What can be copied."""
    found = re.findall(r'<dd class="mono" id="([\w-]*)">(.*?)</dd>', page.text)
    return {name: unescape(value) for name, value in found}


def programs(page) -> list[tuple[str, bool]]:
    """Their titles, and whether each is open."""
    found = re.findall(r"<details( open)?><summary>(.*?)</summary>", page.text)
    return [(title, bool(is_open)) for is_open, title in found]


@pytest.fixture(autouse=True)
def ours(open_doors, alice):
    """alice@example.com exists."""


def test_the_values_are_there_to_copy():
    page = ask()

    assert page.status_code == 200
    assert values(page) == {
        "address": "alice@example.com",
        "imap-server": "imap.provider.example",
        "imap-port": "993",
        "smtp-server": "smtp.provider.example",
        "smtp-port": "2465",
    }
    assert page.text.count("<dd>SSL/TLS</dd>") == 2
    assert "Dove &amp; &lt;Cote&gt;" in page.text


def test_the_profile_is_there_and_nothing_has_a_password():
    page = ask()

    path = re.search(rf'href="({PROFILE}[^"]*)"', page.text)[1]
    assert Client().get(unescape(path), secure=True).status_code == 200
    assert PASSWORD not in page.text
    assert "<form" not in page.text
    assert not page.cookies


def test_but_for_the_address_it_is_the_same_for_who_exists_and_who_does_not():
    make_account("gone@example.com", is_active=False)
    pages = {
        address: ask(f"{address}@example.com") for address in ("alice", "gone", "n.obody", "a+tag")
    }

    bare = {
        (
            page.content.replace(f"{address}@".encode(), b"@").replace(b"a%2Btag@", b"@"),
            tuple((name, page[name]) for name in page.headers if name != "Content-Length"),
        )
        for address, page in pages.items()
    }
    assert len(bare) == 1
    assert all(f"<bdi>{address}@<wbr>" in page.text for address, page in pages.items())


@pytest.mark.parametrize(
    "email",
    [
        "alice@elsewhere.example",
        "alice",
        "",
        "@example.com",
        "a@b@example.com",
        "\0@example.com",
        "a\r\nSet-Cookie: x=y@example.com",
        "<script>alert(1)</script>@example.com",
        '"><img src=x>"@example.com',
        "\u202emoc.elpmaxe@example.com",
        f"{'x' * 65}@example.com",
        f"{'x' * 100_000}@example.com",
        "alice@example.com<script>",
    ],
    ids=lambda email: repr(email[:24]),
)
def test_for_others_there_is_none_just_as_there_is_no_document(email):
    page = ask(email)
    document = Client().get(PROFILE, {"email": email}, secure=True)

    assert (page.status_code, document.status_code) == (404, 404)
    assert page.content == document.content == ask("nobody@elsewhere.example").content


@pytest.mark.parametrize(
    "email", ["a&amp'{{7*7}}`=/?#%41@example.com", "javascript/alert+1&x=%3cb%3e@example.com"]
)
def test_what_a_stranger_wrote_is_shown_and_does_nothing(email):
    page = ask(email)

    assert values(page)["address"] == email
    links = [unescape(link) for link in re.findall(r'href="([^"]*email=[^"]*)"', page.text)]
    assert {urlsplit(link).path for link in links} == {PATH, PROFILE}
    assert all(parse_qs(urlsplit(link).query)["email"] == [email] for link in links)
    assert escape(email) in page.text
    assert email not in page.text


def test_an_address_is_shown_as_it_is_stored():
    page = ask(" ALICE@Example.COM ")

    assert page.content == ask().content


@pytest.mark.parametrize("host", ["autoconfig.example.com", "autodiscover.example.com"])
def test_it_is_at_the_panels_name_alone(host):
    assert ask(host=host).status_code == 400


def test_no_search_engine_and_no_cache_keeps_it():
    page = ask()

    assert page["X-Robots-Tag"] == "noindex"
    assert page["Cache-Control"] == "no-store, private"
    assert page["Referrer-Policy"] == "same-origin"
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_it_is_only_looked_at():
    assert Client().post(f"{PATH}?email=alice@example.com", secure=True).status_code == 405


@pytest.mark.parametrize(
    ("asked", "chosen", "language", "title"),
    [
        ("en", {}, "en", "Set up your mail"),
        ("fr", {}, "fr", "Configurer votre messagerie"),
        ("fr", {"language": "en"}, "en", "Set up your mail"),
        ("de", {"language": "fr"}, "fr", "Configurer votre messagerie"),
        ("fr", {"language": "xx\0"}, "fr", "Configurer votre messagerie"),
    ],
)
def test_it_speaks_the_language_of_the_device_or_the_one_that_is_chosen(
    asked, chosen, language, title
):
    page = ask(**{"accept-language": asked}, query=chosen)

    assert f"<h1>{title}</h1>" in page.text
    assert page["Content-Language"] == language
    switch = re.findall(r'<a href="([^"]*)" lang="(\w+)"[^>]*?( aria-current="true")?>', page.text)
    assert switch == [
        (f"{PATH}?email=alice@example.com&amp;language={code}", code, mark)
        for code, mark in (
            ("en", ' aria-current="true"' if language == "en" else ""),
            ("fr", ' aria-current="true"' if language == "fr" else ""),
        )
    ]


def test_who_is_logged_in_has_chosen_a_language_already(as_alice, alice):
    alice.language = "fr"
    alice.save()

    page = ask(client=as_alice, query={"language": "en"})

    assert "<h1>Configurer votre messagerie</h1>" in page.text
    assert "hreflang" not in page.text


def test_without_an_address_it_is_for_who_is_logged_in(as_alice):
    assert values(as_alice.get(PATH))["address"] == "alice@example.com"
    assert Client().get(PATH, secure=True).status_code == 404


@pytest.mark.parametrize(
    ("device", "first"),
    [
        (ANDROID, "Gmail on Android"),
        (IPHONE, "iPhone, iPad and Mac"),
        (MAC, "iPhone, iPad and Mac"),
        (WINDOWS, "Outlook (new)"),
        (LINUX, "Thunderbird"),
    ],
)
def test_what_suits_the_device_comes_first_and_is_open(device, first):
    shown = programs(ask(**{"user-agent": device}))

    assert [title for title, is_open in shown if is_open] == [first] == [shown[0][0]]
    assert len(shown) == 7


@pytest.mark.parametrize("device", ["", "\0<script>", "x" * 10_000])
def test_for_an_unknown_device_all_are_there_and_none_is_open(device):
    shown = programs(ask(**{"user-agent": device}))

    assert [is_open for _title, is_open in shown] == [False] * 7


def test_a_server_with_pop3_alone_says_pop3(settings):
    settings.IMAP_URL = ""

    page = ask()

    assert values(page)["pop3-port"] == "2110"
    assert "Personal (POP3)" in page.text
    assert "IMAP" not in page.text


def test_a_server_without_a_way_in_says_so_plainly(settings):
    settings.SUBMISSION_URL = ""

    page = ask()

    assert "This server has no way in for mail programs." in page.text
    assert (values(page), programs(page), "mobileconfig" in page.text) == ({}, [], False)


def test_it_asks_nothing_of_accounts(django_assert_num_queries):
    """One look at the domains: there is nothing whose duration could tell."""
    with django_assert_num_queries(1):
        ask("nobody@example.com")
    with django_assert_num_queries(1):
        ask()
