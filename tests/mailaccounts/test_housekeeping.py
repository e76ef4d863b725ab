"""Links and sessions whose time is over are forgotten."""

from django.utils import timezone

from mailaccounts.actions import make_password_link
from mailaccounts.housekeeping import housekeep
from mailaccounts.models import PasswordLink, Session
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
