"""The real servers as one host, all obeying PostgreSQL.

Proves G20, G21, G34, G35 and G36 on Postfix and Dovecot.
"""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import time
from contextlib import ExitStack

import psycopg2
import pytest

from mailhost import environment
from mailhost.supervisor import STOP_SECONDS
from tests.mailhost.whole_host import (
    PATIENCE,
    WholeHost,
    descendants,
    eventually,
    is_alive,
    needs_whole_host,
)
from tests.make import PASSWORD

pytestmark = needs_whole_host

CAST = """
alice = make_account("alice@host.example")
make_alias(alice, "info@host.example")
bob = make_account("bob@host.example")
for number in range(1, 5):
    make_account(f"changing{number}@host.example")
team = make_account("team@host.example")
make_mailbox(team, enabled=False)
make_mail_group(team, "alice@host.example", "guest@far.example")
both = make_account("both@host.example")
make_redirect(both, "both@far.example")
away = make_account("away@host.example")
make_mailbox(away, enabled=False)
make_redirect(away, "away@far.example")
suspend_accounts(accounts=[make_account("suspended@host.example")])
create_account(address="new@host.example")
nothing = make_account("nothing@host.example")
make_mailbox(nothing, enabled=False)
"""


def refusal(host: WholeHost, recipient: str) -> tuple[int, bytes]:
    """What is said at RCPT."""
    with smtplib.SMTP("127.0.0.1", host.ports["SMTP_PORT"]) as server:
        server.ehlo()
        server.mail("sender@far.example")
        return server.rcpt(recipient)


@pytest.mark.parametrize(
    "recipient", ["alice@host.example", "Info@Host.Example", "alice+tag@host.example"]
)
def test_mail_from_outside_is_read_by_imap_and_pop3(host, recipient):
    sent = host.send(recipient, f"For {recipient}").encode()

    read = host.by_imap("alice@host.example", f"For {recipient}")

    assert read.endswith(sent)
    assert read.startswith(b"Return-Path: <sender@far.example>\r\n")
    assert read in host.by_pop3("alice@host.example")


def test_a_group_reaches_members_here_and_elsewhere(host):
    sent = host.send("team@host.example", "To all").encode()

    assert host.by_imap("alice@host.example", "To all").endswith(sent)
    taken = host.went_out("To all")
    assert (taken.sender, taken.targets) == ("team@host.example", ("guest@far.example",))
    assert taken.message.endswith(sent)


def test_a_redirect_with_a_mailbox_does_both(host):
    sent = host.send("both@host.example", "Twice").encode()

    assert host.by_imap("both@host.example", "Twice").endswith(sent)
    taken = host.went_out("Twice")
    assert taken.targets == ("both@far.example",)
    assert taken.message.endswith(sent)


def test_a_redirect_without_a_mailbox_sends_on_alone(host):
    sent = host.send("away@host.example", "Sent on").encode()

    taken = host.went_out("Sent on")
    assert taken.targets == ("away@far.example",)
    assert taken.message.endswith(sent)
    assert not host.may_read("away@host.example")


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("nobody@host.example", (550, b"5.1.1")),
        ("nothing@host.example", (550, b"5.1.1")),
        ("suspended@host.example", (550, b"5.2.1")),
        ("suspended+tag@host.example", (550, b"5.2.1")),
        ("somebody@far.example", (554, b"5.7.1")),
    ],
)
def test_who_gets_no_mail_is_refused_at_once(host, recipient, said):
    code, text = refusal(host, recipient)

    assert (code, text.split()[0]) == said


def test_an_owner_sends_under_the_addresses_of_the_account(host):
    for sender in ("alice@host.example", "info@host.example", "alice+tag@host.example"):
        host.submit("alice@host.example", sender, "friend@far.example", f"By {sender}", PASSWORD)

        assert host.went_out(f"By {sender}").sender == sender


@pytest.mark.parametrize("sender", ["bob@host.example", "boss@far.example"])
def test_an_owner_does_not_send_under_the_addresses_of_others(host, sender):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        host.submit("alice@host.example", sender, "friend@far.example", "Forged", PASSWORD)

    assert refused.value.recipients["friend@far.example"][0] == 553


def test_nobody_sends_without_a_password(host):
    with smtplib.SMTP("127.0.0.1", host.ports["SUBMISSION_PORT"]) as server:
        server.starttls(context=host.trusting())
        server.ehlo()
        server.mail("alice@host.example")
        code, _said = server.rcpt("friend@far.example")

    assert code == 554


def test_who_only_redirects_may_still_send(host):
    host.submit("away@host.example", "away@host.example", "x@far.example", "From away", PASSWORD)

    assert host.went_out("From away").sender == "away@host.example"


def test_a_changed_password_holds_at_once(host):
    owner, new = "changing1@host.example", "another horse battery"
    assert host.may_read(owner)

    host.do(
        f"change_password(account=MailAccount.objects.get(address={owner!r}), password={new!r})"
    )

    assert (host.may_read(owner, new), host.may_read(owner)) == (True, False)
    host.submit(owner, owner, "friend@far.example", "New password", new)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        host.submit(owner, owner, "friend@far.example", "Old password", PASSWORD)


def test_a_suspended_account_gets_nothing_and_enters_nothing(host):
    owner = "changing2@host.example"
    assert host.may_read(owner)

    host.do(f"suspend_accounts(accounts=MailAccount.objects.filter(address={owner!r}))")

    assert refusal(host, owner)[0] == 550
    assert not host.may_read(owner)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        host.submit(owner, owner, "friend@far.example", "Suspended", PASSWORD)


