"""How long a mail program waits that moves messages into Junk, beside moving them elsewhere.

    python benchmarks/moving.py [--runs 5] [--messages 100]       as root on Debian

On a whole mail host, in turns: into Junk, which teaches, and into a folder that teaches nothing.
Required: less than half a second for a hundred.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "panel.settings", "SECRET_KEY": "benchmark"}
os.environ["DATABASE_URL"] = "postgres://nobody@/none"  # the host has a server of its own

import django  # noqa: E402 - it finds its settings by the lines above

django.setup()

from tests.mailhost.whole_host import WholeHost  # noqa: E402

OWNER = "mover@host.example"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--messages", type=int, default=100)
    options = parser.parse_args()
    host = WholeHost()
    try:
        host.start()
        host.do(f"make_spam_filter(make_account({OWNER!r}))")
        turns = [_turn(host, options.messages) for _run in range(options.runs)]
    finally:
        host.remove()
    for what, times in zip(("into Junk", "elsewhere"), zip(*turns, strict=True), strict=True):
        each = ", ".join(f"{1000 * seconds:.0f}" for seconds in times)
        print(f"{what}: median {1000 * statistics.median(times):.0f} ms, {each}")


def _turn(host: WholeHost, messages: int) -> tuple[float, float]:
    """Seconds for each of the two, of messages that nobody has moved before."""
    with host.imap(OWNER) as owner:
        owner.create("Elsewhere")
        times = []
        for folder in ("Junk", "Elsewhere"):
            for number in range(messages):
                owner.append("INBOX", "", None, b"Subject: m%d\r\n\r\nHello\r\n" % number)
            owner.select("INBOX")
            began = time.perf_counter()
            owner._simple_command("MOVE", "1:*", folder)
            times.append(time.perf_counter() - began)
    return times[0], times[1]


if __name__ == "__main__":
    main()
