"""Which screens there are, and which skins lie in their folder."""

from functools import cache
from pathlib import Path

from django.urls import NoReverseMatch, reverse

SKINS = Path(__file__).resolve().parent / "static/panel/css/skins"
DEFAULT_SKIN = "automatic"


@cache
def path_of(screen: str) -> str:
    """The path of a screen that needs no arguments; empty while there is no such screen."""
    try:
        return reverse(screen)
    except NoReverseMatch:
        return ""


@cache
def skins() -> tuple[str, ...]:
    """A file in the skins folder is a skin; the one that follows the device comes first."""
    names = sorted(path.stem for path in SKINS.glob("*.css"))
    return (DEFAULT_SKIN, *(name for name in names if name != DEFAULT_SKIN))
