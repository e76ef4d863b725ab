"""What LMTP and SMTP clients are told, command by command. Proves G20, G21."""

from __future__ import annotations

import re
from ipaddress import IPv4Network

import pytest

from delivery.edge.limits import Limits
from tests.delivery.edge.client import Client
from tests.delivery.edge.service import Recorder, Service, serving

MESSAGE = b"From: eve@sender.test\r\nSubject: Hello\r\n\r\nx\r\n"
ALICE, BOB = "alice@example.com", "bob@example.com"


def test_the_greeting_and_the_extensions(lmtp):
    assert lmtp.greeting == (220, "mx.example.com LMTP Pigeonnier")
    assert lmtp.extensions == [
        "PIPELINING",
        "SIZE 100000",
        "8BITMIME",
        "ENHANCEDSTATUSCODES",
        "SMTPUTF8",
    ]


def test_lmtp_has_one_reply_for_each_recipient(lmtp, service):
    sent = lmtp.message("eve@sender.test", [ALICE, "unknown@x.test", "later@x.test", BOB], MESSAGE)

    assert [code for code, _ in sent.rcpt] == [250, 550, 250, 250]
    assert sent.end == [(250, "2.0.0 Kept"), (451, "4.3.0 Not now"), (250, "2.0.0 Kept")]
    assert service.engine.given[0].recipients == [ALICE, "later@x.test", BOB]


def test_a_message_arrives_as_it_was_sent_with_its_envelope(lmtp, service):
    lmtp.message("eve@sender.test", [ALICE], MESSAGE)

    (given,) = service.engine.given
    assert given.message == MESSAGE
    assert given.envelope.sender == "eve@sender.test"
    assert (given.envelope.peer, given.envelope.helo) == ("127.0.0.1", "test")
    assert given.envelope.protocol == "LMTP"
    assert re.fullmatch(
        rb"Received: from test \(\[127\.0\.0\.1\]\)\r\n"
        rb"\tby mx\.example\.com with LMTP id [0-9a-f]+;\r\n"
        rb"\t\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\n",
        given.envelope.trace,
    )


def test_recipients_that_were_pipelined_are_looked_up_at_once(lmtp, service):
    lmtp.message("", [f"u{i}@example.com" for i in range(50)], MESSAGE)

    assert [len(asked) for asked in service.engine.asked] == [50]


def test_a_recipient_named_twice_gets_two_replies_and_one_message(lmtp, service):
    sent = lmtp.message("", [ALICE, ALICE], MESSAGE)

    assert sent.end == [(250, "2.0.0 Kept")] * 2
    assert service.engine.given[0].recipients == [ALICE]


def test_several_messages_on_one_connection(lmtp, service):
    for _ in range(3):
        assert lmtp.message("", [ALICE], MESSAGE).end == [(250, "2.0.0 Kept")]

    assert len(service.engine.given) == 3


@pytest.mark.parametrize(
    ("recipients", "code"),
    [
        ([ALICE, BOB], 250),
        ([ALICE, "later@x.test"], 451),
        ([ALICE, "refused@x.test"], 550),
        ([ALICE, "refused@x.test", "later@x.test"], 451),
        (["refused@x.test"], 550),
    ],
)
def test_smtp_says_250_only_when_all_recipients_have_it(smtp, recipients, code):
    (end,) = smtp.message("eve@sender.test", recipients, MESSAGE).end

    assert end[0] == code


def test_smtp_names_who_refused_when_others_did_not(smtp):
    (end,) = smtp.message("", [ALICE, "refused@x.test"], MESSAGE).end

    assert end == (
        550,
        "5.7.1 1 of 2 recipients refused, the others have it: <refused@x.test> Not wanted",
    )


def test_a_thousand_recipients_and_no_more(lmtp, service):
    sent = lmtp.message("", [f"u{i}@example.com" for i in range(1002)], MESSAGE)

    assert [code for code, _ in sent.rcpt] == [250] * 1000 + [452] * 2
    assert sent.rcpt[-1][1].startswith("4.5.3 ")
    assert sent.end == [(250, "2.0.0 Kept")] * 1000


def test_no_accepted_recipient_means_no_data(lmtp):
    sent = lmtp.message("", ["unknown@x.test"], MESSAGE)

    assert sent.data == (503, "5.5.1 No valid recipients")


def test_order_matters(lmtp):
    assert [code for code, _ in lmtp.say(f"RCPT TO:<{ALICE}>", "DATA")] == [503, 503]
    assert [code for code, _ in lmtp.say("MAIL FROM:<>", "MAIL FROM:<>")] == [250, 503]


@pytest.mark.parametrize("word", ["LHLO again", "RSET"])
def test_a_transaction_can_be_given_up(lmtp, word):
    lmtp.say("MAIL FROM:<>", f"RCPT TO:<{ALICE}>")

    assert lmtp.say(word)[0][0] == 250
    assert lmtp.say("DATA")[0][0] == 503
    assert lmtp.say("MAIL FROM:<>")[0][0] == 250


