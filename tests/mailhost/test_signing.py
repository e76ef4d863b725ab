"""What opendkim reads is what the database has; it is told of every change.

Proves of G34 what leaves signed: keys are written for opendkim alone.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from mailaccounts.actions import make_signing_keys
from mailaccounts.models import SigningKey
from mailhost import signing
from mailhost.environment import CHECKOUT
from mailhost.roles import ensure_roles, role_name
from tests.make import make_domain

ONE = ("one.example", "pigeonnier", "KEY ONE")
TWO = ("two.example", "pigeonnier", "KEY TWO")


@pytest.fixture
def place(tmp_path) -> Path:
    """The folder of opendkim."""
    for name in ("keys", "etc", "home"):
        (tmp_path / name).mkdir()
    return tmp_path


def files(place: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (place / "keys").iterdir()}


def test_each_domain_has_its_key(place):
    assert signing.write(place, [TWO, ONE])

    assert files(place) == {
        "one.example.pigeonnier.pem": "KEY ONE",
        "two.example.pigeonnier.pem": "KEY TWO",
        "key-table": f"one.example one.example:pigeonnier:{place}/keys/one.example.pigeonnier.pem\n"
        f"two.example two.example:pigeonnier:{place}/keys/two.example.pigeonnier.pem\n",
        "signing-table": "*@one.example one.example\n*@two.example two.example\n",
    }
    assert {file.stat().st_mode & 0o777 for file in (place / "keys").iterdir()} == {0o600}


def test_what_has_not_changed_is_not_told(place):
    signing.write(place, [ONE])

    assert not signing.write(place, [ONE])


def test_the_key_of_a_deleted_domain_goes_once_opendkim_has_let_go(place):
    signing.write(place, [ONE, TWO])

    assert signing.write(place, [TWO])
    assert "one.example" not in files(place)["signing-table"]
    assert "one.example.pigeonnier.pem" in files(place)
    signing.forget(place, [TWO])

    assert "one.example.pigeonnier.pem" not in files(place)


def test_a_key_is_never_read_under_the_name_of_another(place):
    """Whoever still goes by the old tables finds the old key."""
    signing.write(place, [ONE])

    assert signing.write(place, [("one.example", "pigeonnier2", "KEY THREE")])

    assert files(place)["one.example.pigeonnier.pem"] == "KEY ONE"
    assert files(place)["one.example.pigeonnier2.pem"] == "KEY THREE"
    assert ":pigeonnier2:" in files(place)["key-table"]


def test_before_opendkim_starts_no_old_key_is_left(place, monkeypatch):
    signing.write(place, [ONE, TWO])
    monkeypatch.setattr(signing, "read", lambda _connection: [TWO])

    signing.refresh(place, None)

    assert set(files(place)) == {"two.example.pigeonnier.pem", "key-table", "signing-table"}


@pytest.mark.parametrize("number", ["1", "nonsense", "99999999"])
def test_nobody_else_is_told(place, number):
    (place / "home" / "pid").write_text(number)

    signing.have_read_again(place)  # a signal to us or to init would be the end of it


@pytest.mark.django_db(transaction=True)
def test_a_new_domain_is_written_at_once(place):
    ensure_roles({"opendkim": "secret"})
    known = connection.settings_dict
    (place / "etc" / "database").write_text(
        f"host={known['HOST']} port={known['PORT'] or 5432} dbname={known['NAME']}"
        f" user={role_name('opendkim')} password=secret"
    )
    process = subprocess.Popen([sys.executable, "-m", "mailhost.signing", str(place)], cwd=CHECKOUT)
    try:
        assert eventually(lambda: "signing-table" in files(place))

        make_domain("new.example")
        make_signing_keys()

        assert eventually(
            lambda: files(place).get("signing-table") == "*@new.example new.example\n"
        )
        assert files(place)["new.example.pigeonnier.pem"] == SigningKey.objects.get().private_key
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.django_db(transaction=True)
def test_who_signs_reads_keys_and_nothing_else():
    ensure_roles({"opendkim": "secret"})
    known = connection.settings_dict
    link = psycopg2.connect(
        host=known["HOST"],
        port=known["PORT"] or 5432,
        dbname=known["NAME"],
        user=role_name("opendkim"),
        password="secret",
    )
    with closing(link), link.cursor() as cursor:
        assert signing.read(link) == []
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT * FROM mailaccounts_signingkey")


def eventually(look, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
