"""The Training screen at a big mailbox, and teaching beside a bare client of spamd.

    python benchmarks/training.py [--messages 50000] [--taught 1000]

As root on Debian with the packages of a mail host. Starts a PostgreSQL, a Dovecot and a spamd in
folders of their own. The page is made in this process, without network and TLS. Both sides teach
the same messages, a hundred at a time in turns: the bare client has them in memory, ours takes them
from Dovecot, marks them there and keeps count in PostgreSQL.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "panel.settings"

from tests import environment

ALICE, BOB = "alice@example.com", "bob@example.com"
TURN = 100
PATH = "/spam-filter/training"
# ms for the page, and how much longer than the bare client teaching may take.
PAGE, OVER = 500, 0.10
WORDS = [
    "casino",
    "jackpot",
    "roulette",
    "dovecote",
    "carpenter",
    "estimate",
    "slates",
    "minutes",
    "meeting",
    "voucher",
    "lucky",
    "winner",
    "bonus",
    "invoice",
    "Thursday",
    "garden",
    "letter",
    "answer",
    "question",
    "weather",
    "train",
    "ticket",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--taught", type=int, default=1000)
    options = parser.parse_args()
    environment.compile_all()
    _set_up()
    from django.conf import settings

    from tests.dovecot import Dovecot
    from tests.spamd import Spamd

    dovecot, spamd = Dovecot(), Spamd(database=True)
    try:
        dovecot.start()
        spamd.start()
        settings.SPAMD_URL = spamd.url
        settings.MAIL_STORE_URL = f"dovecot://127.0.0.1?lmtp={dovecot.lmtp}&imap={dovecot.imap}"
        ratio = teach(dovecot, options.taught)
        slowest = pages(dovecot, options.messages)
    finally:
        spamd.remove()
        dovecot.remove()
    sys.exit(slowest > PAGE or ratio > 1 + OVER)


def _set_up() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.dovecot import MASTER, SECRET

    settings.ALLOWED_HOSTS = ["*"]
    settings.MAIL_STORE_MASTER, settings.MAIL_STORE_SECRET = MASTER, SECRET
    call_command("migrate", verbosity=0)


def letter(number: int) -> bytes:
    """About 5 KB of words in an order of its own; spamd knows a body that it has seen again."""
    chance = random.Random(number)
    words = [*chance.choices(WORDS, k=700), *(f"word{chance.randrange(5000)}" for _ in range(50))]
    body = " ".join(words)
    lines = "\r\n".join(body[start : start + 70] for start in range(0, len(body), 70))
    head = (
        f"From: Eve <eve{number % 50}@sender.test>\r\nTo: {ALICE}\r\nSubject: Letter {number}\r\n"
    )
    date = "Date: Wed, 25 Nov 2026 03:00:00 +0000\r\n"
    return f"{head}{date}Message-ID: <{number}@sender.test>\r\n\r\n{lines}\r\n".encode()


def fill(dovecot, number: int) -> None:
    """Put messages where Dovecot keeps those that a mail program has seen."""
    folder = dovecot.maildir(ALICE) / "cur"
    folder.mkdir(parents=True, exist_ok=True)
    for one in range(number):
        content = letter(one)
        sizes = f"S={len(content)},W={len(content)}"  # as Dovecot names what it keeps
        (folder / f"{1_700_000_000 + one}.M{one}.test,{sizes}:2,S").write_bytes(content)
    dovecot.own()


def teach(dovecot, number: int) -> float:
    """Print what each side takes, and how much of ours spamd; how many times the rest made it."""
    from django.utils import timezone

    from mailaccounts.store import Learned, mail_store
    from spamfilter.spamd import Spamd, spamd
    from spamfilter.training import begin, work_off
    from tests.make import make_account

    alice, scanner = make_account(ALICE), spamd()
    spent = count_time(Spamd)
    fill(dovecot, number)
    names = mail_store().everything(ALICE)[::-1]
    begin(account=alice, kind="spam", message_ids=names, now=timezone.now())
    bare = ours = 0.0
    for start in range(0, number, TURN):
        started = time.perf_counter()
        for one in range(start, start + TURN):
            scanner.learn([letter(one)], Learned.SPAM, user=BOB)
        between = time.perf_counter()
        work_off(alice, limit=TURN)
        bare, ours = bare + between - started, ours + time.perf_counter() - between
    job = alice.training_jobs.get()
    assert (job.done, job.news) == (number, number), job
    print(f"teaching {number:,}: bare {bare:.1f} s, ours {ours:.1f} s, ratio {ours / bare:.3f}")
    print(f"of ours in spamd {spent[ALICE]:.1f} s, ratio {ours / spent[ALICE]:.3f}")
    return ours / spent[ALICE]


def count_time(spamd) -> dict[str, float]:
    """From now on, the seconds that each account waits for spamd."""
    learn, spent = spamd.learn, {ALICE: 0.0, BOB: 0.0}

    def timed(self, *arguments, user: str):
        started = time.perf_counter()
        news = learn(self, *arguments, user=user)
        spent[user] += time.perf_counter() - started
        return news

    spamd.learn = timed
    return spent


def pages(dovecot, number: int) -> float:
    """Print the time of each page; the slowest of them, the first look included."""
    from django.test import Client

    from mailaccounts.models import MailAccount

    shutil.rmtree(dovecot.maildir(ALICE))
    fill(dovecot, number)
    client = Client()
    alice = MailAccount.objects.get(address=ALICE)
    client.force_login(alice, backend="mailaccounts.backends.MailAccountBackend")
    took = timed(client, PATH, 1)[0]
    print(f"{number:,} messages, Dovecot's very first look at them: {took:.0f} ms")
    slowest = 0.0
    for what, path in {
        "Home": "/",
        "newest": PATH,
        "page 500": f"{PATH}?page=500",
        "search": f"{PATH}?q=letter+4999",
        "by date": f"{PATH}?sort=date",
        "by subject": f"{PATH}?sort=subject",
        "by sender": f"{PATH}?sort=-sender&page=500",
        "by size": f"{PATH}?sort=-size",
        "found, by size": f"{PATH}?q=letter+4999&sort=-size",
        "Junk": f"{PATH}?folder=Junk",
    }.items():
        (first,) = timed(client, path, 1)
        times = timed(client, path, 7)
        then = f"{statistics.median(times):7.1f} ms, {min(times):.1f} to {max(times):.1f}"
        print(f"{what:14} first {first:6.0f} ms, then {then}")
        if what != "Home":  # it stands beside: it asks Dovecot too
            slowest = max(slowest, statistics.median(times))
    return slowest


def timed(client, path: str, runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        page = client.get(path, secure=True)
        times.append((time.perf_counter() - started) * 1000)
        assert page.status_code == 200
        assert "does not answer" not in page.text
    return times


if __name__ == "__main__":
    main()
