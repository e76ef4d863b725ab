"""What a telephone reads from a code on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import zxingcpp

DOT = 4  # pixels for each square


def read_code(svg: str) -> str:
    """The text in a QR code that segno has drawn: rows of dark strokes, one square high."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    squares = side // int(re.search(r"scale\((\d+)\)", svg)[1])
    rows = [bytearray(b"\xff" * squares * DOT) for _ in range(squares)]
    for x, y, length in _strokes(re.search(r'stroke="#000"[^>]* d="([^"]*)"', svg)[1]):
        rows[y][x * DOT : (x + length) * DOT] = bytes(length * DOT)
    pixels = b"".join(row * DOT for row in rows)
    picture = memoryview(pixels).cast("B", shape=[squares * DOT, squares * DOT])
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def _strokes(path: str) -> Iterator[tuple[int, int, int]]:
    """Where each begins, and how long it is: `M4 4.5h7m1 0h1`."""
    x = y = 0
    for verb, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if verb == "M":
            x, y = int(first), int(float(second))
        elif verb == "m":
            x, y = x + int(first), y + int(second)
        else:
            yield x, y, int(first)
            x += int(first)
