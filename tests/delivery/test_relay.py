"""Handing mail to the next host, whatever that does."""

import errno
import os

import pytest
from django.core.exceptions import ImproperlyConfigured

from delivery.relay import relay_from
from delivery.relay.outbox import Outbox
from delivery.relay.smtp import SmtpRelay
from mailaccounts.smtp.connection import Patience

BODY = b"Subject: x\r\n\r\nHi\r\n"


def send(relay, *targets, sender="a@far.example", message=(BODY,), smtputf8=False):
    replies = relay.send(sender, targets or ("b@far.example",), message, smtputf8=smtputf8)
    return [f"{reply.code} {reply.enhanced}" for reply in replies]


@pytest.mark.parametrize("offers", [("PIPELINING", "8BITMIME"), ()])
@pytest.mark.parametrize(
    "body",
    [
        b".\r\n",
        b"..\r\n.\r\n\r\n.x\r\n",
        b"line\r\n.\r\n.\r\nend",
        b"",
        b"a\r\n.\r\nMAIL FROM:<evil@x>\r\n",
        b"x" * 2_000_000 + b"\r\n",
    ],
)
def test_dots_and_ends_arrive_as_they_were(relay, sink, body, offers):
    sink.offers = offers

    assert send(relay, message=(b"A: b\r\n\r\n", body)) == ["250 2.0.0"]

    whole = b"A: b\r\n\r\n" + body
    assert sink.messages == [whole if whole.endswith(b"\r\n") else whole + b"\r\n"]


def test_connections_are_kept(relay, sink):
    assert [send(relay) for _ in range(5)] == [["250 2.0.0"]] * 5
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_kept_connection_that_died_is_replaced_once(relay, sink, stage):
    send(relay)
    sink.hang_up_at = stage

    assert send(relay) == ["250 2.0.0"]
    assert (sink.connections, len(sink.taken)) == (2, 2)


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "DATA", "message", "end"])
def test_a_new_connection_that_dies_puts_off(relay, sink, stage):
    sink.hang_up_at = stage

    assert send(relay) == ["451 4.4.1"]
    assert sink.taken == []


@pytest.mark.parametrize("stage", ["message", "end"])
def test_what_may_have_been_taken_is_not_sent_twice(relay, sink, stage):
    send(relay)
    sink.hang_up_at = stage

    assert send(relay) == ["451 4.4.1"]
    assert sink.connections == 1


@pytest.mark.parametrize("stage", ["greeting", "MAIL", "DATA", "end"])
def test_silence_has_an_end(sink, stage):
    relay = SmtpRelay("127.0.0.1", sink.port, Patience(2, 0.1, 0.1))
    sink.stall_at, sink.stall_seconds = stage, 0.5

    assert send(relay) == ["451 4.4.1"]


def test_nobody_there():
    assert send(SmtpRelay("127.0.0.1", 1)) == ["451 4.4.1"]


@pytest.mark.parametrize("offers", [("PIPELINING",), ()])
@pytest.mark.parametrize(
    ("command", "reply", "expected"),
    [
        ("greeting", "554 5.3.2 go away", "451 4.4.1"),
        ("EHLO", "502 no", "451 4.4.1"),
        ("MAIL", "550 5.7.1 no", "550 5.7.1"),
        ("MAIL", "450 later", "450 4.0.0"),
        ("MAIL", "rubbish", "451 4.5.0"),
        ("RCPT", "550 5.1.1 no", "550 5.1.1"),
        ("DATA", "451 4.3.0 later", "451 4.3.0"),
        ("MAIL", "421 4.3.2 closing", "451 4.4.1"),
    ],
)
def test_refusals_are_passed_on_and_the_next_message_goes(
    relay, sink, command, reply, expected, offers
):
    sink.offers = offers
    sink.replies[command] = reply
    assert send(relay) == [expected]

    sink.replies.clear()
    assert send(relay) == ["250 2.0.0"]
    assert len(sink.taken) == 1


def test_a_host_that_says_go_ahead_without_recipients_gets_nothing(relay, sink):
    sink.replies |= {"RCPT": "550 5.1.1 no", "DATA": "354 go on", ".": "554 5.5.1 nobody"}

    assert send(relay) == ["550 5.1.1"]
    assert "Hi" not in sink.commands


