"""The demo fills an empty panel, once, and shows each service."""

import json

import pytest
from django.core.management import call_command

from mailaccounts.models import Domain, MailAccount
from mailaccounts.store import mail_store


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR = tmp_path
    settings.MAIL_STORE_URL = f"maildir:{tmp_path / 'mail'}"
    return tmp_path


def logins(var) -> list[dict[str, str]]:
    return json.loads((var / "demo-logins.json").read_text())


def test_every_login_works_but_the_suspended_one(db, var):
    call_command("demo")

    found = {}
    for login in logins(var):
        account = MailAccount.objects.get(address=login["address"])
        assert account.check_password(login["password"])
        found[login["address"].partition("@")[0]] = account.is_active
    assert found == dict.fromkeys(found, True) | {"dora": False}
    assert len(found) == 8


def test_each_service_is_shown(db, var):
    call_command("demo")

    accounts = MailAccount.objects.with_services()
    states = {
        account.address.partition("@")[0]: (
            account.mailbox.enabled,
            account.redirect.enabled,
            account.mail_group.enabled,
        )
        for account in accounts.filter(domain_id="dovecote.example", is_active=True)
    }
    assert states == {
        "admin": (True, False, False),
        "anna": (True, False, False),
        "ben": (True, True, False),
        "carla": (False, True, False),
        "team": (False, False, True),
    }


def test_the_mailboxes_hold_mail_of_all_kinds(db, var):
    call_command("demo")

    english = mail_store().list("anna@dovecote.example")
    french = mail_store().list("claire@colombier.example")
    assert (english.total, french.total) == (12, 7)
    assert {"Новости", "鳩舎について"} <= {message.subject for message in english.messages}
    assert "Réunion du conseil à 18 h" in {message.subject for message in french.messages}


def test_a_second_call_changes_nothing(db, var):
    call_command("demo")
    before = logins(var)

    call_command("demo")

    assert logins(var) == before
    assert MailAccount.objects.count() == 8


def test_a_panel_in_use_is_left_alone(db, var):
    Domain.objects.create(name="example.com")

    call_command("demo")

    assert not (var / "demo-logins.json").exists()
    assert MailAccount.objects.count() == 0


def test_passwords_are_long_and_nobody_shares_one(db, var):
    call_command("demo")

    passwords = [login["password"] for login in logins(var)]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 12


def test_anna_answers_by_herself(db, var):
    call_command("demo")

    service = MailAccount.objects.get(address="anna@dovecote.example").auto_reply
    assert (service.enabled, [(one.name, one.enabled) for one in service.autoresponders.all()]) == (
        True,
        [("On holiday", False), ("Orders", True)],
    )
