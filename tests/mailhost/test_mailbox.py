"""Quota, switching off, and what mail programs are told, on the real servers.

Proves G20, G21, G22 and G23 on Postfix and Dovecot.
"""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen
from xml.etree.ElementTree import fromstring

import pytest

from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host
from tests.make import PASSWORD

pytestmark = needs_whole_host

NEARLY_A_MB = 1_048_500
CAST = """
for name in ("full", "late", "off", "suspended", "changing", "programs", "sorted"):
    account = make_account(f"{name}@host.example")
    if name in ("full", "late"):
        account.mailbox.quota = 1
        account.mailbox.save()
"""
FILL = """
from mailaccounts.store import mail_store
mail_store().deliver("{address}", b"Subject: Big\\r\\n\\r\\n" + b"x" * {octets}, key="{address}")
"""
KEEP = """
from mailaccounts.store import mail_store
for name in ("b", "a"):
    content = f"From: {{name}}@far.example\\r\\nSubject: {{name}}\\r\\n\\r\\nx\\r\\n"
    mail_store().deliver("{address}", content.encode(), key=name)
"""
EMPTY = """
from mailaccounts.store import mail_store
mail_store().delete_all("{address}")
"""


@contextmanager
def idling(host: WholeHost, login: str) -> Iterator[imaplib.IMAP4]:
    """A mail program that waits for new mail."""
    program = imaplib.IMAP4("127.0.0.1", host.ports["IMAP_PORT"], timeout=5)
    program.starttls(host.trusting())
    program.login(login, PASSWORD)
    program.select("INBOX")
    program.send(b"x IDLE\r\n")
    assert program.readline().startswith(b"+")
    yield program
    program.shutdown()


@contextmanager
def by_pop3(host: WholeHost, login: str) -> Iterator[poplib.POP3]:
    """A mail program that fetches mail."""
    program = poplib.POP3("127.0.0.1", host.ports["POP3_PORT"], timeout=5)
    program.stls(host.trusting())
    program.user(login)
    program.pass_(PASSWORD)
    yield program
    program.close()


def is_let_go(program: imaplib.IMAP4) -> bool:
    """Whether the server hangs up; it is waited for no longer than for any answer."""
    try:
        while program.readline():
            pass
    except TimeoutError:
        return False
    return True


def test_mail_waits_for_room_in_a_full_mailbox(host):
    host.do(FILL.format(address="full@host.example", octets=NEARLY_A_MB))

    host.send("full@host.example", "Waiting")
    assert eventually(lambda: "452 4.2.2" in host.postfix("postqueue", "-p"))
    host.do(EMPTY.format(address="full@host.example"))
    host.postfix("postqueue", "-f")

    assert b"Subject: Waiting" in host.by_imap("full@host.example", "Waiting")


def test_mail_that_has_waited_too_long_goes_back_to_its_sender(host):
    host.do(FILL.format(address="late@host.example", octets=NEARLY_A_MB))
    host.postfix("postconf", "-e", "maximal_queue_lifetime = 0")
    host.postfix("postfix", "reload")

    host.send("late@host.example", "Too late")

    assert eventually(lambda: any(b"4.2.2" in taken.message for taken in host.sink.taken))
    (bounce,) = [taken for taken in host.sink.taken if b"4.2.2" in taken.message]
    assert (bounce.sender, bounce.targets) == ("", ("sender@far.example",))
    host.postfix("postconf", "-X", "maximal_queue_lifetime")
    host.postfix("postfix", "reload")


def test_a_mail_program_cannot_fill_it_further_either(host):
    with host.imap("late@host.example") as program:
        kind, said = program.append("INBOX", "", "", b"Subject: More\r\n\r\n" + b"x" * 2000)

    assert (kind, said[0].split()[0]) == ("NO", b"[OVERQUOTA]")


def test_a_folder_is_sorted_without_reading_its_messages(host):
    """Sender and subject are in Dovecot's cache as soon as a message is kept."""
    address = "sorted@host.example"
    host.do(KEEP.format(address=address))
    files = list(host.folder.rglob("host.example/sorted/Maildir/new/*"))
    assert len(files) == 2
    for file in files:
        file.write_bytes(file.read_bytes().replace(b": b", b": 0"))

    with host.imap(address) as server:
        orders = {by: server.sort(f"({by})", "UTF-8", "ALL")[1] for by in ("SUBJECT", "FROM")}

    assert orders == {"SUBJECT": [b"2 1"], "FROM": [b"2 1"]}


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("off", "switch_mailbox_off(account=account)"),
        ("suspended", "suspend_accounts(accounts=[account])"),
        ("changing", "change_password(account=account, password='another battery staple')"),
    ],
)
def test_who_may_no_longer_read_is_let_go_at_once(host, name, deed):
    login = f"{name}@host.example"
    find = (
        f"from mailaccounts.models import *\naccount = MailAccount.objects.get(address='{login}')"
    )

    with (
        idling(host, login) as program,
        idling(host, "programs@host.example") as other,
        by_pop3(host, login) as fetching,
    ):
        host.do(f"from mailaccounts.models import *\n{find}\n{deed}")

        assert is_let_go(program)
        assert fetching.file.read().startswith(b"-ERR [SYS/TEMP]")  # and its end
        other.send(b"DONE\r\n")
        assert other.readline().startswith(b"x OK")
    assert not host.may_read(login)


def test_the_documents_lead_to_servers_that_let_the_owner_in(host):
    address = "programs@host.example"
    asked = Request(
        f"https://127.0.0.1:{host.ports['PANEL_PORT']}/mail/config-v1.1.xml",
        headers={"Host": "autoconfig.host.example"},
    )
    with urlopen(asked, context=host.trusting()) as answer:  # noqa: S310 - it is ours
        provider = fromstring(answer.read()).find("emailProvider")  # noqa: S314 - our own

    doors = {s.get("type"): s for s in provider if s.tag in ("incomingServer", "outgoingServer")}
    assert {s.findtext("hostname") for s in doors.values()} == {"mx.host.example"}
    assert {s.findtext("socketType") for s in doors.values()} == {"SSL"}
    port = {kind: int(server.findtext("port")) for kind, server in doors.items()}
    imap = imaplib.IMAP4_SSL("127.0.0.1", port["imap"], ssl_context=host.trusting())
    assert imap.login(address, PASSWORD)[0] == "OK"
    imap.logout()
    pop3 = poplib.POP3_SSL("127.0.0.1", port["pop3"], context=host.trusting())
    pop3.user(address)
    assert pop3.pass_(PASSWORD).startswith(b"+OK")
    pop3.quit()
    with smtplib.SMTP_SSL("127.0.0.1", port["smtp"], context=host.trusting()) as smtp:
        assert smtp.login(address, PASSWORD)[0] == 235


def test_the_profile_is_signed_with_the_hosts_certificate(host, tmp_path):
    url = (
        f"https://127.0.0.1:{host.ports['PANEL_PORT']}/mail-programs/apple.mobileconfig"
        "?email=programs%40host.example"
    )
    with urlopen(Request(url, headers={"Host": "localhost"}), context=host.trusting()) as answer:
        (tmp_path / "signed").write_bytes(answer.read())

    checked = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-in", tmp_path / "signed"),
            *("-CAfile", host.folder / "var/tls/certificate.pem", "-purpose", "any"),
        ],
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert b"<string>mx.host.example</string>" in checked.stdout
