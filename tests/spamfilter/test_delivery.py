"""From a message to what the owner finds, with scanners that do as they are told.

Proves G25, G26, G28, G29, G33, G34. The real ones: `test_scanning.py`.
"""

from __future__ import annotations

from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from delivery.models import Carried, DeliveryRecord
from delivery.words import Envelope, Findings, Unknown
from mailaccounts.store import JUNK
from mailaccounts.store.maildir import MaildirStore
from spamfilter import health
from spamfilter.models import Outage, Quarantine, SpamFilter
from spamfilter.scanners import SpamScanner
from tests.clamd import EICAR, FOUND
from tests.delivery.conftest import CAROL, FAR, MESSAGE, OK, TRACE, log
from tests.make import (
    make_account,
    make_antivirus,
    make_autoresponder,
    make_mail_group,
    make_mailbox,
    make_redirect,
    make_spam_filter,
)
from tests.private_server import free_port

INFECTED = MESSAGE + EICAR + b"\r\n"
ALICE = "alice@example.com"


@pytest.fixture
def spam(fake_spamd):
    """A filter for which everything to alice is spam."""
    fake_spamd.points = {ALICE: 7.0}
    return fake_spamd


@pytest.fixture
def notices(store: MaildirStore, monkeypatch):
    """What the panel has written to somebody."""
    monkeypatch.setattr("delivery.notices.mail_store", lambda: store)

    def read(account) -> list[bytes]:
        page = store.list(account.address)
        letters = [store.fetch(account.address, message.id) for message in page.messages]
        return [letter for letter in letters if b"Auto-Submitted: auto-generated" in letter]

    return read


def down(scheme: str) -> str:
    return f"{scheme}://127.0.0.1:{free_port()}"


def record() -> DeliveryRecord:
    return DeliveryRecord.objects.get()


def why() -> list[str]:
    return [entry["because"] % entry["params"] for entry in record().actions]


# The spam filter


def test_spam_is_marked_and_kept(alice, spam, deliver, kept):
    make_spam_filter(alice)

    assert deliver(ALICE) == [OK]
    assert kept(alice)[0].endswith(
        b"X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=7.0 required=7.0\r\n\ttests=FAKE_RULE\r\n"
        b"X-Spam-Prev-Subject: Hello\r\n"
        + MESSAGE.replace(b"Subject: ", b"Subject: *****SPAM***** ")
    )
    assert log() == [(ALICE, "delivered", [("mark", 1), ("keep", 1)])]
    assert why()[0] == "Spam: 7.0 points, the limit is 7.0."
    assert record().score == Decimal("7.0")
    assert record().rules == [{"name": "FAKE_RULE", "points": 7.0, "says": "A rule of the fake"}]


def test_below_the_limit_only_the_points_are_written(alice, spam, deliver, kept):
    make_spam_filter(alice, required_score=Decimal("7.1"), action="delete")

    assert deliver(ALICE) == [OK]
    assert kept(alice)[0].endswith(
        b"X-Spam-Status: No, score=7.0 required=7.1\r\n\ttests=FAKE_RULE\r\n" + MESSAGE
    )
    assert log() == [(ALICE, "delivered", [("note", 1), ("keep", 1)])]
    assert why()[0] == "Not spam: 7.0 points, the limit is 7.1."


def test_what_is_deleted_is_on_record(alice, spam, deliver, kept):
    make_spam_filter(alice, action=SpamFilter.Action.DELETE)

    assert deliver(ALICE) == [OK]
    assert kept(alice) == []
    assert log() == [(ALICE, "deleted", [("delete", 1)])]
    assert record().score == Decimal("7.0")


def test_spam_goes_to_junk_where_that_is_wanted(alice, spam, deliver, store):
    make_spam_filter(alice, folder=SpamFilter.Folder.JUNK)

    assert deliver(ALICE) == [OK]
    assert store.list(ALICE).total == 0
    assert store.list(ALICE, folder=JUNK).messages[0].subject == "*****SPAM***** Hello"


