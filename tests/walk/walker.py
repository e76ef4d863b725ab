"""Goes from sight to sight as one who sees little, has no mouse, or holds a telephone."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Response, ViewportSize

from panel.skins import skins
from tests.browser import DESK, PHONE, TABLET, Window
from tests.walk.sights import Sight

SIZES = (PHONE, TABLET, DESK)
# By day `automatic` is `classic` and by night `night` (tests/panel/test_skins.py), so that these
# and the one in which pages come are all.
DRESSES = [skin for skin in skins() if skin not in {"automatic", "classic"}]
# On which device each language is looked at in every skin.
DRESSED_AT = {"en": DESK, "fr": PHONE}
# Sent after the script has answered, whose page is then gone.
POST = """([path, fields]) => {
  const form = document.createElement("form");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  form.method = "post";
  form.action = path;
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...fields })) {
    const field = document.createElement("textarea");
    [field.name, field.value] = [name, value];
    form.append(field);
  }
  document.body.append(form);
  setTimeout(() => form.submit());
}"""


def walk(window: Window, site: str, language: str, sights: list[Sight]) -> dict[str, list[str]]:
    """What is wrong with each sight, by name; one that is as it should be is not in it."""
    assert len({sight.name for sight in sights}) == len(sights)
    return {sight.name: found for sight in sights if (found := look(window, site, language, sight))}


def look(window: Window, site: str, language: str, sight: Sight) -> list[str]:
    """Go there, then look at it on each device."""
    window.complaints.clear()
    if amiss := [*_arrival(window, site, language, sight)]:
        return amiss
    # The skin stays on, so that device comes last.
    sizes = sorted(SIZES, key=lambda size: size == DRESSED_AT[language])
    found = [fault for size in sizes for fault in _on(window, size, language, sight)]
    refused = f"{sight.status}" if sight.status >= 400 else "nothing"
    complaints = [each for each in window.complaints if f"status of {refused} " not in each]
    return [*dict.fromkeys(found + complaints)]


def _arrival(window: Window, site: str, language: str, sight: Sight) -> Iterator[str]:
    answer = _open(window, site, sight)
    if answer is None or answer.status != sight.status:
        yield f"the status is {answer and answer.status}"
    elif answer.headers["content-language"] != language:
        yield f"speaks {answer.headers['content-language']}"
    elif not window.page.locator(sight.shows).count():
        yield f"shows no {sight.shows}"


def _open(window: Window, site: str, sight: Sight) -> Response | None:
    if sight.posted is None:
        return window.page.goto(site + sight.path)
    with window.page.expect_navigation() as sent:
        window.page.evaluate(POST, [sight.path, dict(sight.posted)])
    return sent.value


def _on(window: Window, size: ViewportSize, language: str, sight: Sight) -> Iterator[str]:
    """One device, with all rules; on one for each language in every skin, with what that can break.

    A state of a screen differs from it in little, so all rules are for the one device enough.

    What a skin can break is the same on all: no width of a window changes a colour or a line of our
    sheet (test_walker.py), and what is shown on a tablet alone is nothing.
    """
    window.become(size)
    window.page.evaluate(sight.after)
    name = f"{sight.name}-{language}-{size['width']}"
    window.picture(name)
    is_dressed = size == DRESSED_AT[language]
    found = window.too_wide()
    if sight.whole or is_dressed:
        found += window.findings() + window.unreached()
    yield from (f"{size['width']}: {each}" for each in found)
    for skin in DRESSES if is_dressed else ():
        window.wear(skin)
        if sight.whole:
            window.picture(f"{name}-{skin}")
        found = [*window.too_wide(), *window.findings(of_skin=True)]
        yield from (f"{size['width']}, {skin}: {each}" for each in found)
