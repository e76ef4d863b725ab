"""Links, requests and sessions whose time is over are forgotten."""

from datetime import timedelta

from django.utils import timezone

from mailaccounts.actions import make_password_link
from mailaccounts.housekeeping import housekeep
from mailaccounts.models import PasswordLink, PasswordRequest, RecoveryLink, Session
from mailaccounts.recovery import note_password_request, want_recovery_address
from tests.make import make_session


def test_sessions_and_links_whose_time_is_over_go(alice, bob):
    now = timezone.now()
    for account in (alice, bob):
        make_password_link(account=account, now=now)
    PasswordLink.objects.filter(account=alice).update(expires=now)
    make_session(alice, expire_date=now)
    make_session(bob)

    housekeep(now)

    assert [link.account for link in PasswordLink.objects.all()] == [bob]
    assert [session.account for session in Session.objects.all()] == [bob]


def test_who_has_forgotten_a_password_is_forgotten_too(alice):
    now = timezone.now()
    for age in (timedelta(hours=1), timedelta()):
        note_password_request(login="a", email="b", ip_address=None, now=now - age)

    housekeep(now)

    assert [asked.made for asked in PasswordRequest.objects.all()] == [now]


def test_recovery_addresses_that_were_never_confirmed_go(alice, bob):
    now = timezone.now()
    for account, age in ((alice, timedelta(hours=24)), (bob, timedelta())):
        want_recovery_address(account=account, address="home@far.example", now=now - age)

    housekeep(now)

    assert [link.account for link in RecoveryLink.objects.all()] == [bob]
