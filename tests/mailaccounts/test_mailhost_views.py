"""What the mail servers read of accounts: the views of the schema `mailhost`.

Proves G20, G21, G22 and G36.
"""

import pytest
from django.db import connection

from delivery.facts import accounts_by_address
from mailaccounts.actions import create_account, suspend_accounts
from mailaccounts.backends import MailAccountBackend
from mailaccounts.models import MailAccount, Plan
from mailhost.roles import VIEWS, ensure_roles, role_name
from tests.make import make_alias, make_domain, make_mail_group, make_mailbox, make_redirect

MB = 1024 * 1024


def rows(view: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM mailhost.{view} ORDER BY 1")  # noqa: S608 - our own names
        return cursor.fetchall()


def test_every_domain_is_one_that_mail_is_taken_for(alice, mallory):
    assert rows("domains") == [("elsewhere.example",), ("example.com",)]


def test_an_account_takes_mail_at_its_address_and_aliases(alice):
    make_alias(alice, "info@example.com")

    assert rows("recipients") == [
        ("alice@example.com", "alice@example.com", True),
        ("info@example.com", "alice@example.com", True),
    ]


@pytest.mark.parametrize(
    ("switch_on", "taken"),
    [
        (lambda account: None, []),
        (make_mailbox, ["alice@example.com"]),
        (lambda account: make_redirect(account, "a@far.example"), ["alice@example.com"]),
        (lambda account: make_mail_group(account, "a@far.example"), ["alice@example.com"]),
    ],
)
def test_mail_is_taken_for_any_service_that_takes_it(alice, switch_on, taken):
    make_mailbox(alice, enabled=False)

    switch_on(alice)

    assert [address for address, _account, _active in rows("recipients")] == taken


def test_a_suspended_account_is_known_but_sends_and_enters_nothing(alice):
    make_alias(alice, "info@example.com")
    make_mailbox(alice, enabled=False)

    suspend_accounts(accounts=[alice])

    assert [(address, active) for address, _account, active in rows("recipients")] == [
        ("alice@example.com", False),
        ("info@example.com", False),
    ]
    assert rows("senders") == []
    assert [(address, active) for address, _p, active, _on, _quota in rows("logins")] == [
        ("alice@example.com", False)
    ]


def test_an_account_sends_as_itself_and_its_aliases(alice, bob):
    make_alias(alice, "info@example.com")

    assert rows("senders") == [
        ("alice@example.com", "alice@example.com"),
        ("bob@example.com", "bob@example.com"),
        ("info@example.com", "alice@example.com"),
    ]


def test_a_login_has_the_panels_password_and_whether_the_mailbox_is_on(alice):
    make_mailbox(alice, enabled=False)

    limit = 1024 * MB  # of a new plan
    assert rows("logins") == [("alice@example.com", alice.password, True, False, limit)]
    assert alice.password.startswith("{ARGON2ID}$argon2id$")


def test_an_account_without_a_password_has_a_mailbox_all_the_same(db):
    make_domain("example.com")
    create_account(address="new@example.com")

    assert rows("logins") == [("new@example.com", None, True, True, None)]


@pytest.mark.parametrize(
    ("own", "of_plans", "limit"),
    [
        (None, [], None),
        (None, [5], 5),
        (None, [None], None),
        (None, [5, 7], 7),
        (None, [5, None], None),
        (3, [5], 3),
        (9, [None], 9),
        (0, [5], None),
    ],
)
def test_the_accounts_own_limit_counts_or_the_most_generous_of_its_plans(
    alice, own, of_plans, limit
):
    alice.mailbox.quota = own
    alice.mailbox.save()
    plans = [Plan.objects.create(name=f"{n}", mailbox_quota=mb) for n, mb in enumerate(of_plans)]
    alice.groups.set(plans)
    octets = None if limit is None else limit * MB

    assert rows("limits") == [(alice.pk, octets)]
    assert [quota for *_rest, quota in rows("logins")] == [octets]
    # As delivery, a page, and everything else read it
    assert accounts_by_address([alice.address])[alice.address].mailbox_limit == octets
    assert MailAccountBackend().get_user(alice.pk).mailbox_limit == octets
    assert MailAccount.objects.get(pk=alice.pk).mailbox_limit == octets


def test_the_webmail_is_told_the_language_that_was_chosen(alice, bob):
    alice.language = "fr"
    alice.save()

    assert rows("languages") == [("alice@example.com", "fr")]


def test_each_servers_role_may_read_its_views_and_nothing_else(db):
    ensure_roles(dict.fromkeys(VIEWS, "one"))
    ensure_roles(dict.fromkeys(VIEWS, "two"))  # and once more, with new passwords

    for server in ("postfix", "dovecot"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_schema || '.' || table_name, privilege_type"
                " FROM information_schema.table_privileges WHERE grantee = %s ORDER BY 1",
                [role_name(server)],
            )
            assert cursor.fetchall() == [(f"mailhost.{view}", "SELECT") for view in VIEWS[server]]
