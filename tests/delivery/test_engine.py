"""The engine under load and misfortune: batches, races, a database that goes, a relay that stalls.

Proves G21 (refused at RCPT time), and that nothing is done twice.
"""

import asyncio
import threading
from functools import partial

import pytest
from django.db import connection

from delivery.engine import Engine, Limits
from delivery.models import Carried, DeliveryRecord
from delivery.words import Envelope
from mailaccounts.store import StoreUnavailable
from tests.delivery.conftest import CAROL, FAR, MESSAGE
from tests.make import make_account, make_mailbox, make_redirect

pytestmark = pytest.mark.django_db(transaction=True)


def codes(replies):
    return [f"{reply.code} {reply.enhanced}" for reply in replies]


async def send(engine, *recipients, message=MESSAGE):
    return codes(await engine.deliver(Envelope(CAROL), list(recipients), message))


def numbered(count):
    return [MESSAGE + b"%d\r\n" % number for number in range(count)]


def elsewhere(work, *args, **kwargs):
    """Do it in a thread, and so on a connection, of its own."""

    def run():
        try:
            work(*args, **kwargs)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_recipients_are_looked_up_before_the_message(alice, bob, mallory, with_engine):
    make_mailbox(bob, enabled=False)
    make_mailbox(mallory, enabled=False)
    make_redirect(mallory, FAR)
    suspended = make_account("sue@example.com", is_active=False)

    async def use(engine):
        return codes(
            await engine.look_up(
                [
                    "Alice+tag@EXAMPLE.com",
                    bob.address,
                    mallory.address,
                    suspended.address,
                    "nobody@example.com",
                    "rubbish",
                    "@",
                    "a\0@example.com",
                    "é@é@é",
                ]
            )
        )

    assert with_engine(use) == [
        "250 2.1.5",
        "550 5.1.1",
        "250 2.1.5",
        "550 5.2.1",
        *["550 5.1.1"] * 5,
    ]


def test_a_change_holds_for_the_next_message(alice, with_engine, kept):
    async def use(engine):
        replies = []
        for enabled in (True, False, True):
            elsewhere(make_mailbox, alice, enabled=enabled)
            replies += codes(await engine.look_up([alice.address]))
            replies += await send(engine, alice.address, message=MESSAGE + b"%d" % len(replies))
        return replies

    assert with_engine(use) == [
        *["250 2.1.5"] * 2,
        *["550 5.1.1"] * 2,
        *["250 2.1.5"] * 2,
    ]
    assert len(kept(alice)) == 2


def test_many_at_once_are_each_kept_once(alice, bob, with_engine, kept, sink):
    make_redirect(bob, FAR)
    messages = numbered(60)

    async def use(engine):
        return await asyncio.gather(
            *(send(engine, "alice@example.com", "bob@example.com", message=m) for m in messages)
        )

    assert with_engine(use) == [["250 2.1.5"] * 2] * 60
    assert (len(kept(alice)), len(kept(bob)), len(sink.taken)) == (60, 60, 60)
    assert DeliveryRecord.objects.count() == 120


def test_the_same_message_on_many_connections_is_done_once(alice, with_engine, kept, sink):
    make_redirect(alice, FAR)

    async def use(engine):
        other = Engine(engine._store, engine._relay)
        other.start()
        try:
            return await asyncio.gather(
                *(send(one, "alice@example.com") for one in (engine, other) * 10)
            )
        finally:
            await other.stop()

    assert with_engine(use) == [["250 2.1.5"]] * 20
    assert (len(kept(alice)), len(sink.taken)) == (1, 1)


def test_a_stalling_relay_holds_up_only_what_is_sent_on(alice, bob, with_engine, sink):
    make_redirect(alice, FAR)
    sink.stall_at, sink.stall_seconds = "end", 30

    async def use(engine):
        slow = [
            asyncio.ensure_future(send(engine, "alice@example.com", message=m))
            for m in numbered(12)
        ]
        while "DATA" not in sink.commands:
            await asyncio.sleep(0.01)
        quick = [send(engine, "bob@example.com", message=m) for m in numbered(20)]
        done = await asyncio.gather(*quick)
        assert not any(task.done() for task in slow)
        sink.go_on.set()
        return done, await asyncio.gather(*slow)

    quick, slow = with_engine(use)

    assert (quick, slow) == ([["250 2.1.5"]] * 20, [["250 2.1.5"]] * 12)


