"""From Home to a read message and a sent one, in the webmail of a real host.

Proves G24.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mailhost import environment
from tests.browser import DESK, chromium
from tests.mailhost.by_https import ask
from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host
from tests.make import PASSWORD

PATIENCE = 20_000  # milliseconds for a page of the webmail

pytestmark = [
    *needs_whole_host,
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]

CAST = """
alice = make_account("alice@host.example")
alice.language = "fr"
alice.save()
bob = make_account("bob@host.example")
bob.language = "en"
bob.save()
off = make_account("off@host.example")
make_mailbox(off, enabled=False)
"""


@pytest.fixture
def browser(host) -> Iterator[BrowserContext]:
    with chromium() as started:
        context = started.new_context(
            viewport=DESK, ignore_https_errors=True, locale="de-DE", base_url=panel(host)
        )
        context.set_default_timeout(PATIENCE)
        yield context


def panel(host: WholeHost) -> str:
    return f"https://localhost:{host.ports['PANEL_PORT']}"


def webmail(host: WholeHost) -> str:
    return f"https://localhost:{host.ports['WEBMAIL_PORT']}/"


def enter_panel(browser: BrowserContext, owner: str) -> Page:
    page = browser.new_page()
    page.goto("/")
    page.locator("[name=login]").fill(owner)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button").click()
    expect(page.locator("h1")).to_have_text(owner)
    return page


def open_webmail(browser: BrowserContext, home: Page) -> Page:
    """Its login screen, in a tab of its own."""
    with browser.expect_page() as opened:
        home.locator(".tools").get_by_role("link", name="Webmail", exact=True).click()
    page = opened.value
    page.wait_for_load_state()
    return page


def log_in(page: Page) -> None:
    page.locator("#rcmloginpwd").fill(PASSWORD)
    page.locator("#rcmloginsubmit").click()
    expect(page.locator("#messagelist")).to_be_attached(timeout=PATIENCE)


def test_from_home_to_a_read_message_and_a_sent_one(host, browser):
    host.send("alice@host.example", "Bonjour du dehors")
    host.by_imap("alice@host.example", "Bonjour du dehors")

    page = open_webmail(browser, enter_panel(browser, "alice@host.example"))
    expect(page.locator("#rcmloginuser")).to_have_value("alice@host.example")
    expect(page.locator("#rcmloginsubmit")).to_have_text("Connexion")
    assert page.evaluate("window.opener") is None
    log_in(page)

    page.get_by_text("Bonjour du dehors").click()
    expect(page.frame_locator("#messagecontframe").get_by_text("Hello!")).to_be_visible()

    page.goto(f"{webmail(host)}?_task=mail&_action=compose")
    send = page.locator(".formbuttons button.send")
    expect(send).to_have_text("Envoyer")
    page.locator("#compose_to input").fill("friend@far.example")
    page.locator("#compose-subject").fill("Bien le bonjour")
    page.locator("#composebody").fill("À bientôt !")
    send.click()

    assert host.went_out("Bien le bonjour").sender == "alice@host.example"
    assert eventually(lambda: number_sent(host, "alice@host.example") == 1)


def number_sent(host: WholeHost, owner: str) -> int:
    with host.imap(owner) as server:
        return int(server.select("Sent")[1][0])


def test_another_owner_does_not_find_the_mail_of_the_one_before(host, browser):
    log_in(open_webmail(browser, enter_panel(browser, "alice@host.example")))

    page = browser.new_page()
    page.goto(f"{webmail(host)}?_user=bob@host.example&_lang=en")

    expect(page.locator("#rcmloginuser")).to_have_value("bob@host.example")
    log_in(page)
    expect(page.locator(".header-title.username")).to_have_text("bob@host.example")
    expect(page.locator("#taskmenu")).to_contain_text("Compose")


def test_the_same_owner_goes_straight_to_the_mail(host, browser):
    home = enter_panel(browser, "bob@host.example")
    log_in(open_webmail(browser, home))

    expect(open_webmail(browser, home).locator("#messagelist")).to_be_attached(timeout=PATIENCE)


def test_who_comes_without_the_panel_reads_in_the_language_of_the_account(host, browser):
    page = browser.new_page()
    page.goto(webmail(host))
    expect(page.locator("#rcmloginsubmit")).to_have_text("Anmelden")  # as this browser asks

    page.locator("#rcmloginuser").fill("alice@host.example")
    log_in(page)

    expect(page.locator("#taskmenu")).to_contain_text("Rédiger")


def test_a_mailbox_that_is_off_has_no_webmail(host, browser):
    home = enter_panel(browser, "off@host.example")

    assert home.locator(f"a[href^='{webmail(host)}']").count() == 0
    assert "Needs a mailbox that is on" in home.locator(".services").first.inner_text()


@pytest.mark.parametrize(
    "path",
    [
        "/config/config.inc.php",
        "/SQL/postgres.initial.sql",
        "/program/include/iniset.php",
        "/.htaccess",
    ],
)
def test_only_what_browsers_need_is_served(host, path):
    assert ask(host.ports["WEBMAIL_PORT"], path)[0] == 404


def test_passwords_are_not_tried_without_end(host):
    port = host.ports["WEBMAIL_PORT"]

    with ThreadPoolExecutor(40) as guessers:  # at once: a turn is given back every two seconds
        guesses = guessers.map(lambda path: ask(port, path, method="POST"), ["/?_task=login"] * 40)

    assert 429 in {guess[0] for guess in guesses}


def test_its_role_reads_nothing_of_the_panel_but_languages(host):
    secrets = environment.read_lines(host.folder / "var/mailhost/secrets")
    link = psycopg2.connect(
        host=str(host.folder / "var/mailhost/database"),
        user="pigeonnier_webmail",
        password=secrets["WEBMAIL_PASSWORD"],
        dbname="pigeonnier",
    )
    with link, link.cursor() as cursor:
        cursor.execute("SELECT * FROM mailhost.languages WHERE address LIKE '%host.example'")
        languages = sorted(cursor.fetchall())
        cursor.execute(
            "SELECT DISTINCT table_schema FROM information_schema.table_privileges"
            " WHERE grantee = current_user ORDER BY 1"
        )
        schemas = [name for (name,) in cursor.fetchall()]
    link.close()

    assert languages == [("alice@host.example", "fr"), ("bob@host.example", "en")]
    assert schemas == ["mailhost", "webmail"]


def test_its_secrets_are_for_itself_alone(host):
    file = host.folder / "var/mailhost/webmail/etc/config.inc.php"

    assert re.search("des_key' => '[0-9a-f]{32}'", file.read_text())
    assert (file.stat().st_mode & 0o777, file.group()) == (0o640, "www-data")
