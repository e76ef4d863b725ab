"""Messages a second, ours beside Dovecot's LMTP, in turns of one run: kept, and kept and sent on.

    benchmarks/peers/packages.sh dovecot-core dovecot-lmtpd dovecot-sieve
    python benchmarks/delivery.py [--messages 3000] [--runs 5] [--memory 100000] [--ours]

200 mailboxes, Maildir with fsync on both sides; ours with a PostgreSQL of its own, Dovecot's
redirect by a Sieve script. As root on Debian; `--ours` alone runs anywhere.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import lmtp_load  # noqa: E402 - found by the path above
from installation import Installation, installed, redirect_all  # noqa: E402

PEER = str(HERE / "peers" / "dovecot.sh")


def main() -> None:
    options = _options()
    os.environ |= {
        "DOVECOT_LMTP_PORT": str(options.port + 1),
        "SINK_PORT": str(options.port + 2),
    }
    sink = subprocess.Popen([sys.executable, str(HERE / "sink.py"), str(options.port + 2)])
    try:
        with installed(options.port, options.port + 2) as ours:
            ours.start()
            for mode in ("keep", "redirect"):
                _compare(options, ours, mode)
            if options.memory:
                lmtp_load.send(options.port, options.memory)
                print(f"memory after {options.memory} more messages: {ours.memory()} MB")
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
    parser.add_argument("--octets", type=int, default=5000)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--port", type=int, default=8723)
    parser.add_argument("--ours", action="store_true", help="without Dovecot")
    return parser.parse_args()


def _compare(options: argparse.Namespace, ours: Installation, mode: str) -> None:
    redirect_all(mode == "redirect")
    sides = {"Pigeonnier": options.port}
    if not options.ours:
        subprocess.run([PEER, "redirect" if mode == "redirect" else "none"], check=True)
        sides = {"Dovecot": options.port + 1, **sides}
    loads: dict[str, list[lmtp_load.Load]] = {name: [] for name in sides}
    for run in range(options.runs + 1):
        for name, port in sides.items():
            load = lmtp_load.send(
                port, options.messages, connections=options.connections, octets=options.octets
            )
            if run:  # the first one only warms up
                loads[name].append(load)
    print(f"{mode:14}{'msg/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'bad':>6}")
    rates = [_print(name, measured) for name, measured in loads.items()]
    if len(rates) == 2:
        print(f"ours / theirs: {rates[1] / rates[0]:.2f}")
    print(f"memory: {ours.memory()} MB\n", flush=True)


def _print(name: str, measured: list[lmtp_load.Load]) -> float:
    rate, p50, p99 = (
        statistics.median(getattr(load, field) for load in measured)
        for field in ("rate", "p50", "p99")
    )
    bad = sum(len(load.bad) for load in measured)
    print(f"{name:14}{rate:10.0f}{p50:10.1f}{p99:10.1f}{bad:6}")
    return rate


if __name__ == "__main__":
    main()
