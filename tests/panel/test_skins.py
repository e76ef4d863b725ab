"""Proves B8: skins differ in their colours alone, and every one of them can be read."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from panel.skins import SKINS, contrast, skin_problems, skins
from tests.browser import DESK, Window, log_in
from tests.make import make_account

TOKEN = re.compile(r"(--[\w-]+): ([^;]+);")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch|hwb)a?\(", re.IGNORECASE)


def tokens(skin: str) -> dict[str, str]:
    return dict(TOKEN.findall((SKINS / f"{skin}.css").read_text()))


def test_there_are_five_skins_and_the_one_that_follows_the_device_comes_first():
    assert skins() == ("automatic", "classic", "contrast", "night", "terracotta")


@pytest.mark.parametrize("skin", skins())
def test_every_skin_sets_all_tokens_and_can_be_read(skin):
    assert skin_problems(skin) == []


def test_contrast_is_measured_as_the_guidelines_do():
    """The examples of WCAG's own documents."""
    assert contrast("#000000", "#ffffff") == 21
    assert [round(contrast(grey, "#ffffff"), 2) for grey in ("#777777", "#767676")] == [4.48, 4.54]


def test_automatic_is_classic_by_day_and_night_by_night():
    day, night = tokens("classic"), tokens("night")

    assert tokens("automatic") == {
        name: f"light-dark({day[name]}, {night[name]})" if day[name].startswith("#") else day[name]
        for name in day
    }


def test_the_sheet_of_the_components_has_no_colour_of_its_own():
    sheet = Path(SKINS.parent / "panel.css").read_text()
    # The backdrop, the shade of a pressed button, and black on paper.
    for allowed in ("rgb(0 0 0 / .5)", "rgb(0 0 0 / .15)", "color: #000;"):
        sheet = sheet.replace(allowed, "")

    assert COLOUR.findall(sheet) == []


def test_the_page_links_the_skin_of_the_account_alone(as_alice, alice):
    alice.skin = "night"
    alice.save()

    page = as_alice.get("/").text

    assert re.findall(r"skins/(\w+)", page) == ["night"]
    assert 'data-skin="night"' in page


@pytest.mark.parametrize("skin", ["../../evil", "gone", ""])
def test_a_skin_that_is_not_there_falls_back(as_alice, alice, skin):
    alice.skin = skin
    alice.save()

    assert re.findall(r"skins/(\w+)", as_alice.get("/").text) == ["automatic"]


def test_every_class_of_the_sheet_is_worn_somewhere():
    """What no page uses any more goes; `flip` and `problem` are worn by icons and states."""
    sheet = (SKINS.parent / "panel.css").read_text()
    classes = set(re.findall(r"\.([a-z][a-z-]*)(?=[\s,:.{>+~\[)])", sheet))
    pages = "".join(page.read_text() for page in (settings.BASE_DIR / "templates").rglob("*.html"))
    code = "".join(file.read_text() for file in (settings.BASE_DIR / "panel").rglob("*.py"))

    worn = set(re.findall(r"[a-z][a-z-]*", " ".join(re.findall(r'class="([^"]*)"', pages))))
    named = set(re.findall(r'(?:"|%} )([a-z][a-z-]*)', pages + code))

    assert classes - worn - named == set()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("skin", "device", "ground"),
    [
        ("automatic", "light", "rgb(245, 246, 248)"),
        ("automatic", "dark", "rgb(20, 23, 28)"),
        ("classic", "dark", "rgb(245, 246, 248)"),
        ("night", "light", "rgb(20, 23, 28)"),
    ],
)
def test_the_automatic_skin_alone_follows_the_device(
    engine, live_server, transactional_db, skin, device, ground
):
    account = make_account("alice@example.com", skin=skin)
    window = Window(engine, DESK, color_scheme=device)
    log_in(window.context, account, live_server.url)

    window.page.goto(live_server.url)
    found = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
    window.context.close()

    assert found == ground
