"""Answers on the real servers: signed, clean, in their thread, and never one too many.

Proves G41, G45 and B4 on Postfix, Dovecot, opendkim, postsrsd and spamd.
"""

from __future__ import annotations

import email
import re
import smtplib
import socket
import time
from email.message import EmailMessage
from email.policy import default

import pytest

from delivery.message import Message
from tests.mailhost.test_sending import is_signed, published
from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host
from tests.make import PASSWORD

pytestmark = needs_whole_host

ALL_BYTES = bytes(range(256)) * 400
NAME = "Prix d’été – café crème.pdf"
HTML = "<h1>Bonjour</h1><p>Je suis <b>absente</b> jusqu’au 6 décembre.</p>"
CAST = f"""
make_account("asker@host.example")
for name in ("anne", "ben"):
    make_autoresponder(make_account(name + "@host.example"), "Away " + name, text="Away: " + name)
clara = make_account("clara@host.example")
make_alias(clara, "info@host.example")
html = dict(text={HTML!r}, format="html")
prices = make_autoresponder(clara, "Prices", subject="Prix : {{subject}}", **html)
file = add_attachment(service=clara.auto_reply, name={NAME!r}, octets=bytes(range(256)) * 400)
prices.attachments.set([file])
sent_on = make_account("moved@host.example")
make_mailbox(sent_on, enabled=False)
make_redirect(sent_on, "anne@host.example")
make_autoresponder(make_account("gone@host.example"), "Gone")
make_mailbox(MailAccount.objects.get(address="gone@host.example"), enabled=False)
make_signing_keys()
"""


def hand_in(host: WholeHost, sender: str, recipient: str, fields: str) -> None:
    """A letter from outside."""
    with smtplib.SMTP("127.0.0.1", host.ports["SMTP_PORT"]) as server:
        message = f"{fields.strip()}\n\nHello!\n".replace("\n", "\r\n")
        server.sendmail(sender, [recipient], message)


def answer_to(host: WholeHost, message_id: str) -> bytes:
    """The answer in this thread, as it left."""

    def found() -> list[bytes]:
        line = f"In-Reply-To: {message_id}\r\n".encode()
        return [taken.message for taken in host.sink.taken if line in taken.message]

    assert eventually(lambda: bool(found())), host.said()
    (answer,) = found()
    return answer


def subjects(host: WholeHost, login: str) -> list[str]:
    """What is in somebody's mailbox."""
    with host.imap(login) as server:
        numbers = server.search(None, "ALL")[1][0].split()
        every = [server.fetch(number.decode(), "(RFC822)")[1][0][1] for number in numbers]
    return sorted(Message(octets).subject for octets in every)


def records(host: WholeHost, address: str) -> list[list[str]]:
    """What the message log says was done with each message for the address."""
    code = (
        "from delivery.models import DeliveryRecord\nprint()\n"
        f"mine = DeliveryRecord.objects.filter(account__address='{address}')\n"
        "for record in mine.order_by('received'):"
        " print('record', *(a['name'] + str(a['done']) for a in record.actions))"
    )
    told = host.call("shell", "--no-imports", "-c", code, var="var/mailhost/panel").stdout
    return [line.split()[1:] for line in told.splitlines() if line.startswith("record")]


def settled(host: WholeHost) -> None:
    """Until nothing has moved for a while: what would go round in circles would be seen."""
    seen = -1
    while seen != (seen := host.said().count("status=sent")):
        time.sleep(2)


def test_two_that_face_each_other_end_after_one_answer(host):
    host.submit("ben@host.example", "ben@host.example", "anne@host.example", "Facing", PASSWORD)

    answer = host.by_imap("ben@host.example", "Re: Facing")
    settled(host)

    assert email.message_from_bytes(answer)["Return-Path"] == "<>"
    assert subjects(host, "anne@host.example") == ["Facing"]
    assert subjects(host, "ben@host.example") == ["Re: Facing"]
    assert (records(host, "anne@host.example"), records(host, "ben@host.example")) == (
        [["keep1", "answer1"]],
        [["keep1", "unanswered0"]],
    )


