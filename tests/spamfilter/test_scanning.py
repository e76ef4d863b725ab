"""From a message to what the owner finds, with the real spamd and the real clamd.

Proves G25, G26, G27, G28, G29, G30, G33.
"""

from __future__ import annotations

import fnmatch
import io
import time
import zipfile
from contextlib import suppress
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from delivery.models import DeliveryRecord
from mailaccounts.store import JUNK
from spamfilter import patterns
from spamfilter.link import Place
from spamfilter.models import ListEntry, Quarantine, ServerListEntry, SpamFilter, SpamList
from spamfilter.spamd import Spamd
from tests.clamd import EICAR, FOUND
from tests.delivery.conftest import OK, log
from tests.make import make_account, make_antivirus, make_list_entries, make_spam_filter
from tests.spamfilter.fakes import GTUBE

pytestmark = [pytest.mark.mailhost, pytest.mark.django_db(transaction=True)]

ALICE = "alice@example.com"
SENDER = "offer@spammers.net"


def letter(text: bytes = b"See you tomorrow.\r\n", *, sender: str = SENDER) -> bytes:
    return (
        f"From: Joe <{sender}>\r\nTo: {ALICE}\r\nSubject: VIAGRA AU MEILLEUR PRIX !!!\r\n"
        "Date: Wed, 25 Nov 2026 03:00:00 +0000\r\nMessage-ID: <1@spammers.net>\r\n\r\n"
    ).encode() + text


@pytest.fixture
def spamd(real_spamd, settings):
    settings.SPAMD_URL = real_spamd.url
    return real_spamd


@pytest.fixture
def clamd(real_clamd, settings):
    settings.CLAMD_URL = real_clamd.url
    return real_clamd


@pytest.fixture
def score(spamd, deliver):
    """The points of a letter for somebody, by the record of its delivery."""

    def of(account, message: bytes | None = None, sender: str = SENDER) -> Decimal:
        DeliveryRecord.objects.all().delete()
        message = (message or letter()) + f"{time.monotonic_ns()}\r\n".encode()
        assert deliver(account.address, message=message, sender=sender) == [OK]
        return DeliveryRecord.objects.get().score

    return of


# The spam filter


def test_gtube_is_spam(alice, spamd, deliver, kept):
    make_spam_filter(alice)

    assert deliver(ALICE, message=letter(GTUBE + b"\r\n")) == [OK]
    read = message_from_bytes(kept(alice)[0], policy=default)
    assert read["X-Spam-Flag"] == "YES"
    assert read["X-Spam-Status"].startswith("Yes, score=10")
    assert read["Subject"] == "*****SPAM***** VIAGRA AU MEILLEUR PRIX !!!"
    assert "GTUBE" in [rule["name"] for rule in DeliveryRecord.objects.get().rules]


def test_the_limit_decides(alice, score):
    make_spam_filter(alice, required_score=Decimal("99.9"))
    points = score(alice)
    assert 2 < points < 20

    made = []
    for limit in (points - Decimal("0.1"), points + Decimal("0.1")):
        make_spam_filter(alice, required_score=limit)
        score(alice)
        made += log()

    kept = ("keep", 1)
    assert made == [
        (ALICE, "delivered", [("mark", 1), kept]),
        (ALICE, "delivered", [("note", 1), kept]),
    ]


@pytest.mark.parametrize("pattern", [SENDER, "*@spammers.net", "off?r@*.net", "*@*"])
def test_the_black_list_beats(alice, score, pattern):
    make_spam_filter(alice)
    before = score(alice)
    make_list_entries(alice, SpamList.BLACK, pattern)

    assert score(alice) >= before + 90


def test_the_white_list_saves(alice, score):
    make_spam_filter(alice)
    before = score(alice)
    make_list_entries(alice, SpamList.WHITE, "*@spammers.net")

    assert score(alice) <= before - 90


