"""An owner with a browser, a sender with a mail program, and everything between them for real.

Proves G1, G2, G10, G20, G21, G34, G35, G36 and G37, in English and in French.
"""

from __future__ import annotations

import json
import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from tests.browser import DESK, Window, chromium
from tests.mailhost.test_run import ports, start, surroundings  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser


class Mail:
    """What goes in by SMTP, and what has come out into the outbox since the last look."""

    def __init__(self, port: int, var: Path) -> None:
        self._port = port
        self._outbox = var / "outbox"
        self._seen: set[Path] = set()

    def send(self, recipient: str, subject: str) -> None:
        message = EmailMessage()
        message["From"] = "sender@elsewhere.example"
        message["To"] = recipient
        message["Subject"] = subject
        message.set_content("Bonjour, c’est un essai.\n")
        with smtplib.SMTP("127.0.0.1", self._port) as server:
            server.send_message(message)

    def went_out(self) -> list[tuple[str, str]]:
        """Envelope sender and recipients of each new message in the outbox."""
        new = set(self._outbox.glob("*.eml")) - self._seen
        self._seen |= new
        return [
            (envelope[1], " ".join(envelope[2].split()))
            for envelope in (
                re.match(
                    r"X-Envelope-From: <(.*)>\r\nX-Envelope-To: ((?:.*\r\n)(?: .*\r\n)*)",
                    file.read_bytes().decode(),
                )
                for file in new
            )
            if envelope is not None
        ]


@pytest.fixture
def panel(start, surroundings) -> Iterator[tuple[str, Mail, dict[str, str]]]:  # noqa: F811
    """Address of the panel, its mail, and the demo's passwords by address."""
    process, _lines = start()
    var = Path(surroundings["PANEL_VAR"])
    logins = json.loads((var / "demo-logins.json").read_text())
    yield (
        f"https://localhost:{surroundings['PANEL_PORT']}",
        Mail(int(surroundings["SMTP_PORT"]), var),
        {login["address"]: login["password"] for login in logins},
    )
    process.terminate()
    process.communicate(timeout=30)


def test_the_next_message_does_what_the_screen_says(panel):
    url, mail, passwords = panel
    with chromium() as browser:
        for language, owner in (
            ("en", "anna@dovecote.example"),
            ("fr", "claire@colombier.example"),
        ):
            window = Window(browser, DESK, ignore_https_errors=True)
            live_through_it(window.page, url, mail, owner, passwords[owner], language)
            assert window.complaints == []


def live_through_it(
    page: Page, url: str, mail: Mail, owner: str, password: str, language: str
) -> None:
    with translation.override(language):
        log_in(page, url, owner, password, language)
        switch_autoresponders_off(page)
        kept = messages_kept(page)

        mail.send(owner, "Kept")
        page.reload()
        assert (messages_kept(page), mail.went_out()) == (kept + 1, [])

        set_redirect(page, on=True, address="copy@elsewhere.example")
        mail.send(owner, "Kept, and a copy sent on")
        page.reload()
        assert messages_kept(page) == kept + 2
        assert mail.went_out() == [("sender@elsewhere.example", "copy@elsewhere.example")]

        switch_mailbox_off(page)
        mail.send(owner, "Sent on alone")
        page.reload()
        assert messages_kept(page) == 0
        assert mail.went_out() == [("sender@elsewhere.example", "copy@elsewhere.example")]

        set_redirect(page, on=False)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            mail.send(owner, "Refused")
        assert refused.value.recipients[owner][0] == 550

        add_members(page, "one@elsewhere.example, Zwei <two@elsewhere.example>")
        mail.send(owner, "To every member")
        assert mail.went_out() == [(owner, "one@elsewhere.example, two@elsewhere.example")]

        go_home(page)
        open_tool(page, _("Redirect"))
        expect(page.get_by_label(_("Forward to"))).to_have_value("copy@elsewhere.example")
        log_out(page, url)


def log_in(page: Page, url: str, owner: str, password: str, language: str) -> None:
    page.goto(url)
    page.locator("[name=login]").fill(owner.upper())
    page.locator("[name=password]").fill(password)
    page.locator("[name=language]").select_option(language)
    page.locator("form button").click()
    expect(page.locator("h1")).to_have_text(owner)


def messages_kept(page: Page) -> int:
    """What Home says of the mailbox."""
    row = page.locator(".service", has=page.get_by_text(_("Mailbox"), exact=True))
    return int(re.sub(r"\D", "", row.locator("small").inner_text()))


def switch_autoresponders_off(page: Page) -> None:
    """They take mail too, so nothing would be refused while one is on."""
    open_tool(page, _("Autoresponders"))
    button = page.get_by_role("button", name=_("Switch off"), exact=True)
    if button.count():
        button.first.click()
    go_home(page)


def open_tool(page: Page, label: str) -> None:
    page.locator(".tools").get_by_role("link", name=label, exact=True).click()
    expect(page.locator("h1")).to_have_text(label)


def go_home(page: Page) -> None:
    page.get_by_role("link", name=_("Home"), exact=True).first.click()


def set_redirect(page: Page, *, on: bool, address: str | None = None) -> None:
    open_tool(page, _("Redirect"))
    page.get_by_label(_("Redirect"), exact=True).set_checked(on)
    if address is not None:
        page.get_by_label(_("Forward to")).fill(address)
    page.get_by_role("button", name=_("OK"), exact=True).click()
    expect(page.get_by_text(_("Redirect saved."))).to_be_visible()


def switch_mailbox_off(page: Page) -> None:
    open_tool(page, _("Mailbox"))
    page.get_by_label(_("Mailbox"), exact=True).uncheck()
    page.get_by_role("button", name=_("OK"), exact=True).click()
    page.locator("button.danger.primary").click()
    expect(page.locator(".notice.good")).to_be_visible()


def add_members(page: Page, pasted: str) -> None:
    open_tool(page, _("Mail group"))
    page.get_by_role("link", name=_("New member"), exact=True).click()
    page.locator("textarea").fill(pasted)
    page.get_by_role("button", name=_("OK"), exact=True).click()
    page.get_by_role("button", name=_("Switch on"), exact=True).click()
    expect(page.get_by_text(_("The mail group is on."))).to_be_visible()


def log_out(page: Page, url: str) -> None:
    page.get_by_role("button", name=_("Log out"), exact=True).click()
    page.goto(url)
    expect(page.locator("[name=password]")).to_be_visible()
