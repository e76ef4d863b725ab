"""Messages a second of a whole mail host: Postfix, delivery, Dovecot beside Postfix, Dovecot alone.

    python benchmarks/mail_flow.py [--messages 2000] [--runs 3] [--octets 5000]

One host on high ports, 200 mailboxes that only keep, ten sessions of Postfix's own smtp-source. In
turns Postfix hands over to the delivery service, as it is configured, or to Dovecot directly.
Timed is from the first octet sent to the last message in its Maildir. As root on Debian.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "panel.settings", "SECRET_KEY": "benchmark"}
os.environ["DATABASE_URL"] = "postgres://nobody@/none"  # the host has a server of its own

import django  # noqa: E402 - it finds its settings by the lines above

django.setup()

from tests.mailhost.whole_host import WholeHost, descendants, eventually  # noqa: E402

BOXES, SESSIONS = 200, 10
# smtp-source puts a number before the address, from 0 or from 1 on.
ACCOUNTS = f"""
for number in range({BOXES} + 1):
    make_account(f"{{number}}u@host.example")
"""
SIDES = {"Dovecot": "DOVECOT_LMTP_PORT", "Pigeonnier": "LMTP_PORT"}


def main() -> None:
    options = _options()
    host = WholeHost()
    rates: dict[str, list[float]] = {side: [] for side in SIDES}
    memory: list[int] = []
    try:
        host.start()
        host.do(ACCOUNTS)
        for run in range(options.runs + 1):
            for side, port in SIDES.items():
                _hand_over_to(host, host.ports[port])
                rate = _measure(host, options.messages, options.octets, memory)
                if run:  # the first one only warms up
                    rates[side].append(rate)
                    print(f"{side:12}{rate:8.0f} messages/s", flush=True)
    finally:
        host.remove()
    theirs, ours = (statistics.median(rates[side]) for side in SIDES)
    print(f"medians {theirs:.0f} and {ours:.0f}, ours / theirs {ours / theirs:.2f}")
    print(f"largest process of delivery under load: {max(memory)} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=2000, help=f"a multiple of {BOXES}")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--octets", type=int, default=5000)
    return parser.parse_args()


def _hand_over_to(host: WholeHost, port: int) -> None:
    """Change where Postfix delivers, and have it read that."""
    etc = f"{host.folder}/var/mailhost/postfix/etc"
    setting = f"virtual_transport=lmtp:inet:[127.0.0.1]:{port}"
    subprocess.run(["postconf", "-c", etc, "-e", setting], check=True)
    master = next(
        pid
        for pid in descendants(host.process.pid)  # type: ignore[union-attr] # it runs
        if _words(pid).startswith("/usr/lib/postfix/sbin/master ")
    )
    os.kill(master, signal.SIGHUP)
    time.sleep(2)  # the processes of before finish what they have


def _measure(host: WholeHost, messages: int, octets: int, memory: list[int]) -> float:
    before = _kept(host)
    started = time.perf_counter()
    for _round in range(messages // BOXES):
        subprocess.run(
            [
                *("smtp-source", "-s", str(SESSIONS), "-m", str(BOXES), "-l", str(octets), "-N"),
                *("-f", "sender@far.example", "-t", "u@host.example"),
                f"inet:127.0.0.1:{host.ports['SMTP_PORT']}",
            ],
            check=True,
        )
        memory.append(_memory(host))
    if not eventually(lambda: _kept(host) >= before + messages, 300):
        raise SystemExit(f"{before + messages - _kept(host)} messages did not arrive")
    return messages / (time.perf_counter() - started)


def _kept(host: WholeHost) -> int:
    mail = host.folder / "var/mailhost/mail/host.example"
    return sum(len(os.listdir(folder)) for folder in mail.glob("*/Maildir/new"))


def _memory(host: WholeHost) -> int:
    """Of the largest of delivery's processes, in MB."""
    sizes = [
        int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024
        for pid in descendants(host.process.pid)  # type: ignore[union-attr] # it runs
        if "manage.py delivery" in _words(pid)
    ]
    return max(sizes)


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


if __name__ == "__main__":
    main()