def test_a_list_is_its_owners_and_means_its_patterns(alice, bob, score):
    make_spam_filter(alice)
    make_spam_filter(bob)
    before = score(bob)
    make_list_entries(alice, SpamList.BLACK, "*@spammers.net")
    make_list_entries(bob, SpamList.BLACK, "*@*.spammers.net", "spammers.net@*", "x*@spammers.net")

    assert score(bob) == before


def test_the_server_lists_are_for_who_uses_them(alice, bob, score):
    make_spam_filter(alice)
    make_spam_filter(bob)
    before = score(bob)
    ServerListEntry.objects.create(list=SpamList.BLACK, pattern="*@spammers.net")
    make_spam_filter(alice, use_server_settings=True)

    assert score(alice) >= before + 90
    assert score(bob) == before


def test_twenty_recipients_with_twenty_settings(spamd, deliver, store):
    """Who has an even number deletes or not by the limit; the others have markers and lists."""
    accounts = [make_account(f"user{number}@example.com") for number in range(20)]
    for number, account in enumerate(accounts):
        limit = Decimal(1 if number < 10 else 90)
        action = SpamFilter.Action.MARK if number % 2 else SpamFilter.Action.DELETE
        folder = SpamFilter.Folder.JUNK if number % 4 == 3 else SpamFilter.Folder.INBOX
        make_spam_filter(
            account, required_score=limit, action=action, folder=folder, marker=f"☢{number}"
        )
        if number >= 15:
            make_list_entries(account, SpamList.BLACK, "*@spammers.net")
    addresses = [account.address for account in accounts]

    assert deliver(*addresses, message=letter(), sender=SENDER) == [OK] * 20

    def found(address: str) -> str:
        pages = {"inbox": store.list(address), "junk": store.list(address, folder=JUNK)}
        seen = [f"{name}: {m.subject[:3]}" for name, page in pages.items() for m in page.messages]
        return "".join(seen)

    marked = {number: "junk" if number % 4 == 3 else "inbox" for number in range(20)}
    expected = {}
    for number in range(20):
        is_spam = number < 10 or number >= 15
        if not is_spam:
            expected[number] = "inbox: VIA"
        elif number % 2:
            expected[number] = f"{marked[number]}: {f'☢{number} '[:3]}"
        else:
            expected[number] = ""
    assert {number: found(a.address) for number, a in enumerate(accounts)} == expected


_HOSTILE = st.one_of(
    st.from_regex(patterns.PATTERN, fullmatch=True),
    st.builds(
        "{}@{}{}".format,
        st.sampled_from(["*", "x", "%s", "_USERNAME_", "$1", "{", "`id`", "/etc/passwd", "~"]),
        st.sampled_from(["*.example", "x.example", "..", "?", "-"]),
        st.sampled_from(
            [
                *("\nuse_bayes 0", "\rscore GTUBE 0", " #", " all@example.com", "'", '"', "\t*@*"),
                *("\nbayes_sql_override_username bob@example.com", "\nclear_headers", "\\", "é"),
                *("\u2028*@*", "\x00", "\x0b", "\x85", ""),
            ]
        ),
    ),
    st.text(max_size=60),
)


def test_no_entry_of_a_list_is_ever_more_than_a_pattern(alice, spamd):
    """Past all forms: what PostgreSQL takes, spamd reads as a pattern that this sender is not."""
    client = Spamd(Place.parse("SPAMD_URL", spamd.url, "spamd"))
    sender = "very.own-0123456789@sender-0123456789.test"
    message = letter(GTUBE + b"\r\n", sender=sender)
    expected = client.score([message], user=ALICE)

    @hypothesis_settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.lists(_HOSTILE, min_size=1, max_size=8))
    def holds(values: list[str]) -> None:
        ListEntry.objects.all().delete()
        for value in values:
            with suppress(IntegrityError, ValueError), transaction.atomic():
                ListEntry(spam_filter=alice.spam_filter, list=SpamList.WHITE, pattern=value).save(
                    force_insert=True
                )
        taken = ListEntry.objects.values_list("pattern", flat=True)
        if any(_matches(pattern, sender) for pattern in taken):
            return
        assert client.score([message], user=ALICE) == expected

    holds()


