"""How long a whole mail host takes to start and to stop, and whether anybody is left.

    python benchmarks/mailhost_start.py [--runs 3]       as root on Debian

From `manage.py mailhost` to all servers answering; the first start makes the database as well. Then
from SIGTERM, which is Ctrl-C, to the end of the last process.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "panel.settings", "SECRET_KEY": "benchmark"}
os.environ["DATABASE_URL"] = "postgres://nobody@/none"  # the host has a server of its own

import django  # noqa: E402 - it finds its settings by the lines above

django.setup()

from tests.mailhost.whole_host import WholeHost, descendants, is_alive  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    host = WholeHost()
    try:
        for _run in range(options.runs):
            _measure(host)
    finally:
        host.remove()


def _measure(host: WholeHost) -> None:
    load = os.getloadavg()[0]
    began = time.perf_counter()
    host.start()
    started = time.perf_counter() - began
    answers = host.call("mailhost", "--status")
    if answers.returncode != 0:
        raise SystemExit(answers.stdout)
    everybody = descendants(host.process.pid)  # type: ignore[union-attr] # it runs
    began = time.perf_counter()
    host.stop()
    stopped = time.perf_counter() - began
    left = sum(map(is_alive, everybody))
    print(f"started {started:.1f} s, stopped {stopped:.1f} s, {left} left, load {load:.1f}")


if __name__ == "__main__":
    main()
