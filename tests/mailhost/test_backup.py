"""A host is saved while it runs, destroyed, and made anew from its backup."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from mailhost import environment
from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host
from tests.make import PASSWORD

pytestmark = needs_whole_host

# What the webmail of an owner makes at the first login.
CONTACT = """
INSERT INTO users (username, mail_host) VALUES ('alice@host.example', 'localhost')
RETURNING user_id
"""
CAST = """
alice = make_account("alice@host.example")
make_alias(alice, "info@host.example")
full = make_account("full@host.example")
full.mailbox.quota = 1
full.mailbox.save()
from mailaccounts.store import mail_store
mail_store().deliver(full.address, b"Subject: Big\\r\\n\\r\\n" + b"x" * 1_048_500, key="big")
"""


@dataclass(frozen=True)
class Saved:
    """A backup, and what was in the host that it was made of."""

    folder: Path
    message: bytes
    waiting: set[str]
    secrets: tuple[dict[str, str], str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("backups")


@pytest.fixture(scope="module")
def saved(folder) -> Saved:
    """A host that was saved as it ran, and is no more."""
    host = WholeHost()
    try:
        host.start()
        host.do(CAST)
        host.send("info@host.example", "Before the fire")
        message = host.by_imap("alice@host.example", "Before the fire")
        in_database(host, CONTACT)
        waiting = let_mail_wait(host)
        for name in ("20200101-000000", "20210101-000000", "20220101-000000.unfinished"):
            (folder / name).mkdir()
        done = backup(host, "save", str(folder), "2")
        assert done.returncode == 0, done.stderr
        newest = max(folder.glob("*-*[0-9]"))
        return Saved(newest, message, waiting, kept_secrets(host))
    finally:
        host.remove()


@pytest.fixture(scope="module")
def again(saved) -> Iterator[WholeHost]:
    """Another host, made from the backup."""
    host = WholeHost()
    try:
        done = backup(host, "restore", str(saved.folder))
        assert done.returncode == 0, done.stderr
        assert f"when the host starts: {len(saved.waiting)}\n" in done.stdout
        assert queue(host) == saved.waiting  # as it says, before the host starts
        host.start()
        yield host
    finally:
        host.remove()


def backup(host: WholeHost, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["scripts/backup.sh", *arguments],
        cwd=environment.CHECKOUT,
        env={**host.environment, "VENV": os.environ.get("VENV", ".venv")},
        capture_output=True,
        text=True,
        check=False,
    )


def let_mail_wait(host: WholeHost) -> set[str]:
    """One message waits for room and one for the next host."""
    host.sink.replies["MAIL"] = "450 4.3.0 Not now"
    host.send("full@host.example", "Waiting for room")
    alice = "alice@host.example"
    host.submit(alice, alice, "friend@far.example", "Waiting for the other side", PASSWORD)
    waiting = {"full@host.example", "friend@far.example"}
    assert eventually(lambda: queue(host, "deferred") == waiting), host.said()
    return waiting


def queue(host: WholeHost, *names: str) -> set[str]:
    """Who has not got a message yet; of these queues, or of all."""
    rows = [json.loads(line) for line in host.postfix("postqueue", "-j").splitlines()]
    return {
        row["recipients"][0]["address"] for row in rows if not names or row["queue_name"] in names
    }


def in_database(host: WholeHost, statement: str) -> list[tuple]:
    """As the webmail, whose tables belong to a role of their own."""
    secrets = environment.read_lines(host.folder / "var/mailhost/secrets")
    link = psycopg2.connect(
        host=str(host.folder / "var/mailhost/database"),
        user="pigeonnier_webmail",
        password=secrets["WEBMAIL_PASSWORD"],
        dbname="pigeonnier",
    )
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        link.close()


def kept_secrets(host: WholeHost) -> tuple[dict[str, str], str]:
    return (
        environment.read_lines(host.folder / "var/mailhost/secrets"),
        environment.read_lines(host.folder / "var/environment")["SECRET_KEY"],
    )


def test_mail_is_there_and_more_comes(saved, again):
    assert again.by_imap("alice@host.example", "Before the fire") == saved.message

    again.send("info@host.example", "After the fire")

    assert again.by_imap("alice@host.example", "After the fire")


def test_what_waited_is_delivered_whole_and_once(saved, again):
    left = again.went_out("Waiting for the other side")
    assert (left.sender, left.targets) == ("alice@host.example", ("friend@far.example",))

    again.do("from mailaccounts.models import Mailbox\nMailbox.objects.update(quota=None)")
    again.postfix("postqueue", "-f")
    came = again.by_imap("full@host.example", "Waiting for room")

    assert came.endswith(b"Subject: Waiting for room\r\n\r\nHello!\r\n")
    assert eventually(lambda: queue(again) == set())


def test_secrets_are_those_of_before(saved, again):
    assert kept_secrets(again) == saved.secrets


def test_each_role_has_its_own_tables_again(again):
    assert in_database(again, "SELECT username FROM users") == [("alice@host.example",)]


def test_a_host_that_is_there_is_not_overwritten(saved, again):
    refused = backup(again, "restore", str(saved.folder))

    assert refused.returncode == 1
    assert "There is a mail host in" in refused.stderr


def test_a_backup_is_for_root_alone_and_only_the_newest_are_kept(saved, folder):
    assert saved.folder.stat().st_mode & 0o777 == 0o700
    assert sorted(found.name for found in folder.iterdir()) == [
        "20210101-000000",
        "20220101-000000.unfinished",
        saved.folder.name,
    ]


def test_a_call_that_makes_no_sense_is_explained():
    said = subprocess.run(
        ["scripts/backup.sh", "destroy"],
        cwd=environment.CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 2
    assert "scripts/backup.sh save DIRECTORY" in said.stderr
