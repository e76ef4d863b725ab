"""A mail host whose parts have machines of their own: “Several machines” in docs/install.md."""

from __future__ import annotations

import imaplib
import re
import smtplib
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from urllib.parse import urlencode

import pytest

from mailhost.ports import is_open
from tests.mailhost.by_https import ask
from tests.mailhost.network import OUTSIDE, left_out
from tests.mailhost.several_machines import (
    ADDRESSES,
    ALICE,
    DELIVERY_PASSWORD,
    DOVECOT,
    FIRST,
    MAIL,
    PANEL,
    SECOND,
    SeveralMachines,
)
from tests.mailhost.whole_host import eventually, needs_whole_host
from tests.make import PASSWORD

pytestmark = [*needs_whole_host, pytest.mark.skipif(bool(left_out()), reason=left_out())]

AWAY, MOVER, LEAVER = "away@host.example", "mover@host.example", "leaver@host.example"
CAST = f"""
make_account({ALICE!r})
away = make_account({AWAY!r})
make_mailbox(away, enabled=False)
make_redirect(away, "away@far.example")
make_spam_filter(make_account({MOVER!r}))
make_account({LEAVER!r})
"""
SENT_ON = r"SRS0=[\w+/-]{4}=[A-Z2-7]{2}=far\.example=sender@srs\.mx\.host\.example"


@pytest.fixture(scope="module")
def hosts() -> Iterator[SeveralMachines]:
    hosts = SeveralMachines()
    try:
        hosts.start()
        hosts.do(CAST)
        yield hosts
    finally:
        hosts.remove()


def test_mail_goes_by_each_delivery_service_in_turn_into_dovecot(hosts):
    ways: set[str] = set()

    def all_were_gone() -> bool:
        """Turns are taken at random: a hundred of one alone do not happen."""
        subject = f"Message {(turn := next(number))}"
        # Where mail for an address goes is asked once in half a minute.
        sent = hosts.send(ALICE.replace("@", f"+{turn}@"), subject)
        read = hosts.by_imap(ALICE, subject)
        assert read.endswith(sent)
        ways.update(re.findall(r"by (\w+)\.host\.example", read.decode()))
        return {FIRST, SECOND} <= ways

    number = count()
    assert eventually(all_were_gone, 60), hosts.said()


def test_what_is_sent_on_leaves_by_postfix_under_a_sender_of_ours(hosts):
    sent = hosts.send(AWAY, "Sent on")

    taken = hosts.went_out("Sent on")

    assert re.fullmatch(SENT_ON, taken.sender)
    assert taken.targets == ("away@far.example",)
    assert taken.message.endswith(sent)


def test_an_owner_sends_by_postfix_where_passwords_and_limits_are_asked_beside_it(hosts):
    assert hosts.submit(ALICE, "By submission", PASSWORD) == "sent"
    assert hosts.went_out("By submission").sender == ALICE
    assert hosts.submit(ALICE, "With another", "another password") == 535
    # Who may enter every mailbox may not send as everybody.
    assert hosts.submit(f"{ALICE}*panel", "As the panel", hosts.secret("MASTER_PASSWORD")) == 535


