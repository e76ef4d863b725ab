"""Which parts of a mail host are on a machine, and what they are told of the others."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from mailhost import host as mail_host
from mailhost import machines, packages, places, rendering, servers
from mailhost.programs import NotStarted

HOST = SimpleNamespace(
    folder=Path("/x"), secrets={name: name.lower() for name in mail_host.SECRETS}
)


@pytest.fixture
def nothing_told(monkeypatch) -> None:
    """A machine whose environment says nothing of other machines."""
    for name in ("MAIL_STORE_URL", "RELAY_URL", "ANSWER_RELAY_URL", *mail_host.SECRETS):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOST_RUNS", ["postfix", "dovekot"], "HOST_RUNS names “dovekot”; the parts are postfix,"),
        ("HOST_RUNS", [], "HOST_RUNS is empty; the parts are"),
        ("PRIVATE_ADDRESS", "mail.internal", "PRIVATE_ADDRESS and PRIVATE_CLIENTS are IPv4"),
        ("PRIVATE_ADDRESS", "0.0.0.0", "one address of this machine, not all"),  # noqa: S104
        ("PRIVATE_CLIENTS", ["10.0.0.3/24"], "PRIVATE_ADDRESS and PRIVATE_CLIENTS are IPv4"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, name, value, said):
    setattr(settings, name, value)

    with pytest.raises(NotStarted, match=said):
        machines.require()


def test_private_ports_are_for_this_machine_and_those_that_are_named(settings):
    settings.PRIVATE_ADDRESS, settings.PRIVATE_CLIENTS = "10.0.0.2", ["10.0.0.4", "10.0.1.0/24"]

    known = machines.clients()

    assert list(map(str, known)) == ["10.0.0.2/32", "10.0.0.4/32", "10.0.1.0/24", "127.0.0.0/8"]
    assert machines.is_among(known, "10.0.1.9")
    assert not machines.is_among(known, "10.0.0.3")


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (["postfix"], ["dovecot", "postfix", "postsrsd", "opendkim"]),
        (["dovecot"], ["dovecot"]),
        (["scanners"], ["spamd", "clamd"]),
        (["delivery"], []),
        (["panel"], ["webmail", "nginx"]),
        (machines.PARTS, [server.name for server in servers.SERVERS]),
    ],
)
def test_a_machine_runs_the_servers_of_its_parts(settings, parts, names):
    settings.HOST_RUNS = parts

    assert [server.name for server in servers.here()] == names
    for server in servers.here():
        assert packages.PACKAGES[next(part for part in server.parts if part in parts)]


def test_alone_everything_is_on_loopback(settings):
    assert places.for_servers(HOST) == {
        "private_address": "127.0.0.1",
        "private_clients": "127.0.0.0/8",
        "private_tls": "no",
        "delivery_place": f"lmtp:inet:[127.0.0.1]:{settings.LMTP_PORT}",
        "delivery_turns": "",
        "dovecot_form": "mailboxes",
    }
    assert places.doors_of_delivery() == {}


def test_several_delivery_services_take_turns_and_stand_in_for_one_another(settings):
    settings.DELIVERY_HOSTS, settings.LMTP_PORT = ["10.0.0.3", "10.0.0.4"], 24

    told = places.for_servers(HOST)

    assert told["delivery_place"] == "lmtp:inet:[10.0.0.3]:24,[10.0.0.4]:24"
    assert told["delivery_turns"] == (
        "pipemap:{proxy:pgsql:/x/postfix/etc/domains.cf,randmap:{0,1},inline:{"
        "{0=lmtp:inet:[10.0.0.3]:24,[10.0.0.4]:24},{1=lmtp:inet:[10.0.0.4]:24,[10.0.0.3]:24}}}"
    )


def test_a_postfix_without_mailboxes_has_passwords_and_limits_beside_it(settings):
    settings.HOST_RUNS, settings.PRIVATE_ADDRESS = ["postfix"], "10.0.0.2"
    form = places.for_servers(HOST)["dovecot_form"]

    # The panel's master user, who enters any mailbox, is in the other form alone.
    assert (rendering.TEMPLATES / f"dovecot/{form}.conf").read_text().splitlines()[1:] == [
        "protocols = none"
    ]
    assert places.doors_of_delivery() == {"LMTP_PORT": "0", "DELIVERY_PROCESSES": "1"}
    assert servers.ports_here()["REINJECTION_PORT"] == "10.0.0.2"
    assert servers.ports_here()["POLICY_PORT"] == "127.0.0.1"
    assert places.for_panel(HOST)["RELAY_URL"] == (
        f"smtp://delivery:delivery_password@10.0.0.2:{settings.REINJECTION_PORT}"
    )


@pytest.mark.parametrize("part", ["panel", "delivery"])
def test_who_keeps_and_sends_mail_is_told_where(settings, nothing_told, monkeypatch, part):
    settings.HOST_RUNS = [part, "postfix"]
    with pytest.raises(NotStarted, match=r"MAIL_STORE_URL has to say .* the part “dovecot”"):
        places.for_panel(HOST)

    monkeypatch.setenv("MAIL_STORE_URL", "dovecot://d.internal?lmtp=2425&imaps=993")
    settings.MAIL_STORE_URL = os.environ["MAIL_STORE_URL"]
    told = places.for_panel(HOST)

    assert told["MAIL_STORE_URL"] == "dovecot://d.internal?lmtp=2425&imaps=993"
    assert told["MOVED_FOLDER"] == ""


def test_the_webmail_of_another_machine_reads_and_sends_with_tls(settings, monkeypatch):
    settings.HOST_RUNS = ["panel"]
    for name, url in (
        ("MAIL_STORE_URL", "dovecot://d.internal?lmtp=2425&imaps=993"),
        ("SUBMISSION_URL", "smtps://mail.example.com:465"),
    ):
        monkeypatch.setenv(name, url)
        setattr(settings, name, url)

    assert places.for_webmail() == {
        "webmail_imap": "ssl://d.internal:993",
        "webmail_smtp": "ssl://mail.example.com:465",
        "webmail_authorities": "/etc/ssl/certs/ca-certificates.crt",
        "submission_is_verified": "true",
    }


def test_passwords_are_made_where_the_panel_is_and_told_to_others(
    settings, nothing_told, monkeypatch, folder
):
    made = mail_host.own_secrets(folder / "secrets")
    assert mail_host.own_secrets(folder / "secrets") == made

    settings.HOST_RUNS = ["dovecot"]
    with pytest.raises(NotStarted, match="DOVECOT_PASSWORD is missing: it is in “secrets”"):
        mail_host.own_secrets(folder / "elsewhere")
    for name in ("DOVECOT_PASSWORD", "MASTER_PASSWORD", "DOVEADM_KEY"):
        monkeypatch.setenv(name, made[name])
    told = mail_host.own_secrets(folder / "elsewhere")

    assert {name for name in made if told[name] == made[name]} == {
        *("DOVECOT_PASSWORD", "MASTER_PASSWORD", "DOVEADM_KEY")
    }
    # What is not its own is nothing that anybody could know.
    assert all(len(secret) == 48 for secret in told.values())
    assert not (folder / "elsewhere").exists()
