"""A one-time link sets a password once, for half an hour, and only the newest one does.

Proves B6 and the link of G5.
"""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from mailaccounts.actions import change_password, make_password_link, use_password_link
from mailaccounts.models import MailAccount, PasswordLink
from tests.make import make_account, make_session

NEW = "a quite new password"
NOW = timezone.now()


def test_a_link_works_once(alice):
    token = make_password_link(account=alice, now=NOW)

    uses = [use_password_link(token=token, password=NEW, now=NOW) for _ in range(2)]

    alice.refresh_from_db()
    assert (uses, alice.check_password(NEW)) == ([True, False], True)


def test_only_the_newest_link_works(alice):
    older = make_password_link(account=alice, now=NOW)
    newer = make_password_link(account=alice, now=NOW)

    assert [use_password_link(token=t, password=NEW, now=NOW) for t in (older, newer)] == [
        False,
        True,
    ]


@pytest.mark.parametrize(("minutes", "works"), [(29, True), (30, False)])
def test_a_link_works_for_half_an_hour(alice, minutes, works):
    token = make_password_link(account=alice, now=NOW)

    later = NOW + timedelta(minutes=minutes)

    assert use_password_link(token=token, password=NEW, now=later) is works


def test_the_token_is_not_stored(alice):
    token = make_password_link(account=alice, now=NOW)

    assert token not in str(PasswordLink.objects.values().get())


def test_a_suspended_account_has_no_link(alice):
    token = make_password_link(account=alice, now=NOW)
    MailAccount.objects.update(is_active=False)

    assert use_password_link(token=token, password=NEW, now=NOW) is False


def test_using_a_link_ends_the_sessions_of_that_account_alone(alice, bob):
    make_session(alice)
    kept = make_session(bob)
    token = make_password_link(account=alice, now=NOW)

    use_password_link(token=token, password=NEW, now=NOW)

    assert (list(alice.sessions.all()), list(bob.sessions.all())) == ([], [kept])


def test_a_change_of_password_ends_an_open_link_and_keeps_the_own_session(alice):
    own, _other = make_session(alice), make_session(alice)
    token = make_password_link(account=alice, now=NOW)

    change_password(account=alice, password=NEW, keep_session=own.session_key)

    assert list(alice.sessions.all()) == [own]
    assert use_password_link(token=token, password="another one", now=NOW) is False


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_wins():
    alice = make_account("alice@example.com")
    token = make_password_link(account=alice, now=NOW)
    start, results = Barrier(2), []

    def use(password: str) -> None:
        start.wait()
        results.append(use_password_link(token=token, password=password, now=NOW))
        connection.close()

    threads = [Thread(target=use, args=(f"password number {n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [False, True]


def test_a_link_made_while_the_clock_was_ahead_does_not_last_longer(alice):
    token = make_password_link(account=alice, now=NOW + timedelta(days=1))

    assert use_password_link(token=token, password=NEW, now=NOW) is False