def test_a_mailbox_that_is_off_is_closed_at_once(host):
    owner = "changing3@host.example"
    assert host.may_read(owner)

    host.send(owner, "Deleted with the mailbox")
    host.by_imap(owner, "Deleted with the mailbox")

    host.do(f"switch_mailbox_off(account=MailAccount.objects.get(address={owner!r}))")

    assert not host.may_read(owner)
    assert refusal(host, owner)[0] == 550


def test_the_panel_enters_as_the_master_user(host):
    secret = environment.read_lines(host.folder / "var/mailhost/secrets")["MASTER_PASSWORD"]

    assert host.may_read("bob@host.example*panel", secret)
    assert not host.may_read("bob@host.example*panel", PASSWORD)
    # To delete what is there, of a suspended account or a mailbox that is off.
    assert host.may_read("suspended@host.example*panel", secret)
    assert host.may_read("nothing@host.example*panel", secret)


def test_more_than_a_hundred_mail_programs_are_served_at_once_over_tls(host):
    secret = environment.read_lines(host.folder / "var/mailhost/secrets")["MASTER_PASSWORD"]
    enter = f"a LOGIN bob@host.example*panel {secret}\r\nb NOOP\r\n".encode()

    with ExitStack() as programs:
        for number in range(101):
            plain = socket.create_connection(
                ("127.0.0.1", host.ports["IMAPS_PORT"]),
                PATIENCE,
                source_address=(f"127.0.0.{2 + number // 50}", 0),  # no more than fifty from each
            )
            program = programs.enter_context(host.trusting().wrap_socket(plain))
            program.sendall(enter)
            said = programs.enter_context(program.makefile("rb"))
            assert any(line.startswith(b"b OK") for line in said), number


def test_mail_comes_before_the_first_password(host):
    secret = environment.read_lines(host.folder / "var/mailhost/secrets")["MASTER_PASSWORD"]
    host.send("new@host.example", "Welcome")

    assert host.by_imap("new@host.example*panel", "Welcome", secret)
    assert not host.may_read("new@host.example", "!")


@pytest.mark.parametrize(
    ("server", "reads"),
    [
        ("postfix", ["domains", "recipients", "senders"]),
        ("dovecot", ["logins"]),
        ("opendkim", ["signing_keys"]),
    ],
)
def test_each_server_reads_its_own_views_alone(host, server, reads):
    secrets = environment.read_lines(host.folder / "var/mailhost/secrets")
    with (
        psycopg2.connect(
            host=str(host.folder / "var/mailhost/database"),
            user=f"pigeonnier_{server}",
            password=secrets[f"{server.upper()}_PASSWORD"],
            dbname="pigeonnier",
        ) as link,
        link.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.table_privileges"
            " WHERE grantee = current_user ORDER BY 1"
        )
        assert [name for (name,) in cursor.fetchall()] == [f"mailhost.{name}" for name in reads]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT password FROM mailaccounts_mailaccount")
    link.close()


def test_secrets_are_for_their_readers_alone(host):
    folder = host.folder / "var/mailhost"
    modes = {
        file.relative_to(folder).as_posix(): file.stat().st_mode & 0o777
        for file in (
            folder / "secrets",
            folder / "tls/key.pem",
            *(folder / "dovecot/etc" / name for name in ("sql.conf", "master-users", "services")),
            folder / "spamd/etc/sql.cf",
            folder / "opendkim/etc/database",
            folder / "postsrsd/etc/secret",
            *(folder / "postfix/etc").glob("*.cf"),
        )
    }

    assert modes.pop("secrets") == 0o600
    assert set(modes.values()) == {0o640}
    keys = folder / "opendkim/keys"
    assert {file.stat().st_mode & 0o777 for file in (keys, *keys.iterdir())} == {0o700, 0o600}
    assert {file.owner() for file in keys.iterdir()} == {"opendkim"}


def test_status_names_every_server(host):
    told = host.call("mailhost", "--status")

    assert told.returncode == 0, told.stdout
    assert len(told.stdout.splitlines()) == 1 + len(host.ports) + 1
    assert all(str(port) in told.stdout for port in host.ports.values())


def test_a_killed_server_is_back_and_mail_has_waited(host):
    (master,) = (
        int(pid)
        for pid in subprocess.run(
            ["pgrep", "-f", f"^/usr/sbin/dovecot -F -c {host.folder}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    )

    os.kill(master, signal.SIGKILL)
    host.send("bob@host.example", "While it was away")

    assert eventually(lambda: "dovecot  | ended with" in host.said())
    assert eventually(lambda: host.call("mailhost", "--status").returncode == 0)
    assert host.by_imap("bob@host.example", "While it was away")


def test_everything_stops_soon_and_leaves_nobody(host):
    everybody = descendants(host.process.pid)
    started = time.monotonic()

    host.stop()

    assert time.monotonic() - started < STOP_SECONDS  # when it would be killed
    assert not {pid for pid in everybody if os.path.exists(f"/proc/{pid}")}
    assert host.call("mailhost", "--status").returncode == 1


def test_nobody_outlives_a_killed_supervisor(host):
    host.start()
    everybody = descendants(host.process.pid)

    host.process.kill()
    host.stop()

    assert eventually(lambda: not any(map(is_alive, everybody)), 5)
