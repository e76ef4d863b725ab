"""What leaves a mail host: sent on under a sender of ours, or signed and sent by an owner.

Proves G34 and G35 on the real servers.
"""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage
from itertools import count

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host
from tests.make import PASSWORD

pytestmark = needs_whole_host

CAST = """
alice = make_account("alice@host.example")
away = make_account("away@host.example")
make_mailbox(away, enabled=False)
make_redirect(away, "away@else.example")
make_signing_keys()
few = make_plan("Few")
Plan.objects.filter(pk=few.pk).update(messages_per_hour=2)
make_account("chatty@host.example", plan=few)
"""
SIGNING_TABLE = "var/mailhost/opendkim/keys/signing-table"
OF_FAR = r"SRS0=[\w+/-]{4}=[A-Z2-7]{2}=far\.example=sender@srs\.mx\.host\.example"


def hand_in(host: WholeHost, sender: str, recipient: str, message: bytes) -> None:
    """Mail from outside, exactly as it stands."""
    with smtplib.SMTP("127.0.0.1", host.ports["SMTP_PORT"]) as server:
        server.sendmail(sender, [recipient], message)


def new_key() -> tuple[bytes, bytes]:
    """A private key as PEM, and the record that publishes it."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


def is_signed(message: bytes, records: dict[bytes, bytes]) -> bool:
    """Whether its first signature is good; `records` is the DNS."""
    return dkim.verify(message, dnsfunc=lambda name, timeout=5: records.get(name))


@pytest.mark.parametrize("canonical", [b"relaxed", b"simple"])
def test_what_is_sent_on_keeps_its_own_signature(host, canonical):
    private, record = new_key()
    subject = f"Signed {canonical.decode()}"
    letter = (
        f"From: Sender <sender@far.example>\r\nTo: away@host.example\r\nSubject: {subject}\r\n"
        "\r\n.Dots, trailing blanks  \r\n\r\nand an empty line.\r\n\r\n"
    ).encode()
    way = (canonical, canonical)
    signed = dkim.sign(letter, b"s1", b"far.example", private, canonicalize=way) + letter

    hand_in(host, "sender@far.example", "away@host.example", signed)

    taken = host.went_out(subject)
    assert taken.message.endswith(signed)
    assert is_signed(taken.message, {b"s1._domainkey.far.example.": record})


def test_what_is_sent_on_bounces_to_its_first_sender(host):
    host.send("away@host.example", "Sent on")
    sent_on = host.went_out("Sent on")
    assert re.fullmatch(OF_FAR, sent_on.sender)
    assert sent_on.targets == ("away@else.example",)

    bounce = b"From: <>\r\nSubject: Undelivered\r\n\r\nNo such user\r\n"
    hand_in(host, "", sent_on.sender, bounce)

    returned = host.went_out("Undelivered")
    assert (returned.sender, returned.targets) == ("", ("sender@far.example",))


def test_nobody_relays_through_a_forged_sender(host):
    host.send("away@host.example", "To be forged")
    good = host.went_out("To be forged").sender
    replies = {}
    with smtplib.SMTP("127.0.0.1", host.ports["SMTP_PORT"]) as server:
        server.ehlo()
        server.mail("")
        for forged in (
            good.replace("=far.example=", "=victim.example="),
            good.replace("SRS0=", "SRS0=x"),
            "somebody@srs.mx.host.example",
        ):
            replies[forged] = server.rcpt(forged)[0]
        assert server.rcpt(good)[0] == 250

    assert set(replies.values()) == {550}


def test_an_owner_whose_mail_is_sent_on_stays_its_sender(host):
    alice = "alice@host.example"
    host.submit(alice, alice, "away@host.example", "From next door", PASSWORD)

    assert host.went_out("From next door").sender == alice


@pytest.mark.parametrize("port", ["REINJECTION_PORT", "ANSWER_PORT"])
def test_only_the_delivery_service_hands_in_what_leaves(host, port):
    with smtplib.SMTP("127.0.0.1", host.ports[port]) as server:
        server.ehlo()
        assert server.mail("alice@host.example")[0] == 554
        server.login("alice@host.example", PASSWORD)
        assert server.mail("alice@host.example")[0] == 554


def published(host: WholeHost, *domains: str) -> dict[bytes, bytes]:
    """The records of the domains' keys, as staff are told them."""
    code = "from mailaccounts.models import SigningKey\nprint()\n"
    code += "for key in SigningKey.objects.all(): print(key, key.record(), sep='\t')"
    told = host.call("shell", "--no-imports", "-c", code, var="var/mailhost/panel").stdout
    rows = [line.split("\t") for line in told.splitlines() if "\t" in line]
    ours = tuple(f"._domainkey.{domain}" for domain in domains)
    return {f"{name}.".encode(): text.encode() for name, text in rows if name.endswith(ours)}


