"""IMAP keywords in a Maildir: a letter in a file's name; `dovecot-keywords` says what it means."""

from __future__ import annotations

import fcntl
import os
import string
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailaccounts.store import KEYWORDS, WANTED, Learned, StoreUnavailable
from mailaccounts.store.names import Entry


def learned_of(found: Entry, letters: dict[str, str]) -> Learned | None:
    """What the letters in the file's name say."""
    return kind_of(found, letters, KEYWORDS)


def kind_of(found: Entry, letters: dict[str, str], words: dict[Learned, str]) -> Learned | None:
    """Which of some keywords it has."""
    flags = _flags(found)
    return next((kind for kind, word in words.items() if letters.get(word, "-") in flags), None)


def letters_of(folder: str) -> dict[str, str]:
    """The letter of each keyword that the folder knows; lines of the file are `0 $Junk`."""
    known = {}
    with suppress(FileNotFoundError):
        for line in Path(folder, "dovecot-keywords").read_text(errors="replace").splitlines():
            number, _, word = line.partition(" ")
            if number.isdecimal() and int(number) < len(string.ascii_lowercase):
                known[word] = string.ascii_lowercase[int(number)]
    return known


def note(folder: str, entries: list[Entry], learned: Learned | None) -> None:
    """Rename the files; a message with a keyword is in `cur`, as one that was seen there is."""
    letters = _with_ours(folder) if learned else letters_of(folder)
    words = (*KEYWORDS.values(), *WANTED.values())
    ours = {letters[word] for word in words if word in letters}
    wanted = {letters[KEYWORDS[learned]]} if learned else set()
    for found in entries:
        flags = set(_flags(found))
        if flags & ours != wanted:
            name = f"{found.id}:2,{''.join(sorted(flags - ours | wanted))}"
            with suppress(FileNotFoundError):  # moved, deleted or renamed by a mail program
                os.rename(found.path, f"{folder}/cur/{name}")


def _flags(found: Entry) -> str:
    return found.path[found.path.rindex("/") :].partition(":2,")[2]


def _with_ours(folder: str) -> dict[str, str]:
    """The letters, of which both of ours are there."""
    with _locked(folder):
        known = letters_of(folder)
        absent = [word for word in KEYWORDS.values() if word not in known]
        free = [letter for letter in string.ascii_lowercase if letter not in known.values()]
        if len(free) < len(absent):
            raise StoreUnavailable(f"No keyword is left in {folder}")
        if absent:
            known |= dict(zip(absent, free, strict=False))
            _write(folder, known)
    return known


def _write(folder: str, letters: dict[str, str]) -> None:
    numbers = sorted(
        (string.ascii_lowercase.index(letter), word) for word, letter in letters.items()
    )
    unfinished = Path(folder, "tmp", "keywords")
    unfinished.write_text("".join(f"{number} {word}\n" for number, word in numbers))
    unfinished.replace(Path(folder, "dovecot-keywords"))


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
