"""Limits hold under deliveries at the same moment, by PostgreSQL. Proves G42."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from autoresponder.models import Answered, AnswerEvent
from delivery.job import Job
from delivery.message import Message
from delivery.relay.smtp import SmtpRelay
from delivery.words import Envelope
from delivery.work import Work
from mailaccounts.smtp.connection import Patience
from tests.autoresponder.conftest import CAROL, letter
from tests.make import make_account, make_autoresponder

pytestmark = pytest.mark.django_db(transaction=True)
TOGETHER = 50


@pytest.fixture
def deliver_together(store, sink):
    """As many letters at once as there are senders, each by a service of its own.

    Every one of them has a thread, a connection to PostgreSQL and one to the relay, as if it ran on
    a host of its own.
    """
    start = threading.Barrier(TOGETHER)
    relay = SmtpRelay("127.0.0.1", sink.port, Patience(connecting=20, replying=20, accepting=20))

    def deliver(sender, recipient, name):
        with ThreadPoolExecutor(1) as disk:
            work = Work(store, relay, disk, relay)
            message = Message(letter(to=recipient, message_id=f"<{name}@far.example>"))
            job = Job(Envelope(sender), [recipient], message)
            start.wait()
            try:
                work.keep([job])
                if job.outgoing:
                    work.send_on([job])
            finally:
                connection.close()
        return job.answer()[0].code

    def run(senders, recipient="alice@example.com", same=False):
        with ThreadPoolExecutor(TOGETHER) as threads:
            return list(
                threads.map(
                    deliver,
                    senders,
                    [recipient] * TOGETHER,
                    [0 if same else number for number in range(TOGETHER)],
                )
            )

    yield run
    relay.close()


def test_one_sender_gets_exactly_as_many_answers_as_are_allowed(deliver_together, answers):
    alice = make_account("alice@example.com")
    away = make_autoresponder(alice, answers_a_day=7)
    spellings = (CAROL, "Carol@Far.Example", "carol+x@far.example", '"carol"@far.example', CAROL)

    codes = deliver_together(spellings * 10)

    assert (set(codes), len(answers())) == ({250}, 7)
    assert Answered.objects.get().today == 7
    assert AnswerEvent.objects.filter(is_answered=False).count() == TOGETHER - 7
    away.refresh_from_db()
    assert (away.answers, away.stored) == (7, 1)


def test_the_ceiling_of_the_hour_is_exact(deliver_together, answers, settings):
    settings.ANSWERS_AN_HOUR = 11
    alice = make_account("alice@example.com")
    for name in ("One", "Two"):
        make_autoresponder(alice, name)

    deliver_together([f"c{number}@far.example" for number in range(TOGETHER)])

    alice.auto_reply.refresh_from_db()
    assert (len(answers()), alice.auto_reply.hour_answers) == (11, 11)


def test_no_more_addresses_are_stored_than_allowed(deliver_together, answers):
    alice = make_account("alice@example.com")
    away = make_autoresponder(alice, stored_limit=5)

    deliver_together([f"c{number}@far.example" for number in range(TOGETHER)])

    away.refresh_from_db()
    assert (len(answers()), Answered.objects.count(), away.stored) == (TOGETHER, 5, 5)


def test_the_same_message_at_once_is_answered_once(deliver_together, answers):
    make_autoresponder(make_account("alice@example.com"))

    codes = deliver_together([CAROL] * TOGETHER, same=True)

    assert (set(codes), len(answers())) == ({250}, 1)
