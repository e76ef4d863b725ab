"""Proves B8 in Chromium: every screen, on a desk and on a telephone, in every skin.

The server speaks plain HTTP on localhost, which Chromium treats like TLS, `__Host-` cookies
included.
"""

import pytest

from mailaccounts.models import MailAccount
from panel.screens import skins
from tests.browser import DESK, PHONE, SCREENSHOTS, Window, chromium, log_in
from tests.make import make_account, make_alias, make_mail_group, make_redirect
from tests.screens import ACTS, DOORS, PUBLIC, own_screens, path_of

pytestmark = pytest.mark.browser

INSIDE = [screen for screen in own_screens() if screen not in {*ACTS, *DOORS}]
# `automatic` is what the page comes in, with all rules; its colours are those of two others.
DRESSES = [skin for skin in skins() if skin != "automatic"]
FIRST_VISIT = 50 * 1024


@pytest.fixture(scope="module")
def engine():
    with chromium() as browser:
        yield browser


@pytest.fixture
def owner(transactional_db):
    """Long names and long lists."""
    account = make_account("alice.margaret.pleasance-liddell@example.com")
    make_alias(account, "alice@example.com")
    make_alias(account, "the.white.rabbit.and.the.mad.hatter@wonderland.example")
    make_redirect(account, "alice.liddell@a-very-long-name-for-a-domain.elsewhere.example")
    make_mail_group(account, *(f"member{number:03}@elsewhere.example" for number in range(60)))
    return account


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_screen_is_for_everybody(engine, live_server, owner, size):
    """In one window, doors first: logging in anew for each screen would take most of the time."""
    window = Window(engine, size)

    found = {("nobody", each): faults(window, live_server.url, each, owner) for each in PUBLIC}
    log_in(window.context, owner, live_server.url)
    found |= {("owner", each): faults(window, live_server.url, each, owner) for each in INSIDE}
    window.context.close()

    assert {where: what for where, what in found.items() if what} == {}
    assert len(found) == len(PUBLIC) + len(INSIDE)


def faults(window: Window, site: str, screen: str, owner: MailAccount) -> list[str]:
    """All that is wrong with a screen at this size; and a picture of it."""
    window.complaints.clear()
    address = site + path_of(screen, owner)
    answer = window.page.goto(address)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    picture = SCREENSHOTS / f"{screen}-{window.page.viewport_size['width']}.png"
    window.page.screenshot(path=picture, full_page=True)
    found = [] if (answer.status, answer.url) == (200, address) else [f"{answer.status}"]
    if (wider := window.sideways()) > 0:
        found.append(f"{wider} pixels wider than the window")
    found += window.findings()
    for skin in DRESSES:
        window.wear(skin)
        found += [f"{skin}: {each}" for each in window.findings(colours_alone=True)]
    return found + window.complaints


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
