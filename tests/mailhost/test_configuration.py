"""What the servers' configurations are made of, and what is said when something is missing."""

import os
from types import SimpleNamespace

import pytest
from django.db import connection

from mailhost import packages, rendering, status, told
from mailhost.programs import NotStarted
from mailhost.status import Answer


def test_only_our_own_marks_are_replaced():
    template = rendering.Template("$myhostname <a@b.c> %s *@* @{folder}/etc")

    assert template.substitute(folder="/x") == "$myhostname <a@b.c> %s *@* /x/etc"


@pytest.fixture
def own_group(monkeypatch):
    """Nobody but root can give files away."""
    monkeypatch.setattr(rendering.host.os, "fchown", lambda *_args: None)


def test_secrets_are_rendered_for_the_server_alone(folder, monkeypatch, own_group):
    monkeypatch.setattr(rendering, "TEMPLATES", folder / "templates")
    (folder / "templates" / "postfix").mkdir(parents=True)
    (folder / "templates" / "postfix" / "map.cf").write_text("password = @{password}\n")
    (folder / "postfix" / "etc").mkdir(parents=True)

    rendering.render(folder, "postfix", {"password": "secret"}, group=os.getgid())

    made = folder / "postfix" / "etc" / "map.cf"
    assert (made.read_text(), made.stat().st_mode & 0o777) == ("password = secret\n", 0o640)


@pytest.mark.parametrize("value", ["two words", "a\nb", "a;b", 'a"b', "a%s", "a#b"])
def test_a_value_cannot_add_to_a_configuration(folder, value):
    with pytest.raises(NotStarted, match="SMARTHOST is"):
        rendering.render(folder, "postfix", {"smarthost": value}, group=os.getgid())


def test_missing_packages_are_one_line_to_type(monkeypatch):
    absent = {"postfix": "/nowhere", "dovecot-imapd": "/nowhere"}
    monkeypatch.setattr(packages, "PACKAGES", {"postfix": absent, "panel": {"nginx": "/nowhere"}})

    with pytest.raises(NotStarted) as refusal:
        packages.require(["postfix"])

    assert str(refusal.value).endswith(
        "apt-get install --no-install-recommends postfix dovecot-imapd"
    )
    assert "\n" not in str(refusal.value)


def test_a_missing_user_is_one_line_to_type(monkeypatch):
    monkeypatch.setattr(packages, "PACKAGES", {})
    monkeypatch.setattr(packages, "USER", "nobody-of-this-name")

    with pytest.raises(NotStarted, match=r"useradd --system .* nobody-of-this-name$"):
        packages.require([])


def test_status_is_a_table():
    answers = [
        Answer("postfix", "3.7", "SMTP", 25, "220 mx", is_good=True),
        Answer("postgresql", "18.6", "SQL", None, "3 logins", is_good=True),
    ]

    assert list(status.table(answers)) == [
        "server      version  door  port    answers",
        "postfix     3.7      SMTP  25      220 mx",
        "postgresql  18.6     SQL   socket  3 logins",
    ]


def database(monkeypatch, **known: str) -> dict[str, object]:
    """What the servers are told of a database that the settings know like this."""
    for name, value in known.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    return told.database(SimpleNamespace(database=None))


def test_the_servers_are_told_of_a_standby(monkeypatch):
    assert database(monkeypatch, HOST="db1,db2", PORT="5433,5433", NAME="mail") == {
        "database_hosts": "inet:db1:5433,inet:db2:5433",
        "database_host": "db1,db2",
        "database_port": 5433,
        "database_name": "mail",
    }


def test_without_a_host_it_is_the_one_of_this_machine(monkeypatch):
    assert database(monkeypatch, HOST="", PORT="", NAME="mail") == {
        "database_hosts": "unix:/var/run/postgresql",
        "database_host": "/var/run/postgresql",
        "database_port": 5432,
        "database_name": "mail",
    }


def test_two_databases_at_two_ports_are_refused(monkeypatch):
    with pytest.raises(NotStarted, match="need the same port"):
        database(monkeypatch, HOST="db1,db2", PORT="5432,5433")
