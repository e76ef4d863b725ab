"""The guard forgets, and the log's months come and go."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from delivery.housekeeping import housekeep
from delivery.models import Carried, DeliveryRecord

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


def make_task(status, **times):
    return DBTaskResult.objects.create(
        status=status, args_kwargs={}, task_path="x", run_after=NOW, backend_name="default", **times
    )


def test_tasks_of_a_worker_that_died_are_done_again_and_old_ones_forgotten(db):
    lost = make_task("RUNNING", started_at=NOW - timedelta(minutes=61))
    running = make_task("RUNNING", started_at=NOW - timedelta(minutes=59))
    make_task("SUCCESSFUL", finished_at=NOW - timedelta(days=8))
    young = make_task("FAILED", finished_at=NOW - timedelta(days=6))

    housekeep(NOW)

    assert set(DBTaskResult.objects.values_list("pk", "status")) == {
        (lost.pk, "READY"),
        (running.pk, "RUNNING"),
        (young.pk, "FAILED"),
    }


def test_prune_is_the_same_by_hand(db):
    Carried.objects.claim([b"old"], NOW - timedelta(days=9000))

    call_command("prune")

    assert not Carried.objects.exists()
