"""What every test of mail in flight needs: a next host, a mailbox store, and an engine."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from delivery.engine import Engine
from delivery.job import Job
from delivery.message import Message
from delivery.models import DeliveryRecord
from delivery.relay.smtp import SmtpRelay
from delivery.words import Envelope
from delivery.work import Work
from mailaccounts.smtp.connection import Patience
from mailaccounts.store.maildir import MaildirStore
from tests.delivery.sink import Sink

MESSAGE = b"From: Carol <carol@far.example>\r\nSubject: Hello\r\nMessage-ID: <1@far>\r\n\r\nHi.\r\n"
CAROL = "carol@far.example"
TRACE = b"Received: by here\r\n"
FAR = "alice@far.example"
AS_SENT_ON = b"Delivered-To: alice@example.com\r\n" + TRACE + MESSAGE
OK = "250 2.1.5"


def log():
    """The message log, in short."""
    return [
        (record.recipient, record.outcome, [(a["name"], a["done"]) for a in record.actions])
        for record in DeliveryRecord.objects.order_by("received", "recipient")
    ]


@pytest.fixture
def sink():
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def relay(sink):
    relay = SmtpRelay("127.0.0.1", sink.port, Patience(connecting=2, replying=1, accepting=1))
    yield relay
    relay.close()


@pytest.fixture
def store(tmp_path):
    return MaildirStore(tmp_path / "mail")


@pytest.fixture
def kept(store):
    """All messages in somebody's mailbox."""

    def read(account) -> list[bytes]:
        page = store.list(account.address, per_page=1000)
        return [store.fetch(account.address, message.id) for message in page.messages]

    return read


@pytest.fixture
def deliver_for_replies(store, relay):
    """Deliver one message, in this thread, and return what the client is told."""

    def run(*recipients, message=MESSAGE, sender=CAROL, trace=TRACE, **other):
        with ThreadPoolExecutor(4) as disk:
            way_out = other.get("relay", relay)
            work = Work(other.get("store", store), way_out, disk, way_out)
            job = Job(Envelope(sender, trace=trace), recipients, Message(message))
            work.keep([job])
            if job.is_to_be_scanned:
                work.scan([job])
                work.keep([job])
            if job.outgoing:
                work.send_on([job])
            work.close()
        return job.answer()

    return run


@pytest.fixture
def deliver(deliver_for_replies):
    """Deliver one message and say in short what the client is told."""

    def run(*recipients, **other):
        return [f"{r.code} {r.enhanced}" for r in deliver_for_replies(*recipients, **other)]

    return run


@pytest.fixture
def with_engine(store, relay):
    """Run a coroutine function with an engine that is started for it and stopped after it."""

    def run(use, *, limits=None, **other):
        async def main():
            engine = Engine(other.get("store", store), other.get("relay", relay), limits)
            engine.start()
            try:
                return await use(engine)
            finally:
                await engine.stop()

        return asyncio.run(main())

    return run
