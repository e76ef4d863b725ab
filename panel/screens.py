"""Which screens there are."""

from functools import cache

from django.urls import NoReverseMatch, reverse


@cache
def path_of(screen: str) -> str:
    """The path of a screen that needs no arguments; empty while there is no such screen."""
    try:
        return reverse(screen)
    except NoReverseMatch:
        return ""