@pytest.mark.parametrize(("password", "status"), [(PASSWORD, 302), ("another password", 401)])
def test_the_webmail_reads_on_the_other_machine(hosts, password, status):
    name = "webmail.host.example"
    with hosts.network.inside(PANEL):
        _status, fields, page = ask(443, "/", name=name)
        token = re.search(r'name="_token" value="([^"]+)"', page)
        form = {"_task": "login", "_action": "login", "_user": ALICE, "_pass": password}
        given = {
            "Cookie": fields["Set-Cookie"].partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({**form, "_token": token[1]})
        answer = ask(443, "/?_task=login", name=name, body=body, fields=given)

    assert answer[0] == status, hosts.said()


@pytest.mark.parametrize("port", [2526, 2527])
def test_no_other_machine_hands_in_what_leaves_whatever_it_knows(hosts, port):
    secret = DELIVERY_PASSWORD

    assert hand_in(hosts, OUTSIDE, port, secret) == "connecting: 554"
    assert hand_in(hosts, FIRST, port, "") == "sending: 554"
    assert hand_in(hosts, FIRST, port, secret) == "taken"


def hand_in(hosts: SeveralMachines, machine: str, port: int, secret: str) -> str:
    """What becomes of a message that a machine wants to have sent to elsewhere."""
    try:
        with hosts.network.inside(machine), smtplib.SMTP(ADDRESSES[MAIL], port) as server:
            if secret:
                server.login("delivery", secret)
            server.sendmail(ALICE, ["someone@far.example"], b"Subject: Handed in\r\n\r\n")
    except smtplib.SMTPConnectError as error:
        return f"connecting: {error.smtp_code}"
    except smtplib.SMTPSenderRefused as error:
        return f"sending: {error.smtp_code}"
    return "taken"


@pytest.mark.parametrize(
    ("server", "port", "client", "reply"),
    [
        (DOVECOT, 2425, FIRST, 250),
        (DOVECOT, 2425, OUTSIDE, 550),
        (SECOND, 2424, MAIL, 250),
        (SECOND, 2424, OUTSIDE, 554),
        (SECOND, 2424, DOVECOT, 554),
    ],
)
def test_lmtp_is_for_the_machine_that_comes_before(hosts, server, port, client, reply):
    with hosts.network.inside(client):
        try:
            with smtplib.LMTP(ADDRESSES[server], port) as lmtp:
                lmtp.ehlo()
                lmtp.mail("sender@far.example")
                code = lmtp.rcpt(ALICE)[0]
        except smtplib.SMTPConnectError as error:
            code = error.smtp_code

    assert code == reply


@pytest.mark.parametrize(("machine", "port"), [(MAIL, 2101), (MAIL, 2428), (MAIL, 2891)])
def test_what_nobody_needs_from_elsewhere_is_on_loopback(hosts, machine, port):
    with hosts.network.inside(FIRST):
        assert not is_open(ADDRESSES[machine], port)
    with hosts.network.inside(machine):
        assert is_open("127.0.0.1", port)


def test_the_scanners_answer_the_machines_that_are_named(hosts):
    def said(machine: str) -> bytes:
        with (
            hosts.network.inside(machine),
            socket.create_connection((ADDRESSES[MAIL], 2783), timeout=20) as spamd,
            suppress(ConnectionError),
        ):
            spamd.sendall(b"PING SPAMC/1.5\r\n\r\n")
            return spamd.recv(100)
        return b""

    assert said(FIRST) == b"SPAMD/1.5 0 PONG\r\n"
    assert said(OUTSIDE) == b""


def test_the_panel_ends_connections_on_the_other_machine(hosts):
    with hosts.imap(LEAVER) as leaver:
        assert not is_over(leaver)
        hosts.do(f"suspend_accounts(accounts=[MailAccount.objects.get(address={LEAVER!r})])")
        assert eventually(lambda: is_over(leaver))


def is_over(server: imaplib.IMAP4) -> bool:
    try:
        server.noop()
    except (imaplib.IMAP4.abort, OSError):
        return True
    return False


def test_what_is_moved_into_junk_is_learned_by_the_other_machine(hosts):
    def learned() -> bool:
        with hosts.imap(MOVER) as mover:
            mover.select("Junk")
            return mover.search(None, "KEYWORD", "PigeonnierSpam")[1][0] == b"1"

    with hosts.imap(MOVER) as mover:
        mover.append("INBOX", "", None, b"Subject: lucky\r\nMessage-ID: <1@x.test>\r\n\r\nwin\r\n")
        mover.select("INBOX")
        mover._simple_command("MOVE", "1", "Junk")

    assert eventually(learned), hosts.said()


def test_nobody_takes_the_scanners_for_silent(hosts):
    hosts.do("from spamfilter.models import Outage; assert not Outage.objects.exists()")


@pytest.mark.parametrize("name", [PANEL, MAIL, DOVECOT])
def test_status_speaks_of_what_is_on_the_machine(hosts, name):
    told = hosts.machines[name].call("mailhost", "--production", "--status")

    assert told.returncode == 0, told.stdout
    found = {part for part in ("HTTPS", "SRS0", "IMAP") if part in told.stdout}
    assert found == {{PANEL: "HTTPS", MAIL: "SRS0", DOVECOT: "IMAP"}[name]}


def test_one_delivery_service_stands_in_for_the_other(hosts):
    hosts.machines[FIRST].stop()

    for number in range(4):
        subject = f"By the other {number}"
        hosts.send(ALICE.replace("@", f"+other{number}@"), subject)
        assert f"by {SECOND}.host.example" in hosts.by_imap(ALICE, subject).decode()
