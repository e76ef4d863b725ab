"""The sprite is fresh, and no template or tool asks for an icon that is not in it."""

import re
from pathlib import Path

from django.conf import settings

from panel.frame import GENERAL, SYSTEM
from panel.home import TOOLS
from panel.icons import ICONS, sprite
from panel.management.commands.icons import SPRITE
from panel.views import errors

NAMED = re.compile(r"""\{% icon ["']([\w-]+)["']""")


def test_the_sprite_is_as_the_command_writes_it():
    assert SPRITE.read_text() == sprite()


def test_names_are_sorted_and_none_twice():
    assert list(ICONS) == sorted(set(ICONS))


def test_every_icon_in_a_template_is_in_the_sprite():
    named = set()
    for folder in ("templates", "panel", "mailaccounts", "delivery"):
        for template in Path(settings.BASE_DIR / folder).rglob("*.html"):
            named |= set(NAMED.findall(template.read_text()))

    assert named - {*ICONS, "mark"} == set()


def test_every_icon_named_in_code_is_in_the_sprite():
    pages = [page for page in vars(errors).values() if isinstance(page, errors.ErrorPage)]
    named = {each.icon for each in (*TOOLS, *GENERAL, *SYSTEM, *pages)}

    assert named - set(ICONS) == set()
