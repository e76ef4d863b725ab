"""However the octets are cut into pieces, the result is the same. Proves G20."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.edge.body import BareNewline, Body
from delivery.edge.conversation import Conversation
from delivery.edge.limits import Budget, Limits
from delivery.edge.syntax import Refused, command, mail, recipient
from delivery.edge.transaction import House
from delivery.edge.wire import Wire
from tests.delivery.edge.client import stuffed
from tests.delivery.edge.service import Recorder

LIMITS = Limits(message=5000, in_flight=20_000, errors=5)
HOSTILE = st.lists(
    st.sampled_from([b"\r\n", b"\n", b"\r", b".", b"..", b"x", b"\x00", b"\xff", b"\r\n.\r\n"]),
    max_size=12,
).map(b"".join)
LINES = st.lists(st.binary(max_size=20), max_size=8).map(
    lambda lines: b"".join(line.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n" for line in lines)
)
COMMANDS = st.lists(
    st.sampled_from(
        [
            b"LHLO x\r\n",
            b"MAIL FROM:<>\r\n",
            b"RCPT TO:<a@x.test>\r\n",
            b"RCPT TO:<unknown@x.test>\r\n",
            b"DATA\r\n",
            b"Subject: x\r\n\r\n..x\r\n.\r\n",
            b"\n.\n",
            b"x" * 3000 + b"\r\n",
            b"RSET\r\n",
            b"\x00\r\n",
            b"QUIT\r\n",
        ]
    ),
    max_size=14,
).map(b"".join)


@dataclass
class Transport(asyncio.Transport):
    """A transport that goes nowhere and remembers what was written."""

    written: bytearray = field(default_factory=bytearray)
    closed: bool = False

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("192.0.2.1", 1)

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def can_write_eof(self) -> bool:
        return False

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def cut(octets: bytes, places: list[int]) -> list[bytes]:
    marks = [0, *sorted(place % (len(octets) + 1) for place in places), len(octets)]
    return [octets[a:b] for a, b in pairwise(marks)]


async def talk(pieces: list[bytes]) -> tuple[bytes, list[bytes], bool, int]:
    """All that a client is told that sends these pieces, and what the engine was given."""
    engine, budget, transport = Recorder(), Budget(LIMITS.in_flight), Transport()
    wire = Wire(LIMITS)
    wire.connection_made(transport)
    conversation = Conversation(wire, House(engine, LIMITS, budget, "mx", lmtp=True))
    running = asyncio.ensure_future(conversation.run())
    for piece in pieces:
        wire.data_received(piece)
        for _ in range(12):
            await asyncio.sleep(0)
    wire.eof_received()
    await running
    return (
        bytes(transport.written),
        [one.message for one in engine.given],
        transport.closed,
        budget.left,
    )


@given(COMMANDS, st.lists(st.integers(0, 10_000), max_size=20))
def test_a_conversation_does_not_depend_on_its_pieces(octets, places):
    whole = asyncio.run(talk([octets]))
    cuts = asyncio.run(talk(cut(octets, places)))

    assert cuts == whole
    assert whole[2:] == (True, LIMITS.in_flight)


@given(LINES, st.lists(st.integers(0, 1000), max_size=30), st.binary(max_size=30))
def test_a_message_does_not_depend_on_its_pieces(message, places, after):
    octets = (stuffed(message) if message else b".\r\n") + after
    body = Body(5000, Budget(5000))
    rest = None
    for piece in cut(octets, places):
        rest = body.feed(piece) if rest is None else rest + piece

    assert (body.message(), rest) == (message, after)


@given(HOSTILE, st.lists(st.integers(0, 1000), max_size=12))
def test_what_is_kept_holds_no_bare_cr_or_lf_and_ends_at_the_true_end(octets, places):
    body = Body(5000, Budget(5000))
    rest = None
    try:
        for piece in cut(octets, places):
            rest = body.feed(piece) if rest is None else rest + piece
    except BareNewline:
        before = (b"\r\n" + octets).split(b"\r\n.\r\n")[0]
        assert b"\n" in before.replace(b"\r\n", b"") or b"\r" in before.replace(b"\r\n", b"")
        return
    kept = body.message()
    assert kept.count(b"\n") == kept.count(b"\r\n") == kept.count(b"\r")
    if rest is not None:
        assert octets.endswith(b".\r\n" + rest)


def refusal(read: Callable[[Any], object], what: object) -> int:
    """The code of the reply that refuses it; 0 when it was read."""
    try:
        read(what)
    except Refused as refused:
        return refused.reply.code
    return 0


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for read in (mail, lambda t: recipient(t, smtputf8=True)):
        for argument in (text, f"FROM:<{text}>", f"TO:<{text}>"):
            assert refusal(read, argument) in (0, 501, 553, 555)


@given(st.binary(max_size=60))
def test_any_octets_are_a_command_or_refused(octets):
    assert refusal(command, octets) in (0, 500)


@pytest.mark.parametrize("size", [4999, 5000, 5001, 10_001])
def test_the_room_is_given_back(size):
    budget = Budget(6000)
    body = Body(20_000, budget)
    body.feed(b"x" * size)
    body.release()

    assert budget.left == 6000


def test_a_source_route_stands_before_the_address_alone():
    """RFC 5321 appendix C; within an address, what looks like one would make it another's."""
    assert recipient("TO:<@a.test,@b.test:alice@c.test>", smtputf8=False) == "alice@c.test"
    with pytest.raises(Refused):
        recipient("TO:<ali@a.test:ce@c.test>", smtputf8=False)