def test_one_that_writes_to_itself_gets_no_answer(host):
    gone = "gone@host.example"
    host.submit(gone, gone, gone, "To myself", PASSWORD)

    assert eventually(lambda: bool(records(host, gone))), host.said()
    settled(host)

    assert records(host, gone) == [["unanswered0", "delete1"]]


def test_an_account_without_a_mailbox_answers(host):
    fields = (
        "From: a@far.example\nTo: gone@host.example\nSubject: x\nMessage-ID: <gone@far.example>"
    )
    hand_in(host, "a@far.example", "gone@host.example", fields)

    assert b"I am away." in answer_to(host, "<gone@far.example>")


@pytest.fixture(scope="module")
def answer(host) -> bytes:
    """The answer to a letter to an alias: HTML with an attached file."""
    hand_in(
        host,
        "carol@far.example",
        "info@host.example",
        """
From: Carol <carol@far.example>
To: Info <info@host.example>
Subject: =?utf-8?q?Une_question_d=27=C3=A9t=C3=A9?=
Message-ID: <q1@far.example>
References: <q0@far.example>""",
    )
    return answer_to(host, "<q1@far.example>")


def test_an_answer_is_signed_and_in_its_thread(host, answer):
    message = email.message_from_bytes(answer, policy=default)

    assert is_signed(answer, published(host, "host.example"))
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Auto-Submitted")} == {
        "From": "info@host.example",
        "To": "carol@far.example",
        "Subject": "Prix : Une question d'été",
        "Auto-Submitted": "auto-replied",
    }
    assert re.split(r"\s+", message["References"]) == ["<q0@far.example>", "<q1@far.example>"]
    (taken,) = [taken for taken in host.sink.taken if taken.message == answer]
    assert (taken.sender, taken.targets) == ("", ("carol@far.example",))


def test_an_answer_stands_below_its_letter_as_the_webmail_threads_them(host):
    """Roundcube shows what Dovecot says of threads (RFC 5256, REFS)."""
    asker = "asker@host.example"
    fields = f"""
From: Asker <{asker}>
To: Info <info@host.example>
Cc: Asker <{asker}>
Subject: Opening hours
Message-ID: <hours@host.example>"""
    hand_in(host, asker, asker, fields)
    host.by_imap(asker, "Opening hours")
    hand_in(host, asker, "info@host.example", fields)
    host.by_imap(asker, "Prix : Opening hours")

    with host.imap(asker) as server:
        assert server.thread("REFS", "UTF-8", "ALL")[1] == [b"(1 2)"]


def test_attached_files_arrive_byte_for_byte(answer):
    message = email.message_from_bytes(answer, policy=default)
    assert isinstance(message, EmailMessage)

    (file,) = message.iter_attachments()

    assert (file.get_filename(), file.get_payload(decode=True)) == (NAME, ALL_BYTES)
    assert "Je suis absente jusqu’au 6 décembre." in message.get_body(("plain",)).get_content()
    assert [part.defects for part in message.walk()] == [[]] * 5


def test_spamassassin_has_nothing_against_it(host, answer):
    """As it is seen by the correspondent's host, whose spamd this could be."""
    # Not of the ranges for documentation, which SpamAssassin takes for forged.
    hop = b"Received: from mx.host.example (mx.host.example [93.184.216.34]) by mx.far.example\r\n"
    message = hop + answer
    with socket.create_connection(("127.0.0.1", host.ports["SPAMD_PORT"])) as link:
        head = f"SYMBOLS SPAMC/1.5\r\nContent-length: {len(message)}\r\n\r\n"
        link.sendall(head.encode() + message)
        link.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: link.recv(65536), b"")).decode()

    points = re.search(r"Spam: \w+ ; (-?[\d.]+) /", said)
    assert points, said
    assert float(points[1]) < 1, said


def test_what_was_sent_on_to_here_is_answered_to_who_wrote_it(host):
    """The sender in the envelope is one that this host has made itself."""
    fields = """
From: Dave <dave@far.example>
To: moved@host.example
Cc: anne@host.example
Subject: Sent on
Message-ID: <srs@far.example>"""
    hand_in(host, "dave@far.example", "moved@host.example", fields)

    answer = answer_to(host, "<srs@far.example>")

    assert email.message_from_bytes(answer)["To"] == "<dave@far.example>"