def test_the_owners_marker_and_alert(alice, spam, deliver, kept):
    make_spam_filter(alice, marker="☢", alert_text="Beware!")

    assert deliver(ALICE) == [OK]
    (copy,) = kept(alice)
    assert b"Subject: =?utf-8?b?4pii?= Hello\r\n" in copy
    assert b"QmV3YXJlIQ0K" in copy  # in base64


def test_without_a_marker_there_is_one_more_field(alice, spam, deliver, kept):
    make_spam_filter(alice, modify_subject=False)

    assert deliver(ALICE) == [OK]
    assert b"X-Spam-Flag: YES\r\nX-Spam: Yes\r\n" in kept(alice)[0]
    assert b"\r\nSubject: Hello\r\n" in kept(alice)[0]


@pytest.mark.parametrize("action", SpamFilter.Action.values)
def test_spam_is_neither_sent_on_nor_answered(alice, spam, deliver, sink, action):
    make_spam_filter(alice, action=action)
    make_redirect(alice, FAR)
    make_mail_group(alice, "m@far.example")
    make_autoresponder(alice)

    assert deliver(ALICE) == [OK]
    assert sink.messages == []


def test_what_is_sent_on_stays_as_it_came(alice, fake_spamd, deliver, kept, sink):
    make_spam_filter(alice)
    make_redirect(alice, FAR)
    forged = b"X-Spam-Flag: NO\r\n" + MESSAGE

    assert deliver(ALICE, message=forged) == [OK]
    assert sink.messages[0].endswith(forged)
    assert b"X-Spam-Flag" not in kept(alice)[0]


def test_nothing_is_scanned_that_nobody_asks_for(alice, bob, spam, fake_clamd, deliver):
    make_spam_filter(bob)
    make_antivirus(bob)
    make_mailbox(bob, enabled=False)
    make_redirect(bob, FAR)

    assert deliver(ALICE, bob.address) == [OK, OK]
    assert (spam.asked, fake_clamd.asked) == ([], [])


def test_each_account_is_asked_for_by_itself(alice, bob, mallory, spam, deliver, kept):
    make_spam_filter(alice)
    make_spam_filter(bob)

    assert deliver(ALICE, bob.address, mallory.address) == [OK] * 3
    assert sorted(spam.asked) == [f"REPORT {ALICE}", "REPORT bob@example.com"]
    assert b"X-Spam-Status: Yes" in kept(alice)[0]
    assert b"X-Spam-Status: No" in kept(bob)[0]
    assert b"X-Spam" not in kept(mallory)[0]


def test_several_are_asked_for_at_once_and_not_more(settings, fake_spamd, deliver, alice):
    settings.SPAM_SCANS = 4
    accounts = [make_account(f"many{number}@example.com") for number in range(12)]
    for account in accounts:
        make_spam_filter(account)
    fake_spamd.delay = 0.2

    assert deliver(*(account.address for account in accounts)) == [OK] * 12
    assert 1 < fake_spamd.most <= 4


def test_a_large_message_is_not_scanned_for_spam_and_that_is_said(alice, spam, deliver):
    make_spam_filter(alice)

    assert deliver(ALICE, message=MESSAGE + b"x" * 2_000_000 + b"\r\n") == [OK]
    assert spam.asked == []
    assert log() == [(ALICE, "delivered", [("omit", 0), ("keep", 1)])]
    assert why()[0] == "Larger than 2 MB: not scanned for spam."
    assert record().score is None


def test_without_spamd_mail_comes_unscanned_and_that_is_said(alice, settings, deliver, kept):
    settings.SPAMD_URL = down("spamd")
    make_spam_filter(alice)

    assert deliver(ALICE) == [OK]
    assert kept(alice)[0].endswith(MESSAGE)
    assert log() == [(ALICE, "delivered", [("omit", 0), ("keep", 1)])]
    assert why()[0] == "The spam filter did not answer: not scanned for spam."
    assert Outage.objects.get().scanner == "spamd"


