"""spamd and clamd as the mail host configures them, each asked in its own language.

Proves of G25, G31 and G33 what the engines do: an account's learning is its own, a virus is found.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.db import connection

from mailhost import scanners
from tests import clamd, spamd
from tests.clamd import EICAR, FOUND, Clamd
from tests.spamd import Spamd

LETTER = (
    b"From: Joe <joe@far.example>\r\nTo: alice@example.com\r\nSubject: Lunch\r\n"
    b"Date: Wed, 25 Nov 2026 10:00:00 +0000\r\nMessage-ID: <%d@far.example>\r\n\r\n"
    b"See you tomorrow in the garden of the old dovecote, number %d.\r\n"
)
GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

pytestmark = pytest.mark.mailhost
needs_spamd = pytest.mark.skipif(bool(spamd.left_out()), reason=spamd.left_out())
needs_clamd = pytest.mark.skipif(bool(clamd.left_out()), reason=clamd.left_out())


def ask(port: int, question: bytes) -> bytes:
    """One question and all of the answer."""
    with socket.create_connection(("127.0.0.1", port), 10) as link:
        link.sendall(question)
        link.settimeout(30)
        with link.makefile("rb") as answer:
            return answer.read()


def ask_spamd(server: Spamd, verb: str, message: bytes, user: str = "", *fields: str) -> bytes:
    lines = [f"{verb} SPAMC/1.5", f"Content-length: {len(message)}", f"User: {user}", *fields]
    return ask(server.port, "\r\n".join(lines).encode() + b"\r\n\r\n" + message)


def learned(address: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT spam_count, ham_count FROM bayes.bayes_vars WHERE username = %s", [address]
        )
        return cursor.fetchall()


@pytest.fixture
def with_database(transactional_db) -> Iterator[Spamd]:
    server = Spamd(database=True)
    server.start()
    yield server
    server.remove()


@needs_spamd
def test_each_account_teaches_its_own_filter(with_database):
    for number in range(3):
        said = ask_spamd(
            with_database,
            "TELL",
            LETTER % (number, number),
            "alice@example.com",
            *("Message-class: spam", "Set: local"),
        )
        assert b"DidSet: local" in said

    assert learned("alice@example.com") == [(3, 0)]
    assert learned("bob@example.com") == []


@needs_spamd
def test_without_a_database_the_defaults_hold():
    server = Spamd()
    try:
        server.start()
        clean = ask_spamd(server, "CHECK", LETTER % (1, 1), "alice@example.com")
        spam = ask_spamd(server, "CHECK", LETTER % (1, 1) + GTUBE + b"\r\n", "alice@example.com")
    finally:
        server.remove()

    assert b"Spam: False ; " in clean
    assert b" / 5.0" in clean
    assert b"Spam: True ; 999" in spam or b"Spam: True ; 1000" in spam


@needs_spamd
def test_spamd_reads_preferences_and_its_own_tables_alone(with_database):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_schema FROM information_schema.table_privileges"
            " WHERE grantee = %s AND table_schema || '.' || table_name"
            " <> 'mailhost.spam_preferences'",
            [f"{connection.settings_dict['NAME']}_spamd"],
        )
        assert cursor.fetchall() == [("bayes",)]


@pytest.fixture(scope="module")
def the_clamd() -> Iterator[Clamd]:
    server = Clamd()
    server.start()
    yield server
    server.remove()


def scan(server: Clamd, message: bytes) -> bytes:
    chunk = struct.pack("!I", len(message)) + message
    return ask(server.port, b"zINSTREAM\0" + chunk + struct.pack("!I", 0))


@needs_clamd
@pytest.mark.parametrize(
    ("attached", "said"), [(EICAR, f"stream: {FOUND} FOUND"), (b"holiday", "stream: OK")]
)
def test_an_attached_virus_is_found(the_clamd, attached, said):
    message = EmailMessage()
    message["Subject"] = "Look"
    message.set_content("Hello!\n")
    message.add_attachment(attached, maintype="application", subtype="octet-stream")

    assert scan(the_clamd, message.as_bytes()) == said.encode() + b"\0"


@needs_clamd
def test_the_limit_is_the_one_that_is_set(the_clamd):
    assert b"INSTREAM size limit exceeded" in scan(the_clamd, b"x" * 1_100_000)


def test_fetched_signatures_are_used_where_there_are_any(folder, monkeypatch):
    monkeypatch.setattr(scanners, "SIGNATURES", folder / "fetched")
    assert scanners.signatures(folder) == folder / "etc"

    (folder / "fetched").mkdir()
    (folder / "fetched" / "daily.cld").touch()

    assert scanners.signatures(folder) == folder / "fetched"


@pytest.mark.parametrize("network", [True, False])
def test_spamd_asks_others_only_where_it_may(folder, network):
    called = scanners.spamd_command(folder, user="somebody", port=1, network=network)

    assert ("--local" in called) is not network
