"""gettext without gettext's programs: `python -m panel.translations update | check | compile`.

Django's own commands call `xgettext`, `msgmerge` and `msgfmt`, which a fresh machine has not. Here
Django says what a template wants translated, and Babel does the rest.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

CHECKOUT = Path(__file__).resolve().parent.parent
ROOMS = (
    *("panel", "mailaccounts", "delivery", "mailhost"),
    *("spamfilter", "autoresponder", "helpdesk", "sso", "templates"),
)
COMPLETE = ("fr",)  # languages that this project itself keeps complete
TAG = "Translators:"

# Which argument is what: a text, its plural, its context.
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*[a-z]|%[a-z]|\{\w*\}|%%")


def sources(root: Path = CHECKOUT) -> Iterator[Path]:
    """The files whose strings people see."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def extract_all(root: Path = CHECKOUT) -> Catalog:
    """Every string of the sources, in the order in which they are met."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in sources(root):
        code = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # As Python: where a template has text, the result has rows of X at any indentation.
            code = templatize(code, origin=str(path))
            code = "\n".join(line.lstrip() for line in code.splitlines())
        stream = io.BytesIO(code.encode())
        for _line, text, comments, context in extract("python", stream, KEYWORDS, [TAG]):
            catalog.add(text, auto_comments=comments, context=context)
    return catalog


def catalogues(root: Path = CHECKOUT) -> Iterator[tuple[str, Path]]:
    """Each language with its file, whoever put it there."""
    for folder in sorted((root / "locale").iterdir()):
        if folder.is_dir():
            yield folder.name, folder / "LC_MESSAGES" / "django.po"


def read(language: str, file: Path) -> Catalog:
    """A language's catalogue; an empty one when there is no file yet."""
    if not file.exists():
        comment = f"# Translation of Pigeonnier: {language}\n#"
        return Catalog(locale=language, header_comment=comment, fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def update(root: Path = CHECKOUT) -> None:
    """Bring every catalogue up to date: new strings come, stale ones go, translations stay."""
    template = extract_all(root)
    for language, file in catalogues(root):
        catalog = read(language, file)
        catalog.update(template, no_fuzzy_matching=True)
        text = io.BytesIO(_header(catalog).encode())
        text.seek(0, io.SEEK_END)
        write_po(text, catalog, width=100, no_location=True, omit_header=True, ignore_obsolete=True)
        _replace(file, text.getvalue())
        waiting = sum(1 for message in catalog if message.id and not _whole(message))
        print(f"{file.relative_to(root)}: {len(catalog)} strings, {waiting} to translate")  # noqa: T201


def _header(catalog: Catalog) -> str:
    """The head of the file, without dates: an update that finds nothing new changes nothing."""
    fields = {
        "Project-Id-Version": "Pigeonnier",
        "Language": catalog.locale_identifier or "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"{catalog.plural_forms};".replace(";;", ";"),
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'{catalog.header_comment}\nmsgid ""\nmsgstr ""\n{lines}\n'


def problems(root: Path = CHECKOUT) -> list[str]:
    """What is wrong with the catalogues, a line each."""
    template = extract_all(root)
    found = []
    for language, file in catalogues(root):
        catalog = read(language, file)
        for message in catalog:
            found += [f"{language}: {fault}" for fault in _placeholders(message)]
        if language in COMPLETE:
            found += [f"{language}: {fault}" for fault in _incomplete(template, catalog)]
    return found


def _incomplete(template: Catalog, catalog: Catalog) -> Iterator[str]:
    wanted = {_key(message): message for message in template if message.id}
    there = {_key(message): message for message in catalog if message.id}
    for key in wanted.keys() - there.keys():
        yield f"missing: {key[0]!r}"
    for key in there.keys() - wanted.keys():
        yield f"stale: {key[0]!r}"
    for message in there.values():
        if not _whole(message):
            yield f"not translated: {_key(message)[0]!r}"
        if message.fuzzy:
            yield f"fuzzy: {_key(message)[0]!r}"


def _key(message: Message) -> tuple[str, str | None]:
    return _forms(message.id)[0], message.context


def _forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _whole(message: Message) -> bool:
    return all(_forms(message.string)) if message.string else False


def _placeholders(message: Message) -> Iterator[str]:
    """Each translated form may use what the source has; where there is no plural, it must."""
    if not message.id or not message.string:
        return
    wanted = [set(PLACEHOLDER.findall(form)) for form in _forms(message.id)]
    forms = [form for form in _forms(message.string) if form]
    for form in forms:
        used = set(PLACEHOLDER.findall(form))
        if unknown := used - set.union(*wanted):
            yield f"{_key(message)[0]!r}: unknown placeholder {', '.join(sorted(unknown))}"
        # A form for one may say "one message"; the last form is for many, and needs the number.
        if (len(wanted) == 1 or form is forms[-1]) and (lost := wanted[-1] - used):
            yield f"{_key(message)[0]!r}: lost placeholder {', '.join(sorted(lost))}"


def compile_all(root: Path = CHECKOUT) -> None:
    """Write the `.mo` files that Django reads, where the `.po` is newer."""
    for language, file in catalogues(root):
        compiled = file.with_suffix(".mo")
        if not file.exists():
            continue
        if not compiled.exists() or compiled.stat().st_mtime < file.stat().st_mtime:
            binary = io.BytesIO()
            write_mo(binary, read(language, file))
            _replace(compiled, binary.getvalue())


def _replace(file: Path, content: bytes) -> None:
    """Replace the file at once, so that a reader never sees half of it."""
    file.parent.mkdir(exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def main(verb: str) -> int:
    """The command line."""
    if verb == "check":
        found = problems()
        print("\n".join(found) or "All catalogues are complete.")  # noqa: T201
        return 1 if found else 0
    {"update": update, "compile": compile_all}[verb]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
