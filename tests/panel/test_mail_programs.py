"""Proves G23."""

import re

import pytest

from tests.make import make_mailbox


@pytest.fixture
def open_doors(settings):
    settings.IMAP_URL = "imaps://imap.provider.example"
    settings.POP3_URL = "pop3s://pop.provider.example"
    settings.SUBMISSION_URL = "smtp://smtp.provider.example:2587"
    settings.PANEL_URL = "https://panel.provider.example"


def cells(page) -> list[list[str]]:
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        re.findall(r"<t[hd][^>]*>(?:<span[^>]*>)?([^<]*)<", row) for row in body.split("</tr>")[:-1]
    ]


def test_the_screen_has_the_values_of_this_server(as_alice, open_doors):
    page = as_alice.get("/mail-programs")

    assert cells(page) == [
        ["Receiving (IMAP)", "imap.provider.example", "993", "SSL/TLS"],
        ["Receiving (POP3)", "pop.provider.example", "995", "SSL/TLS"],
        ["Sending (SMTP)", "smtp.provider.example", "2587", "STARTTLS"],
    ]
    assert '<dd class="mono">alice@example.com</dd>' in page.text


def test_the_code_and_the_button_lead_to_the_profile(as_alice, open_doors):
    page = as_alice.get("/mail-programs").text

    path = "/mail-programs/apple.mobileconfig?email=alice%40example.com"
    assert f'href="{path}"' in page
    assert as_alice.get(path).status_code == 200
    code = page.partition('<svg viewBox="0 0')[2].partition("</svg>")[0]
    assert 'class="code"' in code
    assert "style" not in code


def test_a_server_without_a_way_in_says_so_plainly(as_alice):
    page = as_alice.get("/mail-programs")

    assert page.status_code == 200
    assert "This server has no way in for mail programs." in page.text
    assert "<table" not in page.text
    assert "mobileconfig" not in page.text


def test_a_mailbox_that_is_off_is_said(as_alice, alice, open_doors):
    make_mailbox(alice, enabled=False)

    assert "Your mailbox is off." in as_alice.get("/mail-programs").text


def test_the_tool_is_on_home(as_alice):
    assert 'href="/mail-programs"' in as_alice.get("/").text