def test_hello_comes_first_and_in_its_own_language(service):
    with Client(service.lmtp, hello=False) as client:
        assert [code for code, _ in client.say("MAIL FROM:<>", "EHLO x", "HELO x")] == [
            503,
            500,
            500,
        ]
    with Client(service.smtp, lmtp=False, hello=False) as client:
        assert [code for code, _ in client.say("MAIL FROM:<>", "LHLO x", "HELO x")] == [
            503,
            500,
            250,
        ]


@pytest.mark.parametrize(
    ("hello", "parameters", "protocol"),
    [("HELO x", (), "SMTP"), ("EHLO x", (), "ESMTP"), ("EHLO x", ("SMTPUTF8",), "UTF8SMTP")],
)
def test_the_trace_names_the_protocol(smtp, service, hello, parameters, protocol):
    smtp.lines(hello)
    smtp.message("", [ALICE], MESSAGE, *parameters)

    (given,) = service.engine.given
    assert given.envelope.protocol == protocol
    assert f" with {protocol} id ".encode() in given.envelope.trace


@pytest.mark.parametrize(
    ("command", "code", "enhanced"),
    [
        ("NOOP", 250, "2.0.0"),
        ("noop ignored", 250, "2.0.0"),
        ("VRFY alice", 252, "2.5.0"),
        ("HELP", 214, "2.0.0"),
        ("AUTH PLAIN", 502, "5.5.1"),
        ("STARTTLS", 502, "5.5.1"),
        ("EXPN list", 502, "5.5.1"),
        ("BDAT 10 LAST", 502, "5.5.1"),
        ("NONSENSE", 500, "5.5.1"),
        ("", 500, "5.5.1"),
        ("__class__", 500, "5.5.1"),
        ("LHLO", 501, "5.5.4"),
        ("LHLO two words", 501, "5.5.4"),
        ("LHLO caf\u00e9", 501, "5.5.4"),
        ("MAIL eve@sender.test", 501, "5.5.2"),
        ("MAIL FROM:eve@sender.test", 501, "5.5.2"),
        ("MAIL TO:<eve@sender.test>", 501, "5.5.2"),
        ("MAIL FROM:<eve@>", 501, "5.1.7"),
        ("MAIL FROM:<a b@c.test>", 501, "5.1.7"),
        ("MAIL FROM:<a@b@c.test>", 501, "5.1.7"),
        ("MAIL FROM:<" + "a" * 65 + "@sender.test>", 501, "5.1.7"),
        ("MAIL FROM:<\u00e9ve@sender.test>", 553, "5.6.7"),
        ("MAIL FROM:<> SIZE=", 501, "5.5.4"),
        ("MAIL FROM:<> SIZE=12x", 501, "5.5.4"),
        ("MAIL FROM:<> BODY=BINARYMIME", 501, "5.5.4"),
        ("MAIL FROM:<> SMTPUTF8=1", 501, "5.5.4"),
        ("MAIL FROM:<> RET=FULL", 555, "5.5.4"),
        ("MAIL FROM:<>SIZE=1", 501, "5.5.2"),
        ("MAIL FROM:<> SIZE=100001", 552, "5.3.4"),
        ("MAIL FROM:<> SIZE=100000 BODY=8BITMIME SMTPUTF8", 250, "2.1.0"),
        ("mail from: <eve@sender.test> body=7bit", 250, "2.1.0"),
        ("MAIL FROM:<@a.test,@b.test:eve@sender.test>", 250, "2.1.0"),
        ("MAIL FROM:<eve@[192.0.2.1]>", 250, "2.1.0"),
    ],
)
def test_each_command_has_its_reply(lmtp, command, code, enhanced):
    (reply,) = lmtp.say(command)

    assert (reply[0], reply[1].split()[0]) == (code, enhanced)
    assert lmtp.say("NOOP")[0][0] == 250


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ('"alice"@example.com', "alice@example.com"),
        ('"a b"@example.com', '"a b"@example.com'),
        ('"a>b"@example.com', '"a>b"@example.com'),
        ("@relay.test:alice@example.com", "alice@example.com"),
        ("postmaster", "postmaster"),
        ("Alice+Tag@Example.COM", "Alice+Tag@Example.COM"),
    ],
)
def test_recipients_are_read_as_they_are_written(lmtp, service, path, address):
    lmtp.say("MAIL FROM:<>", f"RCPT TO:<{path}>")

    assert service.engine.asked == [[address]]