def test_nothing_says_that_it_was_scanned_when_it_was_not(alice, settings, deliver, kept):
    settings.SPAMD_URL = down("spamd")
    make_spam_filter(alice)

    assert deliver(ALICE, message=b"X-Spam-Status: No, score=-9\r\n\tx\r\n" + MESSAGE) == [OK]
    assert kept(alice)[0].endswith(TRACE + MESSAGE)


def test_mail_may_wait_for_spamd(alice, settings, deliver):
    settings.SPAMD_URL, settings.SPAMD_REQUIRED = down("spamd"), True
    make_spam_filter(alice)

    assert deliver(ALICE) == ["451 4.7.1"]


def test_a_message_that_kills_spamd_comes_unscanned(alice, fake_spamd, deliver):
    fake_spamd.answer = b""
    make_spam_filter(alice)

    assert deliver(ALICE) == [OK]
    assert log() == [(ALICE, "delivered", [("omit", 0), ("keep", 1)])]


def test_after_one_silence_nobody_else_waits(alice, fake_spamd, monkeypatch):
    fake_spamd.delay = 2
    scanner = SpamScanner()
    monkeypatch.setattr(scanner._spamd, "_patience", scanner._spamd._patience.__class__(1, 0.2))
    accounts = [make_account(f"many{number}@example.com") for number in range(20)]
    known = {account.pk: Findings() for account in accounts}

    found = [scanner.look([MESSAGE], accounts, known) for _ in range(3)]
    scanner.close()

    assert len(fake_spamd.asked) <= 4
    assert all(isinstance(one.spam, Unknown) for each in found for one in each.values())


def test_what_is_not_on_this_server_is_not_missed(alice, deliver, kept):
    make_spam_filter(alice)
    make_antivirus(alice)

    assert deliver(ALICE) == [OK]
    assert kept(alice)[0].endswith(MESSAGE)
    assert log() == [(ALICE, "delivered", [("keep", 1)])]


# The antivirus


def test_a_virus_is_put_away_and_the_owner_told(alice, fake_clamd, deliver, kept, notices, sink):
    make_antivirus(alice)
    make_redirect(alice, FAR)
    make_autoresponder(alice)

    assert deliver(ALICE, message=INFECTED) == [OK]
    assert sink.messages == []
    assert [INFECTED in letter for letter in kept(alice)] == [False]
    (letter,) = notices(alice)
    assert all(text in letter for text in (b"Carol <carol@far.example>", b"Hello", FOUND.encode()))
    row = Quarantine.objects.get()
    assert (row.account, row.virus, row.sender) == (alice, FOUND, CAROL)
    assert (row.author, row.subject) == ("Carol <carol@far.example>", "Hello")
    assert bytes(row.message).endswith(INFECTED)
    assert log() == [(ALICE, "quarantined", [("quarantine", 1)])]
    assert why() == [f"It carries a virus: {FOUND}."]


def test_the_notice_speaks_the_owners_language(alice, fake_clamd, deliver, notices):
    alice.language = "fr"
    alice.save()
    make_antivirus(alice)

    assert deliver(ALICE, message=INFECTED) == [OK]
    notice = message_from_bytes(notices(alice)[0], policy=default)
    assert notice["Content-Language"] == "fr"
    assert notice["Subject"] == "Un message pour alice@example.com contenait un virus"
    assert notice.get_content().splitlines()[2:5] == [
        "Expéditeur\u00a0: Carol <carol@far.example>",
        "Objet\u00a0: Hello",
        "Virus\u00a0: " + FOUND,
    ]


def test_an_infected_message_that_comes_again_is_put_away_once(alice, fake_clamd, deliver, notices):
    make_antivirus(alice)

    assert deliver(ALICE, message=INFECTED) == [OK]
    assert deliver(ALICE, message=INFECTED) == [OK]
    assert (Quarantine.objects.count(), len(notices(alice))) == (1, 1)
    assert DeliveryRecord.objects.count() == 1


