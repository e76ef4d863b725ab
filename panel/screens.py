"""Which screens there are, and which skins and help pages lie in their folders."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import NoReverseMatch, reverse

SKINS = Path(__file__).resolve().parent / "static/panel/css/skins"
HELP = Path(settings.BASE_DIR) / "templates/help"
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


@cache
def help_pages() -> tuple[str, ...]:
    """Names of the help pages; English has them all."""
    return tuple(sorted(path.stem for path in (HELP / "en").glob("*.html")))
