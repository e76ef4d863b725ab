"""Small scripts in Chromium: waiting until the screen has loaded (G4), the end of an idle session,
the hint at a new password, and copying values on a telephone (G23).
"""

import pytest
from django.utils import timezone

from mailaccounts.models import MailAccount, Session
from mailaccounts.sessions import expiry
from panel.skins import skins
from tests.browser import DESK, PHONE, Window, chromium, log_in
from tests.make import make_account

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def engine():
    with chromium() as browser:
        yield browser


@pytest.fixture
def owner(transactional_db) -> MailAccount:
    return make_account("alice@example.com")


@pytest.fixture
def window(engine, live_server, owner):
    window = Window(engine, DESK)
    log_in(window.context, owner, live_server.url)
    yield window
    window.context.close()


@pytest.fixture
def clock(window):
    """The time of the browser, which stands still but for `run_for`; in front of `stalled`."""
    now = timezone.now()
    window.page.clock.install(time=now)
    window.page.clock.pause_at(now + timezone.timedelta(seconds=1))
    return window.page.clock


# Waiting


@pytest.fixture
def stalled(window, live_server):
    """Home, whose skin does not come; call it to let it come."""
    held = []
    window.page.route("**/css/skins/*.css", lambda route: held.append(route))  # noqa: PLW0108 - not a function of C
    window.page.goto(live_server.url, wait_until="commit")
    window.page.locator("#idle").wait_for(state="attached")

    def come() -> None:
        for route in held:
            route.continue_()
        window.page.unroute("**/css/skins/*.css")
        window.page.wait_for_load_state("load")

    return come


def is_waiting(page) -> tuple[bool, bool]:
    """Whether the page holds everything back, and whether it says so."""
    return page.evaluate(
        "['waiting' in document.documentElement.dataset,"
        " !document.getElementById('waiting').hidden]"
    )


def click(page) -> None:
    """On the tool Mailbox; by script, as nothing is painted before the skin is there."""
    page.evaluate("document.querySelector('a[href=\"/mailbox\"]').click()")


def press(page) -> None:
    """The Enter key on it."""
    page.evaluate("document.querySelector('a[href=\"/mailbox\"]').focus()")
    page.keyboard.press("Enter")


