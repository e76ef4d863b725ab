"""The icon sprite: the few icons in use, and the mark, in one small file."""

from __future__ import annotations

import re
import zipfile
from importlib.resources import files

# Lucide's names (https://lucide.dev/icons); `manage.py icons` writes the sprite anew.
ICONS = (
    "arrow-left-right",
    "at-sign",
    "ban",
    "book-open",
    "bug",
    "chart-no-axes-column",
    "circle-alert",
    "circle-check",
    "circle-question-mark",
    "clock",
    "contact",
    "corner-left-up",
    "database",
    "download",
    "fingerprint-pattern",
    "flask-conical",
    "forward",
    "funnel",
    "globe",
    "house",
    "inbox",
    "info",
    "key-round",
    "laptop",
    "life-buoy",
    "list-checks",
    "lock",
    "log-in",
    "log-out",
    "mail",
    "menu",
    "message-square-reply",
    "monitor-smartphone",
    "paperclip",
    "pencil",
    "plus",
    "power",
    "printer",
    "refresh-cw",
    "scroll-text",
    "search",
    "send",
    "settings",
    "shield-check",
    "sliders-horizontal",
    "smartphone",
    "trash-2",
    "triangle-alert",
    "user",
    "users",
    "wrench",
    "x",
)

# A pigeon in its pigeonhole, on the landing ledge: our own drawing, in the skin's colours.
MARK = (
    '<path fill="var(--accent)" fill-rule="evenodd" d="M4.5 14.5a11.5 11.5 0 0 1 23 0V27h-23z'
    'M9 12.8 6.6 14.7 9 15.3V17a8.5 8.5 0 0 0 8.5 8.5h8L16.8 12.4A4 4 0 0 0 9 12.8z"/>'
    '<path fill="var(--lit)" d="M14 16.3a6.2 6.2 0 0 0 6.2 6.2h.6z"/>'
    '<rect fill="var(--accent)" x="2.5" y="28" width="27" height="2.2" rx=".8"/>'
)


def sprite() -> str:
    """The sprite as it should lie in the static files, read from the package `lucide`."""
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg">',
        "<!-- Lucide, ISC license, https://lucide.dev/license -->",
    ]
    with files("lucide").joinpath("lucide.zip").open("rb") as file, zipfile.ZipFile(file) as icons:
        for name in ICONS:
            drawing = icons.read(f"{name}.svg").decode()
            lines.append(f'<symbol id="{name}" viewBox="0 0 24 24">{_inner(drawing)}</symbol>')
    lines.append(f'<symbol id="mark" viewBox="0 0 32 32">{MARK}</symbol>')
    return "\n".join([*lines, "</svg>", ""])


def _inner(drawing: str) -> str:
    """What is inside `<svg …>`, on one line."""
    inner = drawing.partition(">")[2].rpartition("</svg>")[0].strip()
    return re.sub(r"\s+/>", "/>", re.sub(r">\s+<", "><", inner))