def test_a_message_is_scanned_for_viruses_once(alice, bob, spam, fake_clamd, deliver, kept):
    for account in (alice, bob):
        make_antivirus(account)
        make_spam_filter(account)

    assert deliver(ALICE, bob.address, message=INFECTED) == [OK, OK]
    assert fake_clamd.asked == ["zINSTREAM"]
    assert spam.asked == []
    assert Quarantine.objects.count() == 2


def test_who_has_the_antivirus_off_gets_it(alice, bob, fake_clamd, deliver, kept):
    make_antivirus(alice)

    assert deliver(ALICE, bob.address, message=INFECTED) == [OK, OK]
    assert kept(bob)[0].endswith(INFECTED)


def test_mail_waits_while_clamd_is_down_and_comes_later(alice, bob, settings, deliver, request):
    settings.CLAMD_URL = down("clamd")
    make_antivirus(alice)

    assert deliver(ALICE, bob.address) == ["451 4.7.1", OK]
    assert log() == [("bob@example.com", "delivered", [("keep", 1)])]
    request.getfixturevalue("fake_clamd")
    assert deliver(ALICE, bob.address) == [OK, OK]
    assert [entry[0] for entry in log()] == ["bob@example.com", ALICE]


def test_mail_may_come_without_clamd(alice, settings, deliver, kept):
    settings.CLAMD_URL, settings.CLAMD_REQUIRED = down("clamd"), False
    make_antivirus(alice)

    assert deliver(ALICE, message=INFECTED) == [OK]
    assert kept(alice)[0].endswith(INFECTED)
    assert why()[0] == "The antivirus did not answer: not scanned for viruses."


def test_what_is_too_large_for_clamd_comes_and_that_is_said(alice, fake_clamd, deliver):
    fake_clamd.limit = 10
    make_antivirus(alice)

    assert deliver(ALICE) == [OK]
    assert why()[0] == "Too large to be scanned for viruses."


@pytest.mark.django_db(transaction=True)
def test_a_quarantine_that_cannot_be_written_loses_nothing(
    alice, fake_clamd, deliver, notices, monkeypatch
):
    """The whole batch fails, then the message alone: both times nothing may stay claimed."""
    make_antivirus(alice)
    with monkeypatch.context() as broken:
        broken.setattr("spamfilter.quarantine.Quarantine.save", lambda *_a, **_k: 1 / 0)
        (reply,) = deliver(ALICE, message=INFECTED)

    assert reply == "451 4.3.0"
    assert (Quarantine.objects.count(), Carried.objects.count()) == (0, 0)
    assert deliver(ALICE, message=INFECTED) == [OK]
    assert Quarantine.objects.count() == 1


# In the engine, and for the screens


@pytest.mark.django_db(transaction=True)
def test_the_engine_scans_before_it_decides(alice, spam, fake_clamd, with_engine, kept):
    make_spam_filter(alice)
    make_antivirus(alice)

    async def use(engine):
        envelope = Envelope(CAROL)
        clean = await engine.deliver(envelope, [ALICE], MESSAGE)
        infected = await engine.deliver(envelope, [ALICE], INFECTED)
        return [reply.code for reply in (*clean, *infected)]

    assert with_engine(use) == [250, 250]
    assert b"X-Spam-Flag: YES" in kept(alice)[0]
    assert Quarantine.objects.count() == 1


def test_an_outage_is_known_since_it_began(alice, settings, request, deliver):
    settings.SPAMD_URL = down("spamd")
    make_spam_filter(alice)
    begun = timezone.now()
    assert health.spamd_health(begun) == health.Health(is_available=True, down_since=begun)

    deliver(ALICE)
    since = Outage.objects.get().since
    assert health.spamd_health(timezone.now()).down_since == since
    request.getfixturevalue("fake_spamd")
    assert health.spamd_health(timezone.now()).is_up
    health.look_after(timezone.now())
    assert Outage.objects.count() == 0


def test_what_is_not_configured_is_not_available():
    assert not health.clamd_health(timezone.now()).is_available
