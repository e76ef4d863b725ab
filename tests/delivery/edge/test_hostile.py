"""Clients that break the rules, stall, or try to smuggle. Proves G20."""

from __future__ import annotations

import socket
import time
from dataclasses import replace

import pytest

from delivery.words import Envelope
from tests.delivery.edge.client import Client, stuffed
from tests.delivery.edge.conftest import LIMITS
from tests.delivery.edge.service import Recorder, serving

ALICE, BOB = "alice@example.com", "bob@example.com"
SMUGGLED = f"MAIL FROM:<>\r\nRCPT TO:<{BOB}>\r\nDATA\r\nforged\r\n.\r\n".encode()


def begin(client: Client, *recipients: str) -> None:
    commands = (f"RCPT TO:<{r}>" for r in recipients or (ALICE,))
    assert client.say("MAIL FROM:<>", *commands, "DATA")[-1][0] == 354


def wait_until(true: object) -> None:
    latest = time.monotonic() + 10
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.01)


def is_sent_away(client: Client, octets: bytes) -> bool:
    """Whether the other side takes no more."""
    try:
        client.send(octets)
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    "end",
    [
        b"\n.\n",
        b"\r.\r",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\r\n\x00.\n",
        b"\n.\r\r\n",
    ],
)
def test_no_end_but_the_true_one_ends_a_message(lmtp, service, end):
    begin(lmtp, ALICE, BOB)
    lmtp.send(b"Subject: x\r\n\r\nx" + end + SMUGGLED)

    assert [lmtp.reply()[0] for _ in range(2)] == [521, 521]
    assert lmtp.is_closed()
    assert service.engine.given == []


@pytest.mark.parametrize("message", [b"a\nb\r\n", b"a\rb\r\n", b"\n", b"\r\r\n", b"a\n\r\n"])
def test_a_bare_cr_or_lf_anywhere_is_refused(smtp, service, message):
    begin(smtp)
    smtp.send(message + b".\r\n")

    code, text = smtp.reply()
    assert (code, text[:5]) == (521, "5.5.2")
    assert smtp.is_closed()
    assert service.engine.given == []


@pytest.mark.parametrize(
    "command", [b"NOOP\n", b"NOOP\rRSET\r\n", b"NOOP\r\r\n", b"\n", b"RCPT TO:<a@b>\nRSET\r\n"]
)
def test_a_bare_cr_or_lf_in_a_command_is_refused(lmtp, command):
    lmtp.send(b"MAIL FROM:<>\r\n" + command + b"NOOP\r\n")

    assert [lmtp.reply()[0] for _ in range(2)] == [250, 521]
    assert lmtp.is_closed()


@pytest.mark.parametrize(
    "command", [b"NOOP \x00\r\n", b"NOOP \x1b[2J\r\n", b"NOOP \xff\r\n", b"\x00\r\n"]
)
def test_control_characters_and_broken_utf8_in_a_command_are_refused(lmtp, command):
    lmtp.send(command)

    code, text = lmtp.reply()
    assert (code, text[:5]) == (500, "5.5.2")
    assert lmtp.say("NOOP")[0][0] == 250


def test_a_command_longer_than_commands_are_ends_the_conversation(lmtp):
    lmtp.send(b"MAIL FROM:<" + b"a" * 100_000)

    assert lmtp.reply()[0] == 500
    assert lmtp.is_closed()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\r\n",
        b"no header at all\r\n",
        b".\r\n",
        b"..\r\n.\r\n...\r\n.x\r\n",
        b"NUL \x00 and 8-bit \xe9\xff and more\r\n",
        b"Subject: x\r\n\r\n" + b"\r\n.\r\n" * 50,
        bytes(range(14, 256)) + b"\r\n",
    ],
)
def test_any_lines_arrive_octet_by_octet(lmtp, service, message):
    begin(lmtp)
    lmtp.send(stuffed(message) if message else b".\r\n")

    assert lmtp.reply()[0] == 250
    assert service.engine.given[0].message == message


def test_a_header_line_of_ten_megabytes_arrives():
    message = b"Subject: " + b"x" * 10_000_000 + b"\r\n\r\nbody\r\n"
    recorder = Recorder()
    with (
        serving(recorder, replace(LIMITS, message=20_000_000, in_flight=40_000_000)) as service,
        Client(service.lmtp) as client,
    ):
        assert client.message("", [ALICE], message).end == [(250, "2.0.0 Kept")]
        assert service.budget.left == 40_000_000

    assert recorder.given[0].message == message


def test_a_message_over_the_limit_is_refused_for_each_recipient(lmtp, service):
    sent = lmtp.message("", [ALICE, BOB], b"x" * 100_001)

    assert [code for code, _ in sent.end] == [552, 552]
    assert lmtp.message("", [ALICE], b"x" * 99_998 + b"\r\n").end[0][0] == 250
    assert service.budget.left == LIMITS.in_flight


def test_a_message_without_end_is_cut_off(lmtp):
    begin(lmtp)
    lmtp.send(b"x" * 300_000)

    assert lmtp.reply()[0] == 552
    assert lmtp.is_closed()