def test_addresses_beyond_ascii_need_smtputf8(lmtp, service):
    without = lmtp.message("", ["\u00e9ric@example.com"], MESSAGE)
    lmtp.say("RSET")
    with_it = lmtp.message(
        "\u00e9ve@sender.test", ["\u00e9ric@b\u00fccher.test"], MESSAGE, "SMTPUTF8"
    )

    assert without.rcpt[0][0] == 553
    assert with_it.end == [(250, "2.0.0 Kept")]
    (given,) = service.engine.given
    assert (given.envelope.sender, given.recipients) == (
        "\u00e9ve@sender.test",
        ["\u00e9ric@b\u00fccher.test"],
    )
    assert given.envelope.smtputf8


def test_pipelined_commands_are_answered_in_order(lmtp):
    replies = lmtp.say(
        "MAIL FROM:<>", f"RCPT TO:<{ALICE}>", "NOOP", "RCPT TO:<unknown@x.test>", "VRFY", "RSET"
    )

    assert [code for code, _ in replies] == [250, 250, 250, 550, 252, 250]


def test_two_messages_in_one_piece(lmtp, service):
    one = f"MAIL FROM:<>\r\nRCPT TO:<{ALICE}>\r\nDATA\r\n".encode() + MESSAGE + b".\r\n"
    lmtp.send(one + one + b"QUIT\r\n")

    assert [lmtp.reply()[0] for _ in range(9)] == [250, 250, 354, 250] * 2 + [221]
    assert len(service.engine.given) == 2


def test_quit_closes(lmtp):
    assert lmtp.say("QUIT") == [(221, "2.0.0 Bye")]
    assert lmtp.is_closed()


def test_a_client_that_only_makes_mistakes_has_to_go(lmtp):
    replies = [lmtp.say("NONSENSE")[0][0] for _ in range(20)]

    assert replies == [500] * 19 + [421]
    assert lmtp.is_closed()


def test_unknown_recipients_are_no_mistakes(lmtp):
    sent = lmtp.message("", ["unknown@x.test"] * 50 + [ALICE], MESSAGE)

    assert sent.end == [(250, "2.0.0 Kept")]


def test_a_web_browser_is_sent_away_before_it_says_more(service):
    with Client(service.smtp, lmtp=False, hello=False) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: x\r\n\r\nMAIL FROM:<>\r\n")

        assert client.reply()[0] == 521
        assert client.is_closed()


def test_what_goes_wrong_in_us_is_for_now_and_tells_nothing(lmtp, service, caplog):
    def fails() -> None:
        raise RuntimeError("secret")

    lmtp.say("MAIL FROM:<>")
    service.engine.before = fails
    looked_up = lmtp.say(f"RCPT TO:<{ALICE}>", f"RCPT TO:<{BOB}>")
    service.engine.before = lambda: None
    lmtp.say(f"RCPT TO:<{ALICE}>", f"RCPT TO:<{BOB}>", "DATA")
    service.engine.before = fails
    lmtp.send(MESSAGE + b".\r\n")
    delivered = [lmtp.reply(), lmtp.reply()]

    for code, text in [*looked_up, *delivered]:
        assert code == 451
        reference = re.fullmatch(r"4\.3\.0 Something went wrong here, reference (\w+)", text)
        assert reference is not None
        assert reference[1] in caplog.text
    assert lmtp.say("NOOP")[0][0] == 250


def test_each_message_is_one_line_of_the_log(lmtp, caplog):
    caplog.set_level("INFO", "delivery")
    lmtp.message("eve@sender.test", [ALICE, BOB, "later@x.test"], MESSAGE)

    (line,) = [r.getMessage() for r in caplog.records]
    head, told = line.split(" ms: ")
    assert re.fullmatch(rf"[0-9a-f]+: from <eve@sender\.test>, {len(MESSAGE)} octets, \d+", head)
    assert told == (f"to <{ALICE}>, <{BOB}>: 250 2.0.0 Kept; to <later@x.test>: 451 4.3.0 Not now")


def test_of_many_recipients_the_log_names_a_few(lmtp, caplog):
    caplog.set_level("INFO", "delivery")
    lmtp.message("eve@sender.test", [f"{number}@x.test" for number in range(8)], MESSAGE)

    (line,) = [r.getMessage() for r in caplog.records]
    assert line.endswith(
        "to <0@x.test>, <1@x.test>, <2@x.test>, <3@x.test>, <4@x.test> and 3 more: 250 2.0.0 Kept"
    )


def test_one_connection_too_many_is_told_so(service: Service):
    clients = [Client(service.lmtp, hello=False) for _ in range(200)]
    with Client(service.lmtp, hello=False) as further:
        assert further.greeting == (421, "4.3.2 Too many connections, try again later")
    for client in clients:
        client.__exit__(None, None, None)


def test_a_machine_that_is_not_named_is_told_so():
    with (
        serving(Recorder(), Limits(), [IPv4Network("10.0.0.0/8")]) as service,
        Client(service.lmtp, hello=False) as stranger,
    ):
        said = "5.7.1 This service takes mail from machines that are named to it"
        assert stranger.greeting == (554, said)
