"""Proves G31 and G32 on the real spamd: whom training concerns, and what forgetting takes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from mailaccounts.store import JUNK, Learned, MailStore, mail_store
from spamfilter.bayes import Lessons, forget_all, forget_the_departed, lessons
from spamfilter.spamd import spamd as the_spamd
from spamfilter.training import begin, forget_everything, work_off
from tests.make import make_account
from tests.spamfilter.classroom import ALICE, BOB, known

pytestmark = [pytest.mark.mailhost, pytest.mark.django_db(transaction=True)]

# As many as the mail host's spamd needs of each kind before it uses what it learned.
ENOUGH = 20
SPAM_WORDS = "casino jackpot roulette voucher lucky winner exclusive bonus"
HAM_WORDS = "dovecote carpenter estimate roof slates minutes meeting Thursday"


@pytest.fixture
def store(settings, tmp_path, real_spamd) -> MailStore:
    """The configured one, in a folder of this test; and nobody has learned anything."""
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    settings.SPAMD_URL = real_spamd.url
    for address in (ALICE, BOB):
        forget_all(address)
    return mail_store()


def letter(words: str, number: int) -> bytes:
    return (
        f"Return-Path: <eve@sender.test>\r\nFrom: Eve <eve@sender.test>\r\nTo: {ALICE}\r\n"
        f"Subject: {words.split()[number % 8]} {number}\r\nMessage-ID: <{words[:3]}{number}@s.test>"
        f"\r\nDate: Wed, 25 Nov 2026 03:00:00 +0000\r\n\r\n{words} {words} number {number}\r\n"
    ).encode()


def deliver(store: MailStore, words: str, folder: str) -> list[str]:
    for number in range(ENOUGH):
        store.deliver(ALICE, letter(words, number), key=f"{words} {number}", folder=folder)
    return store.everything(ALICE, folder=folder)


def points(address: str) -> Decimal:
    """Of a message that nobody has learned."""
    scanner = the_spamd()
    assert scanner is not None
    return scanner.score([letter(SPAM_WORDS, 777)], user=address).points


def teach(alice, store: MailStore) -> tuple[list[str], list[str]]:
    spam, ham = deliver(store, SPAM_WORDS, JUNK), deliver(store, HAM_WORDS, "INBOX")
    begin(account=alice, kind="spam", message_ids=spam, now=timezone.now())
    begin(account=alice, kind="ham", message_ids=ham, now=timezone.now())
    work_off(alice, limit=100)
    return spam, ham


def test_training_changes_the_own_score_and_forgetting_restores_it(store):
    alice, _ = make_account(ALICE), make_account(BOB)
    before = points(ALICE), points(BOB)

    spam, ham = teach(alice, store)
    taught = points(ALICE), points(BOB)
    counted = lessons(ALICE), lessons(BOB)
    begin(account=alice, kind="forget", message_ids=[*spam, *ham], now=timezone.now())
    work_off(alice, limit=100)

    assert taught[0] > before[0] + 2
    assert taught[1] == before[1]
    assert counted == (Lessons(ENOUGH, ENOUGH), Lessons(0, 0))
    assert (points(ALICE), points(BOB)) == before
    assert lessons(ALICE) == Lessons(0, 0)
    assert set(known(store).values()) == {None}


def test_clearing_the_database_clears_this_accounts_alone(store):
    alice, _ = make_account(ALICE), make_account(BOB)
    before = points(ALICE)
    teach(alice, store)
    scanner = the_spamd()
    assert scanner is not None
    scanner.learn([letter(SPAM_WORDS, 1)], Learned.SPAM, user=BOB)

    assert forget_everything(alice, now=timezone.now()) is True

    assert points(ALICE) == before
    assert (lessons(ALICE), lessons(BOB)) == (Lessons(0, 0), Lessons(1, 0))
    assert set(known(store).values()) == set(known(store, folder=JUNK).values()) == {None}


def test_the_screen_says_how_much_was_learned_of_how_much(store, client):
    alice = make_account(ALICE)
    ham = deliver(store, HAM_WORDS, "INBOX")[:3]
    begin(account=alice, kind="ham", message_ids=ham, now=timezone.now())
    work_off(alice, limit=100)
    client.force_login(alice, backend="mailaccounts.backends.MailAccountBackend")

    page = client.get("/spam-filter/training", secure=True)

    assert "Learned so far: 0 of 20 spam, 3 of 20 other messages." in page.text


def test_what_an_account_has_learned_goes_with_it(store):
    alice, bob = make_account(ALICE), make_account(BOB)
    scanner = the_spamd()
    assert scanner is not None
    for account in (alice, bob):
        scanner.learn([letter(SPAM_WORDS, 1)], Learned.SPAM, user=account.address)
    alice.delete()

    forget_the_departed()

    assert (lessons(ALICE), lessons(BOB)) == (Lessons(0, 0), Lessons(1, 0))