def test_one_bad_message_does_not_harm_its_neighbours(alice, with_engine, kept, monkeypatch):
    from delivery import carry_out

    record_of = carry_out.record_of

    def fail_for_some(parcel):
        if parcel.message.raw.endswith(b"3\r\n"):
            raise RuntimeError("bug")
        return record_of(parcel)

    monkeypatch.setattr(carry_out, "record_of", fail_for_some)

    async def use(engine):
        return await asyncio.gather(
            *(send(engine, "alice@example.com", message=m) for m in numbered(10))
        )

    replies = with_engine(use, limits=Limits(keeping_threads=1))

    assert replies.pop(3) == ["451 4.3.0"]
    assert replies == [["250 2.1.5"]] * 9
    assert DeliveryRecord.objects.count() == 9


def test_a_bug_after_sending_on_does_not_send_again(alice, with_engine, sink, monkeypatch):
    from delivery import carry_out

    record_of = carry_out.record_of
    failures = [RuntimeError("bug")]

    def fail_once(parcel):
        if failures:
            raise failures.pop()
        return record_of(parcel)

    monkeypatch.setattr(carry_out, "record_of", fail_once)
    make_mailbox(alice, enabled=False)
    make_redirect(alice, FAR)

    assert with_engine(lambda engine: send(engine, "alice@example.com")) == ["250 2.1.5"]
    assert (len(sink.taken), Carried.objects.count()) == (1, 1)


@pytest.fixture
def drop_connections(db):
    """Have the server end every connection but the test's own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()

    def drop():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid NOT IN (%s, pg_backend_pid())",
                [own],
            )

    return partial(elsewhere, drop)


def test_connections_that_were_dropped_are_made_anew(
    alice, with_engine, kept, sink, drop_connections
):
    make_redirect(alice, FAR)

    async def use(engine):
        replies = []
        for message in numbered(3):
            replies += [codes(await engine.look_up(["alice@example.com"]))]
            drop_connections()
            replies += [await send(engine, "alice@example.com", message=message)]
            drop_connections()
        return replies

    assert with_engine(use) == [["250 2.1.5"]] * 6
    assert (len(kept(alice)), len(sink.taken)) == (3, 3)


def test_the_database_gone_in_the_middle_keeps_nothing_twice(
    alice, store, with_engine, kept, drop_connections
):
    drops = [drop_connections]

    class DroppingStore:
        confirm = store.confirm

        def deliver(self, address, message, *, key, **where):
            if drops:
                drops.pop()()
            store.deliver(address, message, key=key, **where)

    async def use(engine):
        return await asyncio.gather(
            *(send(engine, "alice@example.com", message=m) for m in numbered(8))
        )

    assert with_engine(use, store=DroppingStore()) == [["250 2.1.5"]] * 8

    assert len(kept(alice)) == 8
    assert DeliveryRecord.objects.count() == 8


def test_no_database_is_try_again_later(alice, with_engine, kept, monkeypatch):
    async def use(engine):
        return [codes(await engine.look_up([alice.address])), await send(engine, alice.address)]

    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", "1")
        assert with_engine(use) == [["451 4.3.0"], ["451 4.3.0"]]

    assert with_engine(use) == [["250 2.1.5"], ["250 2.1.5"]]
    assert len(kept(alice)) == 1


def test_stopping_finishes_what_was_begun_and_leaves_no_connection(alice, store, relay, kept):
    async def begin_and_stop():
        engine = Engine(store, relay)
        engine.start()
        tasks = [
            asyncio.ensure_future(send(engine, alice.address, message=m)) for m in numbered(10)
        ]
        await asyncio.sleep(0)
        await engine.stop()
        return await asyncio.gather(*tasks)

    assert asyncio.run(begin_and_stop()) == [["250 2.1.5"]] * 10
    assert len(kept(alice)) == 10
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)


def test_a_store_that_fails_puts_off_its_own_message_alone(alice, bob, store, with_engine):
    class AliceIsBroken:
        def deliver(self, address, message, *, key, **where):
            if address == alice.address:
                raise StoreUnavailable("her disk")
            store.deliver(address, message, key=key, **where)

        confirm = store.confirm

    async def use(engine):
        return await asyncio.gather(
            *(send(engine, one.address, message=m) for m in numbered(5) for one in (alice, bob))
        )

    assert with_engine(use, store=AliceIsBroken()) == [["451 4.3.0"], ["250 2.1.5"]] * 5
