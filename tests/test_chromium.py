"""Proves in Chromium what is true of all screens together: their weight, help, menu and policy.

The server speaks plain HTTP on localhost, which Chromium treats like TLS, `__Host-` cookies
included.
"""

import pytest

from tests.browser import DESK, PHONE, Window, log_in
from tests.make import make_account
from tests.screens import furnish

pytestmark = pytest.mark.browser

FIRST_VISIT = 50 * 1024


@pytest.fixture
def owner(transactional_db, settings, scanners):
    """Something of everything, on a server that has everything."""
    settings.WEBMAIL_URL = "https://webmail.example/"
    return furnish(make_account("alice@example.com"))


def test_the_first_visit_to_home_is_light(engine, live_server, owner):
    """All that the browser fetches, uncompressed."""
    window = Window(engine, DESK)
    log_in(window.context, owner, live_server.url)
    weights = {}
    window.page.on(
        "response", lambda response: weights.update({response.url: len(response.body())})
    )

    window.page.goto(live_server.url, wait_until="networkidle")
    window.context.close()

    assert any("panel.css" in url for url in weights)
    assert sum(weights.values()) < FIRST_VISIT, weights


def test_pointing_and_tabbing_explain_a_tool(engine, live_server, owner):
    """Proves G3."""
    window = Window(engine, DESK)
    log_in(window.context, owner, live_server.url)
    window.page.goto(live_server.url)
    said = window.page.locator("#context-help")

    window.page.get_by_role("link", name="Mailbox").first.hover()
    pointed = said.inner_text()
    window.page.get_by_role("link", name="Redirect").first.focus()
    tabbed = said.inner_text()
    window.context.close()

    assert pointed == "Switch the mailbox on or off; see how full it is."
    assert tabbed == "Send incoming mail on to another address."


def test_the_menu_of_a_telephone_opens_without_a_script(engine, live_server, owner):
    context = engine.new_context(viewport=PHONE, java_script_enabled=False)
    log_in(context, owner, live_server.url)
    page = context.new_page()
    page.goto(live_server.url)
    link = page.get_by_role("link", name="Help")

    before = link.is_visible()
    page.get_by_role("button", name="Menu").click()
    after = link.is_visible()
    context.close()

    assert (before, after) == (False, True)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/mailaccounts/mailaccount/",
        "/admin/mailaccounts/mailaccount/add/",
        "/admin/mailaccounts/alias/add/",
    ],
)
def test_the_administration_works_under_the_policy(engine, live_server, transactional_db, path):
    staff = make_account("staff@example.com", is_staff=True, is_superuser=True)
    window = Window(engine, DESK)
    log_in(window.context, staff, live_server.url)

    answer = window.page.goto(f"{live_server.url}{path}")
    window.page.wait_for_load_state("networkidle")
    window.context.close()

    assert (answer.status, window.complaints) == (200, [])
