"""Real Chromium: windows in which somebody is logged in, and what the browser complains about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.templatetags.static import static
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    sync_playwright,
)

from mailaccounts.models import MailAccount
from mailaccounts.sessions import SessionStore

DESK = ViewportSize(width=1440, height=900)
TABLET = ViewportSize(width=768, height=1024)
PHONE = ViewportSize(width=360, height=740)
SCREENSHOTS = Path(settings.BASE_DIR) / "var/screenshots"
KEYBOARD = (Path(__file__).parent / "keyboard.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without its sandbox where we are root, who may not use it."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def log_in(context: BrowserContext, account: MailAccount, url: str) -> None:
    """As if the account had just gone through the login screen."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "mailaccounts.backends.MailAccountBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": session.session_key or "",
                "url": url.replace("http:", "https:"),  # a cookie for TLS; localhost counts as such
                "secure": True,
                "httpOnly": True,
            }
        ]
    )


class Window:
    """One page, of which every complaint of the browser is kept."""

    def __init__(self, browser: Browser, size: ViewportSize, **options: Any) -> None:
        self.size = size
        phone = size["width"] < 600
        self.context = browser.new_context(
            viewport=size, is_mobile=phone, has_touch=phone, **options
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def too_wide(self) -> list[str]:
        """By how much the page is wider than the window, if it is."""
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.body.clientWidth"
        )
        width = self.page.viewport_size["width"]
        return [f"{wider} pixels wider than {width}"] if wider > 0 else []

    @contextmanager
    def resized(self, size: ViewportSize) -> Iterator[None]:
        """The same page in a window of another size, for a while."""
        self.page.set_viewport_size(size)
        yield
        self.page.set_viewport_size(self.size)

    def picture(self, name: str) -> None:
        """Keep what one sees of the whole page, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(
            path=SCREENSHOTS / f"{name}.jpeg", type="jpeg", quality=80, full_page=True
        )

    def wear(self, skin: str) -> None:
        """Change the skin within the page, which is quicker than to load it anew."""
        self.page.evaluate(
            """async ([skin, href]) => {
                document.documentElement.dataset.skin = skin;
                if (document.querySelector(`link[href="${href}"]`)) return;
                const link = document.createElement("link");
                link.rel = "stylesheet";
                link.href = href;
                document.head.append(link);
                await new Promise(done => { link.onload = done; });
            }""",
            [skin, static(f"panel/css/skins/{skin}.css")],
        )

    def findings(self, *, colours_alone: bool = False) -> list[str]:
        """What axe-core finds: the rule and the element."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE_SCRIPT)
        only = (
            {"type": "rule", "values": ["color-contrast"]}
            if colours_alone
            else {"type": "tag", "values": RULES}
        )
        found: list[str] = self.page.evaluate(
            """async runOnly => (await axe.run(document, { runOnly, resultTypes: ["violations"] }))
                .violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`))""",
            only,
        )
        return found

    def unreached(self) -> list[str]:
        """What is wrong for who has a keyboard alone, going through the whole page with Tab."""
        stops = self.page.evaluate(f"{KEYBOARD}; window.keyboard.watch()")
        for _stop in range(stops):
            self.page.keyboard.press("Tab")
        found: list[str] = self.page.evaluate("window.keyboard.faults()")
        return found
