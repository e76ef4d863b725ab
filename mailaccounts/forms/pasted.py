"""What people paste into one field: all of it is good, or none is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

LISTED_ERRORS = 20


def all_good(entries: Iterable[str], check: Callable[[str], str], *, nothing: Promise) -> list[str]:
    """What `check` makes of each entry, each once.

    `ValidationError` with a sentence for each bad entry, or `nothing` where there is none.
    """
    good: dict[str, None] = {}
    bad: dict[str, ValidationError] = {}
    for typed in entries:
        try:
            good[check(typed)] = None
        except ValidationError as error:
            bad[typed] = error
    if bad:
        raise ValidationError(_sentences(bad))
    if not good:
        raise ValidationError(str(nothing), code="required")
    return list(good)


def _sentences(bad: dict[str, ValidationError]) -> list[str]:
    """For the first of them, and how many more there are."""
    lines = [
        gettext("“%(entry)s”: %(problem)s")
        % {"entry": typed[:80], "problem": " ".join(error.messages)}
        for typed, error in list(bad.items())[:LISTED_ERRORS]
    ]
    more = len(bad) - LISTED_ERRORS
    if more > 0:
        lines.append(
            ngettext("And %(number)d more.", "And %(number)d more.", more) % {"number": more}
        )
    return lines
