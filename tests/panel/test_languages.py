"""Proves that a folder is a language, and that the panel is ready for any: long words, and from
right to left.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as project
from django.db.models import CharField, GenericIPAddressField, TextField

from tests.browser import DESK, PHONE, Window, log_in
from tests.make import make_account
from tests.pseudo import CODE, add_language, translated
from tests.screens import ACTS, DOORS, PUBLIC, confirmations, furnish, own_screens, path_of

# Names are not translated.
NAMES = {"Pigeonnier", "English", "français", "Thunderbird"}
TEXTUAL = (CharField, TextField, GenericIPAddressField)
SKIPPED = "script, style, .prose, [name=time_zone]"
# What an element shows itself, with the parts inside it; and what is said of it.
TEXTS = """skipped => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(skipped)) continue;
    if ([...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim()))
      found.push(element.textContent);
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (element.hasAttribute(name)) found.push(element.getAttribute(name));
  }
  return [document.title, ...found];
}"""


@pytest.fixture
def pseudo(settings, tmp_path):
    """The pseudo-language, installed."""
    add_language(tmp_path)
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, (CODE, "עברית")]


def test_the_pseudo_language_keeps_what_programs_read():
    text = translated("Delete %(n)s <b>old</b> messages&nbsp;({x})")

    assert re.findall(r"%\(n\)s|<b>|</b>|&nbsp;|\{x\}|[a-z]", text) == [
        "%(n)s",
        "<b>",
        "</b>",
        "&nbsp;",
        "{x}",
    ]


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_screen_from_right_to_left(
    engine, pseudo, live_server, transactional_db, ways_in, size
):
    owner = furnish(make_account("alice@example.com", language=CODE))
    paths = {screen: path_of(screen, owner) for screen in own_screens() if screen not in ACTS}
    paths |= confirmations(owner)
    doors = [screen for screen in sorted(PUBLIC) if screen in paths]
    found = {}
    window = Window(engine, size, locale=CODE)
    for screen in doors:
        found[f"door {screen}"] = faults(window, live_server.url + paths[screen], screen)
    log_in(window.context, owner, live_server.url)
    for screen in sorted(paths.keys() - DOORS):
        found[screen] = faults(window, live_server.url + paths[screen], screen)
    window.context.close()
    typed = " ".join(["", *re.findall(r"[^\W\d_]+", " ".join(typed_texts()))])
    found = {
        screen: [fault for fault in what if f" {fault}" not in typed]
        for screen, what in found.items()
    }

    assert {screen: what for screen, what in found.items() if what} == {}


def typed_texts() -> Iterator[str]:
    """What people have typed, and files and messages brought along: all texts of our own rooms."""
    for model in apps.get_models():
        if not model.__module__.startswith(("django", "axes")):
            names = [field.name for field in model._meta.fields if isinstance(field, TEXTUAL)]
            for row in model._default_manager.values_list(*names) if names else ():
                yield from (str(value) for value in row)


def faults(window: Window, url: str, screen: str) -> list[str]:
    """What is too wide, runs from left to right, or was not translated."""
    answer = window.page.goto(url)
    window.picture(f"{screen}-{CODE}-{window.size['width']}")
    found = [] if answer.ok else [f"{answer.status}"]
    found += window.too_wide()
    if window.page.evaluate("getComputedStyle(document.body).direction") != "rtl":
        found.append("runs from left to right")
    return found + sorted(
        {word for text in window.page.evaluate(TEXTS, SKIPPED) for word in latin(text)}
    )


def latin(text: str) -> list[str]:
    """Words in our letters that are no address, no host, no name and no placeholder."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\S*[@.]\S*|\{\w+\}", " ", text))
    return [word for word in words if re.search(r"[a-z]{2}", word) and word not in NAMES]


def test_help_that_is_not_translated_is_english_and_runs_so(pseudo, as_alice, alice):
    alice.language = CODE
    alice.save()

    page = as_alice.get("/help/redirect_edit").text

    assert f'<html lang="{CODE}" dir="rtl"' in page
    assert '<article class="prose" lang="en" dir="ltr">' in page


def test_a_text_that_bypasses_the_translation_is_found():
    assert latin("שלום Save {sender} alice@example.com IP 12 Pigeonnier") == ["Save"]


ASKING = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "panel.settings"
import django
django.setup()
from django.conf import settings
from django.utils import translation
from panel.entering import LoginForm
from panel.preferences import PreferencesForm
from panel.help_search import page_text
print(settings.LANGUAGES[-1])
print([form.base_fields["language"].choices[-1] for form in (LoginForm, PreferencesForm)])
with translation.override("nl"):
    print(translation.gettext("Mailbox"), "|", translation.gettext("Redirect saved."))
print(page_text("redirect_edit", "nl") == page_text("redirect_edit", "en"))
"""


def test_a_folder_is_a_language_after_a_restart(tmp_path):
    """A catalogue with one string: the language is offered, and all else is English."""
    unneeded = shutil.ignore_patterns(".*", "var", "benchmarks", "tests", "*.pyc", "*.mo")
    copy = Path(shutil.copytree(project.BASE_DIR, tmp_path / "copy", ignore=unneeded))
    catalogue = copy / "locale/nl/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr ""\n\nmsgid "Mailbox"\nmsgstr "Postvak"\n')

    run(copy, "-m", "panel.translations", "compile")  # as `make run` and `make mailhost` do

    assert run(copy, "-W", "ignore", "-c", ASKING).splitlines() == [
        "('nl', 'Nederlands')",
        "[('nl', 'Nederlands'), ('nl', 'Nederlands')]",
        "Postvak | Redirect saved.",
        "True",
    ]


def run(copy: Path, *arguments: str) -> str:
    """What Python says there, in a process of its own, as after a restart."""
    environment = {"PANEL_VAR": str(copy / "var"), "SECRET_KEY": "x"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ | environment | {"DATABASE_URL": "postgres://nobody@/none"},
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
