"""What the words of the scanners mean, whoever says them. Proves G29, G34."""

from decimal import Decimal

import pytest

from delivery.message import Message
from delivery.models import DeliveryRecord
from delivery.parcel import Parcel
from delivery.recording import record_of
from delivery.words import (
    Envelope,
    Findings,
    Mark,
    Note,
    Plan,
    Reason,
    Rule,
    SpamScore,
    Unknown,
)
from mailaccounts.store import JUNK
from tests.delivery.conftest import CAROL, FAR, MESSAGE, OK, TRACE, log
from tests.make import make_mail_group, make_redirect

SCORE = SpamScore(Decimal("7.1"), (Rule("GTUBE", Decimal("7.1"), "Test\0"),))


def in_capitals(message: bytes) -> bytes:
    return message.upper()


def mark(delivery):
    return delivery.then(Mark(Reason("spam"), in_capitals, JUNK))


def note(delivery):
    return delivery.then(Note(Reason("no spam"), in_capitals))


@pytest.fixture
def with_step(settings):
    def use(step):
        steps = list(settings.DELIVERY_STEPS)
        steps.insert(steps.index("delivery.steps.keep"), f"{__name__}.{step.__name__}")
        settings.DELIVERY_STEPS = steps

    return use


def test_spam_is_kept_marked_in_its_folder_and_not_sent_on(alice, deliver, store, with_step):
    make_redirect(alice, FAR)
    make_mail_group(alice, "m@far.example")
    with_step(mark)

    assert deliver(alice.address) == [OK]
    (junk,) = store.list(alice.address, folder=JUNK).messages
    copy = f"Return-Path: <{CAROL}>\r\nDelivered-To: {alice}\r\n".encode() + TRACE + MESSAGE.upper()
    assert store.fetch(alice.address, junk.id) == copy
    assert store.list(alice.address).total == 0
    done = [("mark", 1), ("keep", 1), ("omit", 0), ("omit", 0)]
    assert log() == [(alice.address, "delivered", done)]


def test_only_the_copy_in_the_mailbox_is_noted_in(alice, deliver, kept, sink, with_step):
    make_redirect(alice, FAR)
    with_step(note)

    assert deliver(alice.address) == [OK]
    assert kept(alice)[0].endswith(MESSAGE.upper())
    assert sink.messages[0].endswith(MESSAGE)


def _record(account, findings):
    now, envelope = account.created, Envelope(CAROL)
    plan = Plan((), findings)
    return record_of(Parcel(Message(MESSAGE), envelope, account, account.address, now, plan))


def test_points_and_rules_are_on_record(alice):
    record = _record(alice, Findings(spam=SCORE))
    DeliveryRecord.objects.write([record])

    written = DeliveryRecord.objects.get()
    assert written.score == Decimal("7.1")
    assert written.rules == [{"name": "GTUBE", "points": 7.1, "says": "Test\ufffd"}]


def test_what_was_not_scanned_has_no_points(alice):
    record = _record(alice, Findings(spam=Unknown(Reason("down"))))

    assert (record.score, record.rules) == (None, [])
