"""Spam and viruses on their way through the whole mail host. Proves G26, G29, G33, G34."""

from __future__ import annotations

import smtplib

from tests.clamd import EICAR, FOUND
from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host
from tests.spamfilter.fakes import GTUBE

pytestmark = needs_whole_host

# By default, into Junk with a redirect, and deleted.
MARKED, JUNK, DELETED = (f"{name}@host.example" for name in ("marked", "junk", "deleted"))
CAST = f"""
make_spam_filter(make_account({MARKED!r}))
junk = make_account({JUNK!r})
make_spam_filter(junk, folder="junk", marker="☢ Pourriel", alert_text="Méfiance")
make_antivirus(junk)
make_redirect(junk, "junk@far.example")
make_spam_filter(make_account({DELETED!r}), action="delete")
"""


def send(host: WholeHost, subject: str, text: bytes, *recipients: str) -> None:
    head = f"From: sender@far.example\r\nSubject: {subject}\r\n\r\n".encode()
    with smtplib.SMTP("127.0.0.1", host.ports["SMTP_PORT"]) as server:
        server.sendmail("sender@far.example", recipients, head + text + b"\r\n")


def subjects(host: WholeHost, login: str, folder: str) -> list[bytes]:
    with host.imap(login) as owner:
        owner.select(folder)
        numbers = owner.search(None, "ALL")[1][0].split()
        what = "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"
        return [owner.fetch(n.decode(), what)[1][0][1].strip() for n in numbers]


def test_spam_is_marked_put_into_junk_or_gone_as_each_owner_wants(host):
    send(host, "Win now", GTUBE, MARKED, JUNK, DELETED)
    send(host, "Afterwards", b"Hello", DELETED, JUNK)

    copy = host.by_imap(MARKED, "Win now")
    assert b"\r\nSubject: *****SPAM***** Win now\r\n" in copy
    assert b"X-Spam-Flag: YES\r\n" in copy
    assert eventually(lambda: bool(subjects(host, JUNK, "Junk"))), host.said()
    marked = b"Subject: =?utf-8?b?4piiIFBvdXJyaWVs?= Win now"
    assert subjects(host, JUNK, "Junk") == [marked]
    assert host.by_imap(DELETED, "Afterwards")
    assert subjects(host, DELETED, "INBOX") == [b"Subject: Afterwards"]
    assert host.went_out("Afterwards").targets == ("junk@far.example",)
    assert not any(b"Win now" in taken.message for taken in host.sink.taken)


def test_a_virus_reaches_nobody_and_its_owner_is_told(host):
    send(host, "Invoice", EICAR, JUNK)

    notice = host.by_imap(JUNK, "carried a virus")
    assert FOUND.encode() in notice
    assert b"Subject: Invoice" not in b"".join(subjects(host, JUNK, "INBOX"))
    assert not any(b"Invoice" in taken.message for taken in host.sink.taken)
