"""What scanning costs beside what spamd itself needs: a bare client and our service, in turns.

    python benchmarks/scanning.py [--messages 200] [--runs 5] [--connections 4]

The same messages go straight to spamd, asked for a report by as many clients as there are
connections, and through the whole service, which keeps them marked. Then the filter is off for
everybody, and spamd counts who asks it. On Debian, with its spamd.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import lmtp_load  # noqa: E402 - found by the path above
from installation import Installation, installed  # noqa: E402

_TICKS = os.sysconf("SC_CLK_TCK")
TRACE = (
    b"Return-Path: <s@sender.test>\r\nReceived: from load ([127.0.0.1])\r\n"
    b"\tby localhost with LMTP id 0123456789ab;\r\n\tMon, 23 Nov 2026 19:00:00 +0000\r\n"
)


def main() -> None:
    options = _options()
    sink = subprocess.Popen([sys.executable, str(HERE / "sink.py"), str(options.port + 2)])
    try:
        with installed(options.port, options.port + 2) as ours:
            _measure(options, ours)
    finally:
        sink.kill()
        sink.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--port", type=int, default=8753)
    return parser.parse_args()


def _measure(options: argparse.Namespace, ours: Installation) -> None:
    from tests.spamd import Spamd  # after Django was set up

    spamd = Spamd(database=True)
    spamd.start()
    try:
        ours.environment["SPAMD_URL"] = spamd.url
        ours.start()
        _switch_all(on=True)
        _compare(options, spamd.port, [spamd._process.pid], ours.workers())
        _switch_all(on=False)
        before = _asked(spamd.log())
        load = lmtp_load.send(options.port, options.messages, connections=options.connections)
        print(f"filter off: {load.rate:.0f} messages/s, {_asked(spamd.log()) - before} scans")
    finally:
        spamd.remove()


def _compare(
    options: argparse.Namespace, port: int, scanner: list[int], service: list[int]
) -> None:
    """The ratio of each pair of turns, and their median: other work on the machine hits both.

    Processor time is counted too: it says what is added where that work is too much.
    """
    ratios, theirs, added = [], [], []
    for run in range(options.runs + 1):
        bare = _ask(port, options.messages, options.connections)
        before = _seconds(scanner), _seconds(service)
        load = lmtp_load.send(options.port, options.messages, connections=options.connections)
        theirs.append((_seconds(scanner) - before[0]) / options.messages * 1000)
        added.append((_seconds(service) - before[1]) / options.messages * 1000)
        again = _ask(port, options.messages, options.connections)
        if load.bad:
            raise SystemExit(f"Refused: {load.bad[0]}")
        if run:  # the first one only warms up
            beside = (bare + again) / 2
            ratios.append(beside / load.rate)
            print(f"spamd alone {beside:.1f}, with delivery {load.rate:.1f} messages/s", flush=True)
    print(f"time per message, with delivery / spamd alone: {statistics.median(ratios):.3f}")
    spamd, ours = statistics.median(theirs), statistics.median(added)
    print(f"processor time: spamd {spamd:.1f} ms, delivery {ours:.1f} ms, {ours / spamd:.1%} more")


def _ask(port: int, messages: int, connections: int) -> float:
    """Messages a second of clients that do nothing else."""
    tag = uuid.uuid4().hex[:8]

    def ask(number: int) -> None:
        sender, recipient = f"s{tag}.{number}@sender.test", f"u{number % 200}@example.test"
        message = TRACE + lmtp_load.message(sender, recipient, f"{tag}.{number}", 5000)
        head = f"REPORT SPAMC/1.5\r\nContent-length: {len(message)}\r\nUser: {recipient}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall(head.encode() + message)
            link.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := link.recv(65536):
                answer += piece
        assert b"EX_OK" in answer

    started = time.perf_counter()
    with ThreadPoolExecutor(connections) as clients:
        list(clients.map(ask, range(messages)))
    return messages / (time.perf_counter() - started)


def _seconds(processes: list[int]) -> float:
    """Processor time of these and of all below them, those that have ended included."""
    ticks = 0
    for pid in processes:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ticks += round(_seconds([int(child) for child in children]) * _TICKS)
    return ticks / _TICKS


def _switch_all(*, on: bool) -> None:
    from django.db import connection

    from spamfilter.models import SpamFilter

    SpamFilter.objects.update(enabled=on)
    connection.close()


def _asked(log: str) -> int:
    return log.count("spamd: connection from")


if __name__ == "__main__":
    main()
