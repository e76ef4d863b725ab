"""An autoresponder in words, for lists."""

from __future__ import annotations

from datetime import date

from django import template

from autoresponder import sentences
from autoresponder.models import Autoresponder

register = template.Library()

register.filter("condition", sentences.condition)
register.filter("period", sentences.period)


@register.filter
def is_over(one: Autoresponder, today: date) -> bool:
    """Whether its last day has passed."""
    return one.ends is not None and one.ends < today
