"""Proves B8: skins differ in their colours alone, and every one of them can be read."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from panel.screens import SKINS, skins

TOKEN = re.compile(r"(--[\w-]+): ([^;]+);")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch|hwb)a?\(", re.IGNORECASE)
TEXTS = ("text", "muted", "danger", "good", "warn", "accent")
GROUNDS = ("surface", "canvas", "pane")
DRAWN = tuple(skin for skin in skins() if skin != "automatic")


def tokens(skin: str) -> dict[str, str]:
    return dict(TOKEN.findall((SKINS / f"{skin}.css").read_text()))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_there_are_five_skins_and_the_one_that_follows_the_device_comes_first():
    assert skins() == ("automatic", "classic", "contrast", "night", "terracotta")


@pytest.mark.parametrize("skin", skins())
def test_all_skins_set_the_same_tokens(skin):
    assert tokens(skin).keys() == tokens("classic").keys()


def test_automatic_is_classic_by_day_and_night_by_night():
    day, night = tokens("classic"), tokens("night")

    assert tokens("automatic") == {
        name: f"light-dark({day[name]}, {night[name]})" if day[name].startswith("#") else day[name]
        for name in day
    }


@pytest.mark.parametrize("skin", DRAWN)
def test_every_text_can_be_read(skin):
    colours = tokens(skin)
    low = {
        (text, ground): round(ratio, 2)
        for text in TEXTS
        for ground in GROUNDS
        if (ratio := contrast(colours[f"--{text}"], colours[f"--{ground}"])) < 4.5
    }

    assert low == {}


@pytest.mark.parametrize("skin", DRAWN)
def test_edges_and_words_on_the_accent_can_be_seen(skin):
    colours = tokens(skin)

    assert contrast(colours["--control"], colours["--surface"]) >= 3
    assert contrast(colours["--on-accent"], colours["--accent"]) >= 4.5
    assert contrast(colours["--on-accent"], colours["--danger"]) >= 4.5


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