def test_what_an_owner_sends_is_signed(host):
    alice = "alice@host.example"
    host.submit(alice, alice, "friend@far.example", "Signed here", PASSWORD)

    taken = host.went_out("Signed here")

    assert is_signed(taken.message, published(host, "host.example"))


def test_a_new_domain_signs_at_once(host):
    host.do("make_account('carol@new.example')\nmake_signing_keys()")
    carol = "carol@new.example"
    assert eventually(lambda: "new.example" in (host.folder / SIGNING_TABLE).read_text(), 3)

    host.submit(carol, carol, "friend@far.example", "Signed anew", PASSWORD)

    assert is_signed(host.went_out("Signed anew").message, published(host, "new.example"))


RENEW = """
from django.utils import timezone
from mailaccounts.key_renewal import *
domain = Domain.objects.get(name="host.example")
"""


def selector_of(host: WholeHost, subject: str) -> str:
    """With which key it is signed that an owner sends now; the signature is good."""
    alice = "alice@host.example"
    host.submit(alice, alice, "friend@far.example", subject, PASSWORD)
    message = host.went_out(subject).message
    assert is_signed(message, published(host, "host.example"))
    return re.findall(rb"[;\s]s=([a-z0-9]+);", message)[0].decode()


def test_a_renewed_key_signs_once_it_is_published_and_the_old_one_verifies_on(host):
    host.do(f"{RENEW}make_coming_key(domain=domain, now=timezone.now())")
    assert selector_of(host, "Before the switch") == "pigeonnier"

    host.do(f"{RENEW}switch_key(key=domain.signing_keys.coming().get(), now=timezone.now())")
    numbers = count()
    assert eventually(lambda: selector_of(host, f"Switched {next(numbers)}") != "pigeonnier")

    before = host.went_out("Before the switch").message
    assert is_signed(before, published(host, "host.example"))
    assert selector_of(host, "After the switch").startswith("pigeonnier20")


def test_nobody_has_mail_signed_as_another_domain(host):
    alice = "alice@host.example"
    message = EmailMessage()
    message["From"], message["To"] = "carol@new.example", "friend@far.example"
    message["Subject"] = "Not of mine"
    message.set_content("Hello!\n")
    with smtplib.SMTP("127.0.0.1", host.ports["SUBMISSION_PORT"]) as server:
        server.starttls(context=host.trusting())
        server.login(alice, PASSWORD)
        server.send_message(message, from_addr=alice)

    taken = host.went_out("Not of mine")
    assert b"d=new.example" not in taken.message


def test_a_message_without_a_sender_could_be_anybodys(host):
    with smtplib.SMTP("127.0.0.1", host.ports["SUBMISSION_PORT"]) as server:
        server.starttls(context=host.trusting())
        server.login("alice@host.example", PASSWORD)
        server.mail("")
        assert server.rcpt("friend@far.example") == (
            550,
            b"5.7.1 <>: Sender address rejected: Send with an address of your own",
        )


def test_an_answer_is_signed_as_of_its_account(host):
    host.do(
        "from delivery.relay import answer_relay\n"
        "text = b'From: alice@host.example\\r\\nSubject: Away\\r\\n\\r\\nI am away.\\r\\n'\n"
        "answer_relay().send('', ['friend@far.example'], [text], smtputf8=False)"
    )

    taken = host.went_out("Away")

    assert taken.sender == ""
    assert is_signed(taken.message, published(host, "host.example"))


def test_an_account_sends_as_much_as_its_plan_allows(host):
    chatty = "chatty@host.example"
    for number in (1, 2):
        host.submit(chatty, chatty, "friend@far.example", f"Chat {number}", PASSWORD)

    with pytest.raises(smtplib.SMTPDataError) as refused:
        host.submit(chatty, chatty, "friend@far.example", "Chat 3", PASSWORD)

    assert refused.value.smtp_code == 450
    assert b"4.7.1" in refused.value.smtp_error
    assert b"(messages an hour: 2, recipients: 500); more from " in refused.value.smtp_error
    assert host.went_out("Chat 2")
    assert "chatty@host.example has sent what it may" in host.said()