def test_clicks_and_keys_do_nothing_while_a_style_sheet_stalls(window, live_server, stalled):
    page = window.page
    click(page)
    press(page)
    page.wait_for_timeout(200)
    held_back, where = is_waiting(page), page.url

    stalled()
    let_go = is_waiting(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/mailbox")

    assert (held_back, where) == ([True, True], f"{live_server.url}/")
    assert let_go == [False, False]


def test_that_it_loads_is_said_when_it_takes_long(window, clock, stalled):
    clock.run_for(999)
    soon = is_waiting(window.page)
    clock.run_for(1)

    assert (soon, is_waiting(window.page)) == ([True, False], [True, True])


def test_typing_into_a_field_is_held_back_too(window, live_server, engine):
    held = []
    window.page.route("**/css/skins/*.css", lambda route: held.append(route))  # noqa: PLW0108 - not a function of C
    window.page.goto(f"{live_server.url}/preferences", wait_until="commit")
    window.page.locator("#idle").wait_for(state="attached")
    window.page.evaluate("document.getElementById('id_recovery_address').focus()")

    window.page.keyboard.type("abc")

    assert window.page.evaluate("document.getElementById('id_recovery_address').value") == ""
    for route in held:
        route.abort()


class TestPatience:
    @pytest.fixture(autouse=True)
    def _short(self, settings):
        settings.WAIT_SECONDS = 7

    def test_a_page_is_never_locked_for_good(self, window, clock, stalled):
        clock.run_for(6_999)
        locked = is_waiting(window.page)
        clock.run_for(1)
        let_go = is_waiting(window.page)

        click(window.page)
        window.page.wait_for_url("**/mailbox", wait_until="commit")

        assert (locked, let_go) == ([True, True], [False, False])


def test_a_style_sheet_that_fails_does_not_lock_the_page(window, live_server):
    window.page.route("**/css/skins/*.css", lambda route: route.abort())

    window.page.goto(live_server.url)

    assert is_waiting(window.page) == [False, False]


def test_switched_off_nothing_waits(window, live_server, owner):
    owner.wait_until_loaded = False
    owner.save()
    window.page.route("**/css/skins/*.css", lambda route: None)
    window.page.goto(live_server.url, wait_until="commit")
    window.page.locator("#idle").wait_for(state="attached")

    click(window.page)

    window.page.wait_for_url("**/mailbox", wait_until="commit")


def test_without_a_script_nothing_is_locked_and_nothing_is_said(engine, live_server, owner):
    context = engine.new_context(java_script_enabled=False)
    log_in(context, owner, live_server.url)
    page = context.new_page()
    page.goto(live_server.url)
    said = [page.locator(box).is_visible() for box in ("#waiting", "#idle")]

    page.get_by_role("link", name="Mailbox").first.click()
    where = page.url
    context.close()

    assert (said, where) == ([False, False], f"{live_server.url}/mailbox")


# The end of an idle session


def let_time_go_by(minutes: int) -> None:
    """For the server alone: so long ago was the last click."""
    for row in Session.objects.all():
        row.last_activity = timezone.now() - timezone.timedelta(minutes=minutes)
        row.expire_date = expiry(row.started, row.last_activity)
        row.save()


def test_the_end_is_announced_and_staying_keeps_what_was_typed(window, clock, live_server, owner):
    page = window.page
    page.goto(f"{live_server.url}/preferences")
    left = int(page.locator("#idle").get_attribute("data-left")) - 57 * 60 - 90
    page.fill("#id_label_length", "17")
    clock.run_for(57 * 60_000)
    before = page.locator("#idle").is_visible()
    let_time_go_by(58)
    clock.run_for(90_000)
    announced = page.locator("#idle").inner_text()

    page.get_by_role("button", name="Stay").click()
    page.locator("#idle").wait_for(state="hidden")

    assert not before
    assert "Your session ends soon" in announced
    assert f" {left // 60}:{left % 60:02d}\n" in announced
    assert page.input_value("#id_label_length") == "17"
    assert timezone.now() - owner.sessions.get().last_activity < timezone.timedelta(minutes=1)


def test_what_to_do_when_it_has_ended_is_said(window, clock, live_server):
    page = window.page
    page.goto(live_server.url)

    clock.run_for(61 * 60_000)

    assert page.locator("#idle").inner_text().strip() == (
        "Your session has ended. Copy what you have typed, if you need it, then log in again. "
        "Log in"
    )


def test_who_stays_too_late_is_told(window, clock, live_server):
    page = window.page
    page.goto(live_server.url)
    clock.run_for(59 * 60_000)
    Session.objects.all().delete()

    page.get_by_role("button", name="Stay").click()

    page.get_by_text("Your session has ended.").wait_for()


def test_a_click_in_another_tab_counts(window, clock, live_server):
    page = window.page
    page.goto(live_server.url)
    clock.run_for(59 * 60_000)
    before = page.locator("#idle").is_visible()

    page.evaluate(
        "dispatchEvent(new StorageEvent('storage',"
        " {key: 'session ends', newValue: String(Date.now() + 3600_000)}))"
    )
    clock.run_for(2_000)

    assert (before, page.locator("#idle").is_visible()) == (True, False)


# The hint at a new password


WEAK = "Easy to guess: repetitions, runs of keys and the own address count for little"
HINTS = {
    "short": "Characters that are missing: 7",
    "aaaaaaaaaaaaaaaa": WEAK,
    "abcabcabcabcabc": WEAK,
    "123456789012345": WEAK,
    "qwertyuiopasdf": WEAK,
    "alice@example.com": WEAK,
    "walrus carpenter": "Good",
    "walrus carpenter oyster": "Very good",
    "": "",
}


def test_how_hard_a_password_is_to_guess_is_said_while_typing(window, live_server):
    page, asked = window.page, []
    page.goto(f"{live_server.url}/preferences")
    page.on("request", lambda request: asked.append(request.url))

    said = {}
    for typed in HINTS:
        page.fill("#id_new_password", typed)
        said[typed] = page.locator("[data-strength]").inner_text()

    assert said == HINTS
    # The browser may still be fetching the icon of the page.
    assert [url for url in asked if not url.endswith("/mark.svg")] == []


# Values to copy


@pytest.fixture
def telephone(engine, live_server, owner, ways_in):
    """An Android telephone on which nobody is logged in; call it to open the page that the code
    leads to, in a language.
    """
    windows = []

    def open_page(language: str, **options) -> Window:
        agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile"
        window = Window(engine, PHONE, locale=language, user_agent=agent, **options)
        windows.append(window)
        window.page.goto(f"{live_server.url}/set-up?email={owner.address}")
        return window

    yield open_page
    for window in windows:
        window.context.close()


@pytest.mark.parametrize(
    ("language", "copy", "copied", "server"),
    [("en", "Copy", "Copied", "Server"), ("fr", "Copier", "Copié", "Serveur")],
)
def test_a_telephone_copies_the_values(telephone, language, copy, copied, server):
    window = telephone(language, permissions=["clipboard-read", "clipboard-write"])
    page = window.page
    values = page.locator("dd[id]").all_inner_texts()
    pasted = []

    for name in ("", f"{server} IMAP", "Port IMAP", f"{server} SMTP", "Port SMTP"):
        page.get_by_role("button", name=f"{copy} {name}").first.click()
        page.get_by_role("button", name=f"{copied} {name}").wait_for()
        pasted.append(page.evaluate("navigator.clipboard.readText()"))

    assert pasted == values
    assert values[0] == "alice@example.com"
    assert page.get_by_role("status").inner_text().startswith(copied)
    assert window.findings() + window.too_wide() + window.complaints == []
    for skin in skins():
        window.wear(skin)
        assert (skin, window.findings(of_skin=True)) == (skin, [])
    window.picture(f"set_up-{language}-android")


def test_what_a_browser_does_not_let_copy_is_selected(telephone):
    window = telephone("en")
    page = window.page
    page.evaluate(
        "void (navigator.clipboard.writeText = () => Promise.reject(new Error()),"
        " document.execCommand = () => false)"
    )

    page.get_by_role("button", name="Copy Server IMAP").click()

    assert page.evaluate("String(getSelection())").startswith("mail.a-very-long-name")
    assert page.get_by_role("button", name="Copy Server IMAP").is_visible()
    assert window.complaints == []


def test_without_a_script_the_steps_open_and_no_button_is_dead(telephone):
    page = telephone("fr", java_script_enabled=False).page
    step = page.get_by_text("jusqu’à ce que le compte soit là")
    before = step.is_visible()

    page.get_by_text("Thunderbird et K-9 Mail sur Android").click()

    assert (before, step.is_visible()) == (False, True)
    assert page.get_by_text("Exiger une connexion").is_visible()
    assert page.get_by_role("button").count() == 0
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", name="Set up your mail").is_visible()