def test_each_target_has_its_reply(relay, sink):
    sink.replies["RCPT TO:<no@far.example>"] = "550 5.1.1 no"

    assert send(relay, "a@far.example", "no@far.example", "b@far.example") == [
        "250 2.0.0",
        "550 5.1.1",
        "250 2.0.0",
    ]
    assert sink.taken[0].targets == ("a@far.example", "b@far.example")


def test_too_many_recipients_go_in_several_transactions(relay, sink):
    sink.recipients_limit = 100
    targets = [f"m{number}@far.example" for number in range(250)]

    assert send(relay, *targets) == ["250 2.0.0"] * 250
    assert [len(taken.targets) for taken in sink.taken] == [100, 100, 50]


def test_eight_bits_and_unicode_addresses_are_announced(relay, sink):
    assert send(relay, "é@far.example", message=("é\r\n".encode(),)) == ["250 2.0.0"]

    assert sink.commands[1] == "MAIL FROM:<a@far.example> SIZE=4 BODY=8BITMIME SMTPUTF8"
    assert sink.commands[2] == "RCPT TO:<é@far.example>"


def test_unicode_addresses_are_refused_where_the_next_host_has_no_smtputf8(relay, sink):
    sink.offers = ("PIPELINING",)

    assert send(relay, "é@far.example") == ["553 5.6.7"]


@pytest.mark.parametrize("bad", ["a@b.c>\r\nRCPT TO:<d@e.f", "a\0@b.c", "\udcff@b.c", "<a@b.c"])
def test_an_address_cannot_speak_smtp(relay, sink, bad):
    assert send(relay, bad) == ["553 5.1.7"]
    assert send(relay, sender=bad) == ["553 5.1.7"]
    assert [command[:4] for command in sink.commands] == ["EHLO"]


def test_the_outbox_holds_whole_files(tmp_path):
    outbox = relay_from(f"outbox:{tmp_path}/out")

    assert send(outbox, "a@far.example", "b@far.example") == ["250 2.0.0"] * 2

    (file,) = (tmp_path / "out").iterdir()
    assert file.suffix == ".eml"
    assert file.read_bytes() == (
        b"X-Envelope-From: <a@far.example>\r\n"
        b"X-Envelope-To: a@far.example,\r\n b@far.example\r\n" + BODY
    )


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOSPC, "452 4.3.1"), (errno.EIO, "451 4.3.0")]
)
def test_a_full_outbox_leaves_nothing_behind(tmp_path, monkeypatch, number, expected):
    def fail(_):
        raise OSError(number, "disk")

    monkeypatch.setattr(os, "fsync", fail)

    assert send(Outbox(str(tmp_path))) == [expected]
    assert list(tmp_path.iterdir()) == []


def test_an_address_cannot_write_headers_in_the_outbox(tmp_path):
    assert send(Outbox(str(tmp_path)), sender="a@b.c>\r\nX: y") == ["553 5.1.7"]
    assert list(tmp_path.iterdir()) == []


def test_the_outbox_is_nobody_elses_business(tmp_path):
    before = os.umask(0o022)
    try:
        send(Outbox(str(tmp_path / "outbox")))
    finally:
        os.umask(before)

    (file,) = (tmp_path / "outbox").iterdir()
    assert [oct(path.stat().st_mode & 0o777) for path in (file.parent, file)] == ["0o700", "0o600"]


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\r\n.\r\n"]
)
def test_nothing_that_could_end_early_is_sent_on(relay, sink, end):
    """SMTP smuggling: the edge lets no such message in, and the relay none out, whence ever."""
    body = b"x" + end + b"MAIL FROM:<evil@far.example>\r\n"

    assert send(relay, message=(BODY, body)) == ["550 5.6.0"]
    assert sink.messages == []


@pytest.mark.parametrize(
    ("said", "expected"), [("235 2.7.0 ok", "250 2.0.0"), ("535 5.7.8 who?", "451 4.4.1")]
)
def test_a_name_and_a_password_open_the_door_once(sink, said, expected):
    sink.replies = {"AUTH": said}
    relay = relay_from(f"smtp://delivery:secret%2F@127.0.0.1:{sink.port}")
    try:
        assert send(relay) == [expected]
    finally:
        relay.close()

    # "\0delivery\0secret/", as SASL's PLAIN wants it
    assert sink.commands[1] == "AUTH PLAIN AGRlbGl2ZXJ5AHNlY3JldC8="


def test_an_unusable_url_does_not_show_its_password():
    with pytest.raises(ImproperlyConfigured) as refused:
        relay_from("imap://delivery:secret@127.0.0.1")

    assert "secret" not in str(refused.value)
