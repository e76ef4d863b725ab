"""Messages a second that are kept and answered, ours beside Dovecot's Sieve `vacation`, in turns.

    benchmarks/peers/packages.sh dovecot-core dovecot-lmtpd dovecot-sieve
    python benchmarks/answers.py [--messages 3000] [--runs 5] [--ours]

Every sender is new, limits and ceiling are raised. 200 mailboxes; then ours with one mailbox that
has answered 100 and 100,000 senders before. As root on Debian; `--ours` alone runs anywhere.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import lmtp_load  # noqa: E402 - found by the path above
from installation import answer_all, installed  # noqa: E402

PEER = str(HERE / "peers" / "dovecot.sh")

Side = tuple[str, Callable[[], None], int]  # name, what is done before each run, port


def main() -> None:
    options = _options()
    os.environ |= {
        "DOVECOT_LMTP_PORT": str(options.port + 1),
        "SINK_PORT": str(options.port + 2),
    }
    sink = subprocess.Popen([sys.executable, str(HERE / "sink.py"), str(options.port + 2)])
    try:
        with installed(options.port, options.port + 2) as ours:
            answer_all()
            ours.start()
            _beside(options)
            _filled(options)
    finally:
        if not options.ours:
            subprocess.run([PEER, "stop"], check=False)
        sink.kill()
        sink.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--port", type=int, default=8743)
    parser.add_argument("--ours", action="store_true", help="without Dovecot")
    return parser.parse_args()


def _beside(options: argparse.Namespace) -> None:
    sides: list[Side] = [("Pigeonnier", _nothing, options.port)]
    if not options.ours:
        subprocess.run([PEER, "vacation"], check=True)
        sides.insert(0, ("Dovecot", _nothing, options.port + 1))
    rates = _measure(options, sides, boxes=200)
    if not options.ours:
        print(f"ours / theirs: {rates['Pigeonnier'] / rates['Dovecot']:.2f}\n", flush=True)


def _filled(options: argparse.Namespace) -> None:
    """One mailbox, filled anew before each run."""
    sides: list[Side] = [
        (
            f"{stored} answered",
            lambda stored=stored: answer_all(stored=stored, boxes=1),
            options.port,
        )
        for stored in (100, 100_000)
    ]
    _measure(options, sides, boxes=1)


def _nothing() -> None:
    pass


def _measure(options: argparse.Namespace, sides: list[Side], *, boxes: int) -> dict[str, float]:
    """The median rate of each side, after a run that only warms up."""
    loads: dict[str, list[lmtp_load.Load]] = {name: [] for name, _, _ in sides}
    for run in range(options.runs + 1):
        for name, prepare, port in sides:
            prepare()
            load = lmtp_load.send(
                port, options.messages, connections=options.connections, boxes=boxes
            )
            if run:
                loads[name].append(load)
    print(f"{boxes} mailboxes".ljust(18) + f"{'msg/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'bad':>6}")
    for name, measured in loads.items():
        rate, p50, p99 = (
            statistics.median(getattr(load, field) for load in measured)
            for field in ("rate", "p50", "p99")
        )
        bad = sum(len(load.bad) for load in measured)
        print(f"{name:18}{rate:10.0f}{p50:10.1f}{p99:10.1f}{bad:6}", flush=True)
    return {name: statistics.median(load.rate for load in some) for name, some in loads.items()}


if __name__ == "__main__":
    main()