def test_with_no_room_left_the_client_is_asked_to_come_again(service):
    with (
        serving(Recorder(), replace(LIMITS, in_flight=150_000)) as small,
        Client(small.lmtp) as first,
        Client(small.lmtp) as second,
    ):
        begin(first)
        first.send(b"x" * 90_000)
        wait_until(lambda: small.budget.left < 70_000)

        declared = second.say("MAIL FROM:<> SIZE=90000")
        undeclared = second.message("", [ALICE, BOB], b"x" * 90_000)
        first.send(b"\r\n.\r\n")

        assert declared == [(452, "4.3.1 No room for this message now, try again later")]
        assert [code for code, _ in undeclared.end] == [452, 452]
        assert first.reply()[0] == 250
        assert small.budget.left == 150_000


def test_a_client_that_goes_in_the_middle_leaves_nothing(service):
    with Client(service.lmtp) as client:
        begin(client)
        client.send(b"Subject: half\r\n\r\n")
        wait_until(lambda: service.budget.left < LIMITS.in_flight)

    wait_until(lambda: service.budget.left == LIMITS.in_flight)
    assert service.engine.given == []


def test_a_client_that_goes_before_the_reply_has_delivered(service):
    service.engine.wait = 0.2
    with Client(service.lmtp) as client:
        begin(client)
        client.send(b"x\r\n.\r\n")
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    wait_until(lambda: len(service.engine.given) == 1)


def test_a_client_that_sends_all_and_shuts_its_side_gets_its_replies(lmtp, service):
    lmtp.send(f"MAIL FROM:<>\r\nRCPT TO:<{ALICE}>\r\nDATA\r\nx\r\n.\r\n".encode())
    lmtp.sock.shutdown(socket.SHUT_WR)

    assert [lmtp.reply()[0] for _ in range(4)] == [250, 250, 354, 250]
    assert lmtp.is_closed()


def test_a_name_in_hello_cannot_forge_a_header(lmtp, service):
    lmtp.lines("LHLO x)\\r\\n\\tby(evil;<>")
    lmtp.message("", [ALICE], b"x\r\n")

    trace = service.engine.given[0].envelope.trace
    assert trace.startswith(b"Received: from x??r?n?tby?evil??? ([127.0.0.1])\r\n\tby ")
    assert trace.count(b"\r\n") == 3


@pytest.mark.parametrize("begun", [b"", b"NOO", b"MAIL FROM:<>\r\n"])
def test_a_client_that_stalls_in_a_command_has_to_go(begun):
    with (
        serving(Recorder(), replace(LIMITS, command_seconds=0.2)) as service,
        Client(service.lmtp) as client,
    ):
        client.send(begun)
        if begun.endswith(b"\n"):
            client.reply()

        assert client.reply() == (421, "4.4.2 Waited too long, closing")
        assert client.is_closed()


def test_a_client_that_stalls_in_a_message_has_to_go():
    with (
        serving(Recorder(), replace(LIMITS, data_seconds=0.2)) as service,
        Client(service.lmtp) as client,
    ):
        begin(client)
        client.send(b"half")

        assert client.reply()[0] == 421
        assert client.is_closed()
        assert service.engine.given == []


@pytest.mark.parametrize("limit", ["message_seconds", "session_seconds"])
def test_a_client_that_drips_has_to_go(limit):
    with (
        serving(Recorder(), replace(LIMITS, **{limit: 0.5})) as service,
        Client(service.lmtp) as client,
    ):
        if limit == "message_seconds":
            begin(client)
        drop = b"x" if limit == "message_seconds" else b"NOOP\r\n"
        wait_until(lambda: time.sleep(0.05) or is_sent_away(client, drop))


def test_a_client_that_reads_no_replies_is_not_waited_for_without_end():
    with (
        serving(Recorder(), replace(LIMITS, data_seconds=0.2)) as service,
        Client(service.lmtp) as client,
    ):
        client.sock.settimeout(0.5)
        wait_until(lambda: is_sent_away(client, b"HELP\r\n" * 10_000))
        with Client(service.lmtp) as other:
            assert other.say("NOOP")[0][0] == 250


def test_stopping_lets_a_message_arrive_and_sends_idle_clients_away():
    recorder = Recorder(wait=0.5)
    with serving(recorder, LIMITS) as service:
        with Client(service.lmtp) as idle, Client(service.lmtp) as busy:
            recorder.wait = 0
            begin(busy)
            recorder.wait = 0.5
            busy.send(b"x\r\n.\r\n")
            time.sleep(0.1)
            service.stop()

            assert idle.reply()[0] == 421
            assert busy.reply() == (250, "2.0.0 Kept")
            assert busy.reply()[0] == 421
        with pytest.raises(ConnectionError):
            Client(service.lmtp)


def test_an_engine_with_too_few_replies_is_a_failure_for_now(caplog):
    class Short(Recorder):
        async def deliver(
            self, envelope: Envelope, recipients: list[str], message: bytes
        ) -> list[object]:
            return []

    with serving(Short(), LIMITS) as service, Client(service.lmtp) as client:
        assert [code for code, _ in client.message("", [ALICE, BOB], b"x").end] == [451, 451]
