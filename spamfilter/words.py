"""What the settings of an account come to, as a sentence."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext

from spamfilter.models import SpamFilter


def what_applies(wanted: SpamFilter) -> str:
    """What happens to spam while the filter is on."""
    if wanted.deletes:
        text = ngettext(
            "Spam at %(score)s point and more is deleted on arrival.",
            "Spam at %(score)s points and more is deleted on arrival.",
            _plural(wanted.required_score),
        )
    elif wanted.folder == SpamFilter.Folder.JUNK:
        text = ngettext(
            "Spam at %(score)s point and more is marked and kept in Junk.",
            "Spam at %(score)s points and more is marked and kept in Junk.",
            _plural(wanted.required_score),
        )
    else:
        text = ngettext(
            "Spam at %(score)s point and more is marked and kept.",
            "Spam at %(score)s points and more is marked and kept.",
            _plural(wanted.required_score),
        )
    return text % {"score": points(wanted.required_score)}


def points(score: Decimal | float) -> str:
    """A score as people write it: 7, but 6.5."""
    rounded = Decimal(str(score)).quantize(Decimal("0.1"))
    return number_format(rounded, decimal_pos=None if rounded % 1 else 0)


def _plural(score: Decimal) -> int:
    """English says "1 point" of exactly one; French also of less than two."""
    return 1 if score == 1 else 2
