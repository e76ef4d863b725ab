"""Each server of a mail host killed under a flow of mail: nothing may be lost, nothing bounced.

    python benchmarks/kill_host.py [--only NAME...]       as root on Debian

Mail comes in by SMTP for accounts that keep, that keep and redirect, and that have it scanned; an
owner submits. Whoever sends tries again until it is told 250, as mail servers and people do. Then
all that was taken has to be in its mailbox and, where it is redirected, with the next host.
"""

from __future__ import annotations

import argparse
import fcntl
import itertools
import os
import re
import signal
import smtplib
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ |= {
    "SECRET_KEY": "benchmark",
    "DATABASE_URL": "postgres://nobody@/none",
    "DJANGO_SETTINGS_MODULE": "panel.settings",
    "PANEL_VAR": tempfile.gettempdir(),
}

import django

django.setup()
from tests.mailhost.whole_host import WholeHost, descendants, eventually  # noqa: E402
from tests.make import PASSWORD  # noqa: E402

CAST = """
keep = make_account("keep@host.example")
both = make_account("both@host.example")
make_redirect(both, "both@far.example")
scanned = make_account("scanned@host.example")
scanned.spam_filter.switch(on=True)
scanned.antivirus.switch(on=True)
make_account("owner@host.example")
make_signing_keys()
"""
# The servers, each with what its first process is called as.
SERVERS = {
    "Postfix": "/usr/lib/postfix/sbin/master",
    "Dovecot": "/usr/sbin/dovecot -F",
    "delivery": "manage.py delivery",
    "spamd": "/usr/sbin/spamd",
    "clamd": "/usr/sbin/clamd",
    "postsrsd": "/usr/sbin/postsrsd",
    "opendkim": "/usr/sbin/opendkim",
    "signing": "mailhost.signing",
    "worker": "db_worker",
    "panel": "gunicorn",
    "PostgreSQL": "/bin/postgres -D",
}
OUTAGE = 90.0  # seconds without PostgreSQL
PAUSE = 0.15  # between two messages of a sender
MESSAGE_ID = re.compile(rb"^Message-ID: <(\w+-\d+)@far\.example>", re.MULTILINE | re.IGNORECASE)


class Flow:
    """Four senders, until they are stopped; `taken` has what was acknowledged."""

    numbers = itertools.count(1)

    def __init__(self, host: WholeHost) -> None:
        self.host = host
        self.taken: list[str] = []
        self.tries = 0  # those that failed
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(kind,))
            for kind in ("keep", "both", "scanned", "submit")
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _send(self, kind: str) -> None:
        while not self._stopping.is_set():
            name = f"{kind}-{next(self.numbers)}"
            while not self._try(kind, name):
                self.tries += 1
                time.sleep(0.5)
            self.taken.append(name)
            time.sleep(PAUSE)

    def _try(self, kind: str, name: str) -> bool:
        submits = kind == "submit"
        sender = "owner@host.example" if submits else "sender@far.example"
        recipient = "friend@far.example" if submits else f"{kind}@host.example"
        port = self.host.ports["SUBMISSION_PORT" if submits else "SMTP_PORT"]
        message = (
            f"From: {sender}\r\nTo: {recipient}\r\nSubject: {name}\r\n"
            f"Message-ID: <{name}@far.example>\r\n\r\n{name}\r\n"
        )
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
                if submits:
                    server.starttls(context=self.host.trusting())
                    server.login(sender, PASSWORD)
                server.sendmail(sender, [recipient], message)
        except (OSError, smtplib.SMTPException):
            return False
        return True


def kept(host: WholeHost) -> Counter[str]:
    """How often each message is in a mailbox."""
    found: Counter[str] = Counter()
    for file in (host.folder / "var/mailhost/mail").glob("**/Maildir/**/[nc][eu][wr]/*"):
        if name := MESSAGE_ID.search(file.read_bytes()):
            found[name[1].decode()] += 1
    return found


def sent_on(host: WholeHost) -> Counter[str]:
    """How often each message went to the next host; `bounces` counts what came back to senders."""
    found: Counter[str] = Counter()
    for taken in list(host.sink.taken):
        if not taken.sender and b"multipart/report" in taken.message:
            found["bounces"] += 1
        elif name := MESSAGE_ID.search(taken.message):
            found[name[1].decode()] += 1
    return found


def missing(host: WholeHost, names: list[str]) -> list[str]:
    """What was taken and is not where it belongs."""
    here, there = kept(host), sent_on(host)
    return [
        name
        for name in names
        if (not name.startswith("submit") and not here[name])
        or (name.startswith(("submit", "both")) and not there[name])
    ]


def first_process(host: WholeHost, called: str) -> int | None:
    """The oldest process of a server; the small ones that hold it do not count."""
    assert host.process is not None
    for pid in sorted(descendants(host.process.pid)):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if called in line and "leash.py" not in line:
            return pid
    return None


@contextmanager
def held_down(host: WholeHost, seconds: float) -> Iterator[None]:
    """Nobody starts PostgreSQL again before so many seconds are over."""
    with open(host.folder / "var/postgres/lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        time.sleep(seconds / 2)
        yield
        time.sleep(seconds / 2)


def page(host: WholeHost) -> str:
    """How the panel answers."""
    try:
        url = f"https://localhost:{host.ports['PANEL_PORT']}/login"
        with urlopen(url, timeout=30, context=host.trusting()) as answer:
            return str(answer.status)
    except HTTPError as error:
        return f"{error.code}, {len(error.read())} octets"
    except OSError as error:
        return f"none: {error}"


def kill(host: WholeHost, name: str, outage: float = 0) -> str:
    """Kill one server in the middle of a flow; the answer is its row of the table."""
    called = SERVERS[name]
    flow = Flow(host)
    time.sleep(2)
    before = first_process(host, called)
    assert before is not None, name
    os.kill(before, signal.SIGKILL)
    killed = time.monotonic()
    if outage:
        with held_down(host, outage):
            print(f"panel meanwhile: {page(host)}", flush=True)
    assert eventually(lambda: first_process(host, called) not in (None, before), 120)
    back = time.monotonic() - killed
    time.sleep(5)
    flow.stop()
    eventually(lambda: not missing(host, flow.taken), 240)
    here, there = kept(host), sent_on(host)
    twice = sum((here[name] > 1) + (there[name] > 1) for name in flow.taken)
    lost = missing(host, flow.taken)
    label = f"{name}, away for {outage:.0f} s" if outage else name
    drained = time.monotonic() - killed
    cells = [label, back, len(flow.taken), flow.tries, len(lost), twice, there["bounces"], drained]
    return "| {} | {:.1f} | {} | {} | {} | {} | {} | {:.0f} |".format(*cells)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[*SERVERS, "outage"])
    options = parser.parse_args()
    limits = {"MESSAGES_PER_HOUR": "1000000", "RECIPIENTS_PER_HOUR": "1000000"}
    host = WholeHost(**limits)
    try:
        host.start()
        host.do(CAST)
        print("| killed | back, s | taken | tries | lost | twice | bounced | all there, s |")
        print("|---|---|---|---|---|---|---|---|")
        for name in options.only:
            row = kill(host, "PostgreSQL", OUTAGE) if name == "outage" else kill(host, name)
            print(row, flush=True)
    finally:
        host.remove()


if __name__ == "__main__":
    main()
