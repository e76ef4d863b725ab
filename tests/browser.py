"""Real Chromium: windows in which somebody is logged in, and what the browser complains about."""

from __future__ import annotations

import os
import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
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
from panel.skins import skin_file

DESK = ViewportSize(width=1440, height=900)
TABLET = ViewportSize(width=768, height=1024)
PHONE = ViewportSize(width=360, height=740)
SCREENSHOTS = Path(settings.BASE_DIR) / "var/screenshots"
KEYBOARD = (Path(__file__).parent / "keyboard.js").read_text()
# One step of the keyboard. `Page.keyboard` sends two events for each, and waits for both.
TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules of axe-core that a skin can break. A skin sets colours, the radius of corners and the
# width of lines, nothing else (`panel.skins` holds that), and only these look at colours or measure
# boxes; all others look at elements, their attributes and whether they are displayed.
SKIN_RULES = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without its sandbox where we are root, who may not use it."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def is_phone(size: ViewportSize) -> bool:
    """Whether so small a device is held in the hand and touched."""
    return size["width"] < 600


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
        phone = is_phone(size)
        self.context = browser.new_context(
            viewport=size, is_mobile=phone, has_touch=phone, **options
        )
        self.page: Page = self.context.new_page()
        self.protocol = self.context.new_cdp_session(self.page)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def become(self, size: ViewportSize) -> None:
        """Show the same page on another device, which is quicker than to load it there."""
        self.size, phone = size, is_phone(size)
        device = {**size, "deviceScaleFactor": 1, "mobile": phone}
        self.protocol.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
        self.protocol.send("Emulation.setDeviceMetricsOverride", device)
        self.page.evaluate("new Promise(requestAnimationFrame)")  # laid out anew

    def too_wide(self) -> list[str]:
        """By how much the page is wider than the window, if it is."""
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.body.clientWidth"
        )
        return [f"{wider} pixels too wide"] if wider > 0 else []

    def picture(self, name: str) -> None:
        """Keep what one sees of the whole page, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        height = self.page.evaluate("document.documentElement.scrollHeight")
        page = {"x": 0, "y": 0, "width": self.size["width"], "height": height, "scale": 1}
        kind = {"format": "jpeg", "quality": 70, "clip": page, "captureBeyondViewport": True}
        taken = self.protocol.send("Page.captureScreenshot", kind)
        (SCREENSHOTS / f"{name}.jpeg").write_bytes(b64decode(taken["data"]))

    def wear(self, skin: str) -> None:
        """Change the skin within the page, which is quicker than to load it anew."""
        self.page.evaluate(
            """([skin, sheet]) => {
                const sheets = new CSSStyleSheet();
                sheets.replaceSync(sheet);
                document.adoptedStyleSheets = [sheets];
                document.documentElement.dataset.skin = skin;
            }""",
            [skin, skin_file(skin).read_text()],
        )

    def findings(self, *, of_skin: bool = False) -> list[str]:
        """What axe-core finds: the rule and the element; or of that what a skin can break."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE_SCRIPT)
        only = (
            {"type": "rule", "values": SKIN_RULES} if of_skin else {"type": "tag", "values": RULES}
        )
        found: list[str] = self.page.evaluate(
            """async runOnly => {
                // The last Tab has left the page, and may be back on the skip link by now.
                document.querySelector(".skip:focus")?.blur();
                return (await axe.run({ runOnly, resultTypes: ["violations"], preload: false }))
                .violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html}`));
            }""",
            only,
        )
        return found

    def unreached(self) -> list[str]:
        """What is wrong for who has a keyboard alone, going through the whole page with Tab."""
        stops = self.page.evaluate(f"{KEYBOARD}; window.keyboard.watch()")
        for _stop in range(stops):
            self.protocol.send("Input.dispatchKeyEvent", TAB)
        found: list[str] = self.page.evaluate("window.keyboard.faults()")
        return found
