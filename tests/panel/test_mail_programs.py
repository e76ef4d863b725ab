"""Proves G23."""

import re

import pytest
from django.test import Client

from tests.make import make_account, make_mailbox
from tests.qr import read_code


@pytest.fixture
def open_doors(settings):
    settings.IMAP_URL = "imaps://imap.provider.example"
    settings.POP3_URL = "pop3s://pop.provider.example"
    settings.SUBMISSION_URL = "smtp://smtp.provider.example:2587"
    settings.PANEL_URL = "https://panel.provider.example"


def cells(page) -> list[list[str]]:
    """What stands in them on a wide screen."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    wide = re.sub(r'<span class="narrow-only.*?</span>', "", body, flags=re.DOTALL)
    return [
        [
            re.sub(r"<[^>]*>", "", cell).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in wide.split("</tr>")[:-1]
    ]


def test_the_screen_has_the_values_of_this_server(as_alice, open_doors):
    page = as_alice.get("/mail-programs")

    assert cells(page) == [
        ["Receiving (IMAP)", "imap.provider.example", "993", "SSL/TLS"],
        ["Receiving (POP3)", "pop.provider.example", "995", "SSL/TLS"],
        ["Sending (SMTP)", "smtp.provider.example", "2587", "STARTTLS"],
    ]
    assert '<dd class="mono" id="address">alice@example.com</dd>' in page.text


def code_on(page) -> str:
    return re.search(r'<svg [^>]*class="code".*?</svg>', page.text)[0]


def test_the_code_leads_to_the_page_that_sets_up_any_device(as_alice, open_doors):
    page = as_alice.get("/mail-programs")

    link = read_code(code_on(page))

    assert link == "https://panel.provider.example/set-up?email=alice@example.com"
    path = link.removeprefix("https://panel.provider.example")
    assert f'href="{path}"' in page.text
    assert "alice@" in Client().get(path, secure=True).text
    assert "style" not in code_on(page)


def test_the_code_of_a_long_address_is_still_coarse_enough_to_be_read(client, db, open_doors):
    """Version 9 of 40: 53 squares a side, each 2.9 pixels wide on the screen."""
    address = f"{'long' * 16}@{'domain.' * 5}example"
    client.force_login(make_account(address), backend="mailaccounts.backends.MailAccountBackend")

    code = code_on(client.get("/mail-programs", secure=True))

    assert read_code(code).endswith(f"?email={address}")
    assert int(re.search(r'viewBox="0 0 (\d+)', code)[1]) <= (53 + 2 * 4) * 4


def test_the_button_downloads_the_profile(as_alice, open_doors):
    page = as_alice.get("/mail-programs").text

    path = "/mail-programs/apple.mobileconfig?email=alice@example.com"
    assert f'href="{path}"' in page
    assert as_alice.get(path).status_code == 200


def test_the_steps_for_this_device_come_first(as_alice, open_doors):
    page = as_alice.get("/mail-programs", headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0)"})

    titles = re.findall("<summary>(.*?)</summary>", page.text)
    assert titles[:2] == ["Outlook (new)", "Outlook (classic)"]
    assert len(titles) == 7


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
