"""The guard forgets, and the log's months come and go."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from delivery.housekeeping import housekeep
from delivery.models import Carried, DeliveryRecord
from mailaccounts.actions import make_password_link
from mailaccounts.models import PasswordLink, Session
from tests.make import make_session

# Far away, so that no other test's months are in the way.
NOW = datetime(2036, 11, 23, 12, tzinfo=UTC)


def partitions():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'delivery_deliveryrecord'::regclass"
        )
        return sorted(name.removeprefix("delivery_deliveryrecord_") for (name,) in cursor)


def make_record(account, received):
    return DeliveryRecord.objects.create(
        account=account, received=received, recipient=account.address, octets=1, outcome="delivered"
    )


def test_months_are_ready_and_what_waited_for_them_moves_in(alice):
    make_record(alice, NOW)

    housekeep(NOW)
    housekeep(NOW)

    assert partitions() == ["2036_11", "2036_12", "2037_01", "default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delivery_deliveryrecord_2036_11")
        assert cursor.fetchone() == (1,)


def test_old_months_go_and_young_ones_stay(alice, settings):
    settings.LOG_DAYS = 30
    housekeep(NOW)
    make_record(alice, NOW)
    kept = make_record(alice, datetime(2036, 12, 31, 23, 59, tzinfo=UTC))

    housekeep(datetime(2037, 1, 30, 12, tzinfo=UTC))

    assert partitions() == ["2036_12", "2037_01", "2037_02", "2037_03", "default"]
    assert list(DeliveryRecord.objects.all()) == [kept]


def test_old_rows_without_a_month_go_too(alice):
    make_record(alice, NOW - timedelta(days=31))
    kept = make_record(alice, NOW - timedelta(days=29))

    housekeep(NOW)

    assert list(DeliveryRecord.objects.all()) == [kept]


def test_the_guard_forgets_after_its_time(db, settings):
    settings.RESEND_WINDOW = 600
    Carried.objects.claim([b"old"], NOW - timedelta(seconds=601))
    Carried.objects.claim([b"new"], NOW - timedelta(seconds=599))

    housekeep(NOW)

    assert [bytes(row.key) for row in Carried.objects.all()] == [b"new"]


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


def test_prune_is_the_same_by_hand(db):
    Carried.objects.claim([b"old"], NOW - timedelta(days=9000))

    call_command("prune")

    assert not Carried.objects.exists()
