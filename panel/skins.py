"""Skins: which lie in their folders, what each must set, and whether it can be read.

A skin is a sheet that sets the same tokens as `classic.css`. The panel's own lie beside it; those
of a provider in the folder `BRAND`, with the provider's logo. docs/skins.md says how to make one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

SKINS = Path(__file__).resolve().parent / "static/panel/css/skins"
BRAND = "brand"  # where a provider's folder is found among the static files
AUTOMATIC = "automatic"
PATTERN = "classic"  # the skin whose tokens all others have to set

# WCAG 2.2, 1.4.3 and 1.4.11: which tokens stand on which, and how different they have to be.
TEXTS = ("text", "muted", "danger", "good", "warn", "accent")
GROUNDS = ("surface", "canvas", "pane")
CONTRASTS = {
    **dict.fromkeys(product(TEXTS, GROUNDS), 4.5),
    **dict.fromkeys((("on-accent", "accent"), ("on-accent", "danger")), 4.5),
    **dict.fromkeys(product(("control", "focus"), ("surface", "canvas")), 3.0),
}

_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_BOTH = re.compile(r"light-dark\(\s*(#[0-9a-f]{6})\s*,\s*(#[0-9a-f]{6})\s*\)")


@cache
def skins() -> tuple[str, ...]:
    """The names of all skins; the one that accounts begin with comes first."""
    names = {path.stem for path in (*SKINS.glob("*.css"), *_brand().glob("*.css"))}
    return tuple(sorted(names, key=lambda name: (name != settings.DEFAULT_SKIN, name)))


def default_skin() -> str:
    """The skin of pages that are nobody's, and of accounts whose own is no more."""
    return settings.DEFAULT_SKIN if settings.DEFAULT_SKIN in skins() else AUTOMATIC


def skin_file(skin: str) -> Path:
    """The sheet of a skin; a provider's own comes before ours of the same name."""
    own = _brand() / f"{skin}.css"
    return own if own.is_file() else SKINS / f"{skin}.css"


@cache
def skin_url(skin: str) -> str:
    """Where the browser finds that sheet."""
    own = skin_file(skin).parent != SKINS
    return static(f"{BRAND}/{skin}.css" if own else f"panel/css/skins/{skin}.css")


@cache
def logo_url() -> str:
    """Where the browser finds the provider's logo; empty while there is none."""
    return static(f"{BRAND}/logo.svg") if (_brand() / "logo.svg").is_file() else ""


def skin_problems(skin: str) -> list[str]:
    """What is wrong with a skin, a line each: tokens that are missing, colours too alike."""
    text = skin_file(skin).read_text(encoding="utf-8")
    found = [] if f'[data-skin="{skin}"]' in text else [f'it is not for [data-skin="{skin}"]']
    tokens = dict(_TOKEN.findall(text))
    wanted = _TOKEN.findall((SKINS / f"{PATTERN}.css").read_text(encoding="utf-8"))
    found += [f"--{name} is missing" for name, _value in wanted if name not in tokens]
    found += [f"--{name} is unknown" for name in sorted(tokens.keys() - dict(wanted).keys())]
    return found + [problem for shade in (0, 1) for problem in _too_alike(tokens, shade)]


def _too_alike(tokens: dict[str, str], shade: int) -> Iterator[str]:
    """Pairs that cannot be told apart, by day (0) or by night (1)."""
    night = shade and any(_BOTH.fullmatch(value) for value in tokens.values())
    if shade and not night:
        return
    for (one, other), least in CONTRASTS.items():
        colours = [_shade(tokens.get(name, ""), shade) for name in (one, other)]
        if not all(colours):
            missing = one if not colours[0] else other
            if missing in tokens:
                yield f"--{missing} is not a colour such as #1a222d"
            continue
        if (ratio := contrast(*colours)) < least:
            when = " by night" if night else ""
            yield f"--{one} on --{other} has a contrast of {ratio:.2f}{when}, not {least}"


def _shade(value: str, shade: int) -> str:
    value = value.strip().lower()
    if both := _BOTH.fullmatch(value):
        return both[1 + shade]
    return value if _COLOUR.fullmatch(value) else ""


def contrast(one: str, other: str) -> float:
    """How different two colours such as `#1a222d` are: from 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _brand() -> Path:
    """The provider's folder; one that does not exist while none is set."""
    return Path(settings.BRAND or "/nonexistent")
