"""Proves that the walk finds what is wrong, and where it may look for less."""

import re

import pytest
from django.conf import settings

from tests.browser import DESK, Window
from tests.walk.sights import Sight
from tests.walk.walker import DRESSES, walk

FAULTY = """<html lang="en"><title>Faulty</title><main><h1>Faulty</h1>
    <p style="color: var(--line)">Pale <a href="#">link</a>
    <a href="#" style="text-decoration: none">in a text</a></p>
    <img src="data:,"><input><button></button>
    <div style="overflow: auto; height: 1em"><p>Long<p>text</div></main>"""
LOOKS = re.compile(r"^--|color|background|opacity|fill|stroke$|filter|shadow|font|line-width")
SHEET = settings.BASE_DIR / "panel/static/panel/css/panel.css"


def test_the_width_of_a_window_changes_no_colour_and_no_line():
    """So that what a skin can break, on one device, it breaks or keeps on all."""
    blocks = re.findall(
        r"@media \((?:min|max)-width[^{]*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}",
        SHEET.read_text(),
    )
    properties = {name for block in blocks for name in re.findall(r"([\w-]+):\s[^;}]*[;}]", block)}

    assert {"display", "grid-template-columns", "max-width"} <= properties
    assert {name for name in properties if LOOKS.search(name)} == set()


@pytest.mark.browser
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


@pytest.mark.browser
def test_a_sight_that_is_not_what_was_meant_is_told(engine, live_server, db):
    window = Window(engine, DESK, locale="en")
    sights = [
        Sight("gone", "/nothing"),
        Sight("other", "/login", shows="table"),
        Sight("right", "/nothing", status=404),
    ]

    found = walk(window, live_server.url, "en", sights)
    window.context.close()

    assert found == {"gone": ["the status is 404"], "other": ["shows no table"]}


@pytest.mark.browser
@pytest.mark.parametrize("skin", DRESSES)
def test_of_all_rules_a_skin_breaks_those_of_skins_alone(engine, skin):
    """Grey on grey, a link that only its colour tells, and small targets: in this skin too."""
    window = Window(engine, DESK)
    window.page.set_content(FAULTY)
    window.page.add_style_tag(path=SHEET)

    before = set(window.findings()) - set(window.findings(of_skin=True))
    window.wear(skin)
    after = set(window.findings()) - set(window.findings(of_skin=True))
    window.context.close()

    assert before == after != set()
