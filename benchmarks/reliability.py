"""Each server of a mail host killed under a flow of mail, and PostgreSQL stopped: what is lost?

    python benchmarks/reliability.py [--rate 8] [--seconds 30] [--outage 90] [--only NAME]

Starts a host of its own on high ports, sends messages as another mail server would (what is not
acknowledged comes again), kills a server twice in each run, and counts what went in and what came
out. As root on Debian; everything is gone afterwards. Ends with 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]
os.environ |= {"DJANGO_SETTINGS_MODULE": "panel.settings", "SECRET_KEY": "benchmark"}
os.environ["DATABASE_URL"] = "postgres://nobody@/none"  # the host has a server of its own

import django  # noqa: E402 - it finds its settings by the lines above

django.setup()

from reliability_flow import Flow, Pages, Sent  # noqa: E402

from mailhost import postgres  # noqa: E402
from tests.mailhost.whole_host import WholeHost, descendants, eventually  # noqa: E402

# How each server is found among the host's processes: what its master is called with.
SERVERS = {
    "postfix": "/postfix/sbin/master ",
    "dovecot": "/sbin/dovecot -F ",
    "delivery": "manage.py delivery",
    "worker": "manage.py db_worker",
    "web": "gunicorn panel.wsgi",
    "spamd": "spamd ",
    "clamd": "/sbin/clamd ",
    "postsrsd": "/sbin/postsrsd ",
    "opendkim": "/sbin/opendkim ",
    "signing": "mailhost.signing",
    "webmail": "php-fpm",
    "nginx": "/sbin/nginx ",
}
ACCOUNTS = """
for number in range(10):
    make_account(f"kept{number}@host.example")
    scanned = make_account(f"scanned{number}@host.example")
    make_spam_filter(scanned)
    make_antivirus(scanned)
    make_redirect(make_account(f"copied{number}@host.example"), f"copy{number}@far.example")
    away = make_account(f"away{number}@host.example")
    make_mailbox(away, enabled=False)
    make_redirect(away, f"away{number}@far.example")
"""
KINDS = ("kept", "scanned", "copied", "away")
SETTLE = 240.0  # seconds in which what waits has to arrive, with the queue flushed now and then


class Host(WholeHost):
    """A mail host whose PostgreSQL can be stopped by us, and not by its supervisor."""

    def __init__(self) -> None:
        super().__init__()
        self.database = postgres.Server(postgres.home_in(self.folder))
        socket = self.folder / "socket"
        socket.mkdir(mode=0o711)
        os.chown(socket, self.database.user.pw_uid, -1)  # type: ignore[union-attr] # we are root
        self.database.further_sockets.append(socket)
        self.database.start()
        self.environment["DATABASE_URL"] = self.database.url(socket)

    def remove(self) -> None:
        self.stop()
        self.database.stop()
        super().remove()

    def master(self, name: str) -> int | None:
        """The process that a server's name stands for: the oldest that is called so."""
        found = []
        for pid in descendants(self.process.pid):  # type: ignore[union-attr] # it runs
            words = _words(pid)
            if SERVERS[name] in words and "leash.py" not in words:
                found.append(pid)
        return min(found, default=None)

    def flush(self) -> None:
        """Have Postfix try again at once what waits."""
        os.system(f"postqueue -c {self.folder}/var/mailhost/postfix/etc -f >/dev/null 2>&1")


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def main() -> int:
    options = _options()
    host, rows = Host(), []
    try:
        host.start()
        host.do(ACCOUNTS)
        pages = Pages(host)
        for name in options.only or (*SERVERS, "postgresql"):
            rows.append(_run(host, pages, name, options))
            print(rows[-1][0], flush=True)
    finally:
        host.remove()
    return 0 if all(good for _line, good in rows) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=8, help="messages a second")
    parser.add_argument("--seconds", type=float, default=30, help="of mail around each kill")
    parser.add_argument("--outage", type=float, default=90, help="seconds without PostgreSQL")
    parser.add_argument("--only", nargs="*", choices=(*SERVERS, "postgresql"))
    options = parser.parse_args()
    print(
        "| killed | accepted | to be kept | kept | to be sent on | sent on | lost | bounced |"
        " refused for good | came again | twice | pages answered | with a banner | slowest, s |"
    )
    print("|---" * 14 + "|", flush=True)
    return options


def _run(host: Host, pages: Pages, name: str, options: argparse.Namespace) -> tuple[str, bool]:
    before = len(host.sink.taken)
    flow = Flow(host.ports["SMTP_PORT"], name, KINDS, options.rate)
    pages.begin()
    flow.start()
    if name == "postgresql":
        time.sleep(5)
        host.database.stop()
        time.sleep(options.outage)
        host.database.start()
        time.sleep(5)
    else:
        for _kill in range(2):
            time.sleep(options.seconds / 3)
            pid = host.master(name)
            assert pid is not None, f"{name} does not run"
            os.kill(pid, signal.SIGKILL)
        time.sleep(options.seconds / 3)
    sent = flow.stop()
    pages.end()
    return _count(host, pages, name, sent, before)


def _count(host: Host, pages: Pages, name: str, sent: Sent, before: int) -> tuple[str, bool]:
    to_keep = sent.of("kept", "scanned", "copied")
    to_send_on = sent.of("copied", "away")
    kept: Counter[str] = Counter()
    gone: Counter[str] = Counter()

    def arrived() -> bool:
        host.flush()
        kept.clear()
        kept.update(_kept(host, name))
        gone.clear()
        gone.update(found for t in host.sink.taken[before:] for found in marks(t.message, name))
        return to_keep <= kept.keys() and to_send_on <= gone.keys()

    eventually(arrived, SETTLE)
    lost = len(to_keep - kept.keys()) + len(to_send_on - gone.keys())
    bounced = sum(1 for taken in host.sink.taken[before:] if not taken.sender)
    twice = sum(n - 1 for n in kept.values()) + sum(n - 1 for n in gone.values())
    cells = (
        *(name, len(sent.accepted), len(to_keep), len(to_keep & kept.keys())),
        *(len(to_send_on), len(to_send_on & gone.keys()), lost, bounced),
        *(len(sent.refused), sent.again, twice, f"{pages.answered} of {pages.asked}"),
        *(pages.banners, f"{pages.slowest:.1f}"),
    )
    return f"| {' | '.join(map(str, cells))} |", lost == bounced == len(sent.refused) == 0


def _kept(host: Host, name: str) -> list[str]:
    """The marks of all messages of this run that stand in mailboxes."""
    folder = host.folder / "var/mailhost/mail"
    files = [
        *folder.glob("host.example/*/Maildir/new/*"),
        *folder.glob("host.example/*/Maildir/cur/*"),
    ]
    files += folder.glob("host.example/*/Maildir/.Junk/*/*")
    return [mark for file in files for mark in marks(file.read_bytes(), name)]


def marks(message: bytes, name: str) -> list[str]:
    found = re.search(rb"^Message-ID: <(%s-[^@>]+)@" % name.encode(), message, re.MULTILINE)
    return [found[1].decode()] if found else []


if __name__ == "__main__":
    sys.exit(main())
