"""A host is saved while it runs, destroyed, and made anew from its backup."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from mailhost import environment
from tests.mailhost.whole_host import WholeHost, needs_whole_host

pytestmark = needs_whole_host

# What the webmail of an owner makes at the first login.
CONTACT = """
INSERT INTO users (username, mail_host) VALUES ('alice@host.example', 'localhost')
RETURNING user_id
"""
CAST = """
alice = make_account("alice@host.example")
make_alias(alice, "info@host.example")
"""


@dataclass(frozen=True)
class Saved:
    """A backup, and what was in the host that it was made of."""

    folder: Path
    message: bytes
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
        for name in ("20200101-000000", "20210101-000000", "20220101-000000.unfinished"):
            (folder / name).mkdir()
        done = backup(host, "save", str(folder), "2")
        assert done.returncode == 0, done.stderr
        return Saved(max(folder.glob("*-*[0-9]")), message, kept_secrets(host))
    finally:
        host.remove()


@pytest.fixture(scope="module")
def again(saved) -> Iterator[WholeHost]:
    """Another host, made from the backup."""
    host = WholeHost()
    try:
        done = backup(host, "restore", str(saved.folder))
        assert done.returncode == 0, done.stderr
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
