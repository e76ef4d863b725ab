"""Proves that French is set as French is: its quotes, apostrophes and spaces, and no other name
for a button in the help than the one it bears.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from panel.translations import read

HELP = Path(settings.BASE_DIR) / "templates/help/fr"
MARKUP = re.compile(r"\bRe:|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|&[a-z]+;|%\(\w+\)[sd]")
SENTENCE = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
WRONG = re.compile(
    r"(?<![\u00a0\u202f])[;!?»]"  # a space that may break the line, or none
    r"|(?<![\u00a0\u202f\d/]):(?!/)"
    r"|«(?!\u00a0)"
    r"|['\"“”]|\.\.\."
)


def texts() -> dict[str, str]:
    catalog = read("fr", Path(settings.LOCALE_PATHS[0]) / "fr/LC_MESSAGES/django.po")
    found = {
        f"{message.id} {number}": form
        for message in catalog
        if message.id
        for number, form in enumerate(
            [message.string] if isinstance(message.string, str) else message.string
        )
    }
    return found | {path.stem: path.read_text(encoding="utf-8") for path in HELP.glob("*.html")}


def test_spaces_quotes_and_apostrophes():
    wrong = {
        name: [text[max(0, hit.start() - 12) : hit.end() + 4] for hit in WRONG.finditer(text)]
        for name, text in ((name, MARKUP.sub("", text)) for name, text in texts().items())
    }

    assert {name: places for name, places in wrong.items() if places} == {}


def test_mail_of_the_panel_says_nothing_that_is_not_translated():
    """Not even a colon: French has a space before it."""
    left = {
        path.name: MARKUP.sub("", SENTENCE.sub("", path.read_text(encoding="utf-8"))).split()
        for path in (HELP.parents[1] / "mail").glob("*.txt")
    }

    assert {name: words for name, words in left.items() if words} == {"_notice.txt": ["--"]}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_help_names_what_is_on_the_screens(language):
    """What stands in bold in an instruction is a label of a screen."""
    with translation.override(language):
        labels = {
            str(translation.gettext(form)).casefold()
            for message in read("fr", Path(settings.LOCALE_PATHS[0]) / "fr/LC_MESSAGES/django.po")
            if message.id
            for form in ([message.id] if isinstance(message.id, str) else message.id)
        }
    unknown = {
        (path.stem, name)
        for path in (HELP.parent / language).glob("*.html")
        for step in re.findall(r"<(?:li|p)>(.*?)</(?:li|p)>", path.read_text(encoding="utf-8"))
        for name in re.findall(r"<b>(.*?)</b>", step)
        if name.casefold() not in labels
    }

    assert unknown == set()