def _matches(pattern: str, sender: str) -> bool:
    return fnmatch.fnmatchcase(sender, pattern.replace("[", "?"))


# The antivirus


def zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("eicar.com", content)
    return archive.getvalue()


def with_attachment(content: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, ALICE, "Your invoice"
    message.set_content("As agreed.\n")
    message.add_attachment(content, maintype="application", subtype="zip", filename="i.zip")
    return message


def nested(message: EmailMessage) -> EmailMessage:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = SENDER, ALICE, "Fwd: Your invoice"
    outer.set_content("See below.\n")
    outer.add_attachment(message)
    return outer


@pytest.mark.parametrize(
    "message",
    [
        letter(EICAR + b"\r\n"),
        with_attachment(EICAR).as_bytes(policy=default.clone(linesep="\r\n")),
        with_attachment(zipped(EICAR)).as_bytes(policy=default.clone(linesep="\r\n")),
        with_attachment(zipped(zipped(EICAR))).as_bytes(policy=default.clone(linesep="\r\n")),
        nested(with_attachment(zipped(EICAR))).as_bytes(policy=default.clone(linesep="\r\n")),
    ],
    ids=["plain", "attached", "zipped", "zipped twice", "in a nested message"],
)
def test_eicar_is_put_away(alice, clamd, deliver, kept, message):
    make_antivirus(alice)

    assert deliver(ALICE, message=message) == [OK]
    assert kept(alice) == []
    assert Quarantine.objects.get().virus == FOUND
    assert log() == [(ALICE, "quarantined", [("quarantine", 1)])]


def test_a_message_of_40_megabytes_is_looked_at_and_kept(alice, spamd, clamd, deliver, kept):
    make_antivirus(alice)
    make_spam_filter(alice)
    large = letter(b"%s\r\n" % (b"x" * 998) * 40_000)
    begun = time.monotonic()

    assert deliver(ALICE, message=large) == [OK]
    assert time.monotonic() - begun < 30
    assert kept(alice)[0].endswith(large)
    assert log() == [(ALICE, "delivered", [("omit", 0), ("keep", 1)])]


# When something is amiss


def test_while_clamd_is_down_mail_waits_and_then_comes(alice, clamd, deliver, kept):
    make_antivirus(alice)
    clamd.stop()
    try:
        assert deliver(ALICE, message=letter()) == ["451 4.7.1"]
        assert log() == []
    finally:
        clamd.start()

    assert deliver(ALICE, message=letter()) == [OK]
    assert kept(alice)[0].endswith(letter())


def test_while_spamd_is_down_mail_comes_unscanned_and_that_is_said(alice, spamd, deliver, kept):
    make_spam_filter(alice)
    spamd.stop()
    try:
        assert deliver(ALICE, message=letter()) == [OK]
    finally:
        spamd.start()

    assert kept(alice)[0].endswith(letter())
    assert log() == [(ALICE, "delivered", [("omit", 0), ("keep", 1)])]


_TOP = b"From: a@spammers.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


@pytest.mark.parametrize(
    "message",
    [
        _TOP + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000,
        _TOP
        + b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
            for n in range(100)
        ),
        _TOP
        + b"Content-Type: text/plain; charset=\xff\xfe\r\nContent-Transfer-Encoding: base64\r\n"
        + b"Subject: =?nonsense?b?/////w==?=\r\n\r\n"
        + b"====\xff\xfe\x80\r\n" * 1000,
        _TOP + b"X: y\r\n" * 100_000 + b"\r\nx\r\n",
    ],
    ids=["10,000 parts", "100 levels", "broken charsets", "100,000 fields"],
)
def test_hostile_messages_are_kept_in_time(alice, spamd, clamd, deliver, kept, message):
    make_antivirus(alice)
    make_spam_filter(alice, alert_text="Beware", required_score=Decimal("0.1"))
    begun = time.monotonic()

    assert deliver(ALICE, message=message) == [OK]
    assert time.monotonic() - begun < 30
    assert message.partition(b"\r\n\r\n")[2] in kept(alice)[0]
