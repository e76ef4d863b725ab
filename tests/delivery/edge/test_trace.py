"""The trace field above each message. Proves G20."""

from __future__ import annotations

import re

import pytest

from delivery.edge.trace import received, transaction_id


@pytest.mark.parametrize(
    ("peer", "place"), [("192.0.2.1", "[192.0.2.1]"), ("2001:db8::1", "[IPv6:2001:db8::1]")]
)
def test_it_says_who_to_whom_how_and_when(peer, place):
    field = received(
        helo="mx.sender.test", peer=peer, host="mx.example.com", protocol="LMTP", identity="abc"
    )

    assert re.fullmatch(
        rf"Received: from mx\.sender\.test \({re.escape(place)}\)\r\n"
        r"\tby mx\.example\.com with LMTP id abc;\r\n"
        r"\t\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\n",
        field.decode(),
    )


@pytest.mark.parametrize("helo", ["x\r\nBcc: y", "x) (y", "x;", "[x]", "é", "a" * 5000])
def test_no_name_makes_a_second_field_or_a_long_line(helo):
    field = received(helo=helo, peer="192.0.2.1", host="mx", protocol="LMTP", identity="abc")

    lines = field.decode("ascii").split("\r\n")
    assert [line[:1] for line in lines] == ["R", "\t", "\t", ""]
    assert max(map(len, lines)) < 998


def test_transactions_have_names_of_their_own():
    assert len({transaction_id() for _ in range(1000)}) == 1000
