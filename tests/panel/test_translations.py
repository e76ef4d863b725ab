"""Translating without gettext's programs."""

import gettext
from pathlib import Path

import pytest

from panel import translations

PO = """
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, npgettext, pgettext
a = _("Redirect saved.")
b = ngettext("%(n)d message", "%(n)d messages", 2)
c = pgettext("a state", "Open")
d = npgettext("of a group", "one member", "%d members", 2)
"""
TEMPLATE = """
  {% load i18n %}<h1 title="{{ _("Tip") }}">it's {# not this #}
    {% translate "Home" %} {% translate 'May' context "month" %}</h1>
{% blocktranslate trimmed with name=owner.name %}
  Hello
  {{ name }}, 100% yours
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} alias{% plural %}{{ n }} aliases{% endblocktranslate %}
"""


@pytest.fixture
def root(tmp_path) -> Path:
    """A small project with a module, a template and an empty French catalogue."""
    (tmp_path / "panel").mkdir()
    (tmp_path / "panel" / "views.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "home.html").write_text(TEMPLATE)
    write_french(tmp_path, "")
    return tmp_path


def write_french(root: Path, messages: str) -> None:
    (root / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    french(root).write_text(PO + messages)


def french(root: Path) -> Path:
    return root / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def test_everything_is_found_with_its_plural_and_context(root):
    found = [(m.id, m.context) for m in translations.extract_all(root) if m.id]

    assert found == [
        ("Redirect saved.", None),
        (("%(n)d message", "%(n)d messages"), None),
        ("Open", "a state"),
        (("one member", "%d members"), "of a group"),
        ("Tip", None),
        ("Home", None),
        ("May", "month"),
        ("Hello %(name)s, 100%% yours", None),
        (("%(n)s alias", "%(n)s aliases"), None),
    ]


def test_an_update_keeps_translations_and_drops_what_is_stale(root, capsys):
    write_french(root, 'msgid "Home"\nmsgstr "Accueil"\n\nmsgid "Gone"\nmsgstr "Parti"\n')

    translations.update(root)

    text = french(root).read_text()
    assert 'msgid "Home"\nmsgstr "Accueil"\n' in text
    assert "Gone" not in text
    assert "#:" not in text
    assert capsys.readouterr().out.endswith("9 strings, 8 to translate\n")


def test_an_update_that_finds_nothing_new_changes_nothing(root):
    translations.update(root)
    before = french(root).read_text()

    translations.update(root)

    assert french(root).read_text() == before


def test_a_new_folder_becomes_a_language(root):
    (root / "locale" / "pt_BR").mkdir()

    translations.update(root)

    assert '"Language: pt_BR\\n"' in (root / "locale/pt_BR/LC_MESSAGES/django.po").read_text()


def test_the_check_names_what_is_missing_stale_fuzzy_or_empty(root):
    (root / "templates" / "home.html").unlink()
    (root / "panel" / "views.py").write_text('_("a")\n_("b")\n_("c")\n')
    write_french(
        root, '#, fuzzy\nmsgid "a"\nmsgstr "A"\n\nmsgid "b"\nmsgstr ""\n\nmsgid "z"\nmsgstr "Z"\n'
    )

    assert sorted(translations.problems(root)) == [
        "fr: fuzzy: 'a'",
        "fr: missing: 'c'",
        "fr: not translated: 'b'",
        "fr: stale: 'z'",
    ]


DAYS = 'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\nmsgstr[0] "un jour"\n'


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('msgid "%(n)d of %(all)d"\nmsgstr "%(n)d sur %(all)d"', []),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour %(nom)s"', ["unknown", "lost"]),
        ('msgid "Hello %(name)s"\nmsgstr "Bonjour"', ["lost"]),
        (DAYS + 'msgstr[1] "%(n)d jours"', []),
        (DAYS + 'msgstr[1] "jours"', ["lost"]),
    ],
)
def test_placeholders_must_survive(root, message, expected):
    write_french(root, message)

    found = [line for line in translations.problems(root) if "placeholder" in line]

    assert [line.split(": ")[2].split()[0] for line in found] == expected


def test_compiled_catalogues_are_what_gettext_reads(root):
    write_french(root, 'msgid "Home"\nmsgstr "Accueil"\n\n#, fuzzy\nmsgid "b"\nmsgstr "B"\n')

    translations.compile_all(root)

    with french(root).with_suffix(".mo").open("rb") as stream:
        read = gettext.GNUTranslations(stream)
    assert (read.gettext("Home"), read.gettext("b")) == ("Accueil", "b")
