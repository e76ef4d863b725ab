"""Proves B8 in Chromium: every screen, on a desk and on a telephone, in every skin.

The server speaks plain HTTP on localhost, which Chromium treats like TLS, `__Host-` cookies
included.
"""

import pytest

from mailaccounts.store import mail_store
from panel.skins import skins
from tests.browser import DESK, PHONE, TABLET, Window, log_in
from tests.make import make_account
from tests.screens import ACTS, DOORS, PUBLIC, confirmations, furnish, own_screens, path_of

pytestmark = pytest.mark.browser

INSIDE = [screen for screen in own_screens() if screen not in {*ACTS, *DOORS}]
# `automatic` is what the page comes in, with all rules; its colours are those of two others.
DRESSES = [skin for skin in skins() if skin != "automatic"]
FIRST_VISIT = 50 * 1024


SUBJECTS = [
    "=?utf-8?B?0J/RgNC40LLQtdGC?= " * 12,
    "\u202egnp.exe",
    "",
    "x" * 400,
    "<b>Bold</b>",
]


@pytest.fixture
def owner(transactional_db, settings, tmp_path, ways_in):
    """Long names and long lists, mail of all kinds, and a server that has everything."""
    settings.SPAMD_URL, settings.CLAMD_URL = "spamd://127.0.0.1:1", "clamd://127.0.0.1:1"
    settings.WEBMAIL_URL = "https://webmail.example/"
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    account = furnish(make_account("alice.margaret.pleasance-liddell@example.com"))
    for number, subject in enumerate(SUBJECTS * 12):
        text = f"From: Eve{number} <eve@far.example>\r\nSubject: {subject}\r\n\r\nHello!\r\n"
        mail_store().deliver(account.address, text.encode(), key=str(number))
    return account


@pytest.mark.parametrize(
    ("language", "size", "thorough"),
    [
        ("en", DESK, True),
        ("en", PHONE, False),
        ("fr", DESK, False),
        ("fr", PHONE, True),
    ],
    ids=["en-desk", "en-phone", "fr-desk", "fr-phone"],
)
def test_every_screen_is_for_everybody(engine, live_server, owner, language, size, thorough):
    """In one window, doors first: logging in anew for each screen would take most of the time.

    Everything is looked at twice, once in each language and at each size; that nothing is too wide
    and the browser complains of nothing, four times.
    """
    owner.language = language
    owner.save()
    window = Window(engine, size, locale=language)
    look = examine if thorough else glance
    doors = {screen: path_of(screen, owner) for screen in sorted(PUBLIC)}
    inside = {screen: path_of(screen, owner) for screen in INSIDE} | confirmations(owner)

    found = {f"door {name}": look(window, live_server.url, name, doors[name]) for name in doors}
    log_in(window.context, owner, live_server.url)
    found |= {name: look(window, live_server.url, name, inside[name]) for name in inside}
    window.context.close()

    assert {where: what for where, what in found.items() if what} == {}
    assert len(found) == len(doors) + len(inside)


def glance(window: Window, site: str, screen: str, path: str) -> list[str]:
    """Whether a screen opens, is wider than the window or a tablet, and a picture of it."""
    window.complaints.clear()
    answer = window.page.goto(site + path)
    found = [] if (answer.status, answer.url) == (200, site + path) else [f"{answer.status}"]
    language = answer.headers["content-language"]
    window.picture(f"{screen}-{language}-{window.size['width']}")
    found += window.too_wide()
    if window.size == DESK:
        with window.resized(TABLET):
            found += window.too_wide()
    return found + window.complaints


def examine(window: Window, site: str, screen: str, path: str) -> list[str]:
    """The same, and what axe-core finds, in every skin, and what the keyboard does not reach."""
    found = glance(window, site, screen, path)
    found += window.findings()
    found += window.unreached()
    for skin in DRESSES if window.size == DESK else ():
        window.wear(skin)
        found += [f"{skin}: {each}" for each in window.findings(colours_alone=True)]
        if skin == "night":
            window.picture(f"{screen}-night")
    return [*dict.fromkeys(found + window.complaints)]


def test_the_walk_with_the_keyboard_finds_what_is_wrong(engine):
    window = Window(engine, DESK)
    window.page.set_content(
        """<a class="skip" href="#">Skip</a><a href="#">Fine</a><a href="#" tabindex="-1">Missed</a>
        <button style="outline: 0">Ringless</button><p style="margin-top: 9999px"></p>
        <input type="date"><label><input type="radio" name="a"></label>
        <label><input type="radio" name="a" checked></label><button>Last</button>"""
    )

    found = window.unreached()
    window.context.close()

    assert [each.partition(": ")[0] for each in found] == ["not reached", "no ring"]


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
