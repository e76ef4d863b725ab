"""Proves G3: every tool, field and button is explained, by the same text to everybody."""

from html.parser import HTMLParser

import pytest

from tests.make import make_mail_group
from tests.screens import ACTS, DOORS, own_screens, path_of

pytestmark = pytest.mark.usefixtures("ways_in")

SCREENS = [screen for screen in own_screens() if screen not in {*ACTS, *DOORS}]


class Page(HTMLParser):
    """What can be operated in the work area, and every text that has an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: dict[str, list[str]] = {}
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._main = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._main = self._main or tag == "main"
        if self._main and self._is_control(tag, given):
            self.controls[self.get_starttag_text() or ""] = given.get(
                "aria-describedby", ""
            ).split()
        if tag not in ("input", "link", "meta", "br", "wbr", "use", "path", "rect", "hr"):
            self._open.append((tag, given.get("id", "")))

    @staticmethod
    def _is_control(tag: str, given: dict[str, str]) -> bool:
        if tag == "input":
            # Boxes of a list's rows and choices within a group are named, not explained.
            return given.get("type") not in ("hidden", "radio") and not (
                {"aria-label", "hidden"} & given.keys()
            )
        named = tag == "a" and {"button", "tool"} & set(given.get("class", "").split())
        return tag in ("button", "select", "textarea") or bool(named)

    def handle_endtag(self, tag: str) -> None:
        self._main = self._main and tag != "main"
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _tag, id_ in self._open:
            if id_:
                self.texts[id_] = self.texts.get(id_, "") + data.strip()


@pytest.mark.parametrize("screen", SCREENS)
def test_everything_is_explained(as_alice, alice, screen):
    make_mail_group(alice, *(f"member{number:03}@elsewhere.example" for number in range(60)))

    page = Page(as_alice.get(path_of(screen, alice)).text)

    unexplained = {
        control: ids
        for control, ids in page.controls.items()
        if not ids or not all(page.texts.get(id_) for id_ in ids)
    }
    assert unexplained == {}
