"""Proves G31: trainings are in order, safe to repeat, and one at a time for each account."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from mailaccounts.store import JUNK, Learned, StoreUnavailable, mail_store
from spamfilter import tasks, upkeep
from spamfilter.marking import Marking
from spamfilter.models import TrainingJob
from spamfilter.training import NotNow, begin, forget_everything, work_off
from tests.make import make_spam_filter
from tests.spamfilter.classroom import ALICE, fill, known, message

NOW = timezone.now()


@pytest.fixture
def store(settings, tmp_path):
    """The configured one, in a folder of this test."""
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    return mail_store()


def numbers(job: TrainingJob) -> tuple[int, int, int, int]:
    job.refresh_from_db()
    return job.done, job.news, job.gone, job.failed


def test_jobs_are_done_in_order(alice, store, pupil):
    names = fill(store, 3)
    begin(account=alice, kind="spam", message_ids=names, now=NOW)
    begin(account=alice, kind="ham", message_ids=names[1:], now=NOW)
    begin(account=alice, kind="forget", message_ids=names[2:], now=NOW)

    assert work_off(alice, limit=100) is False

    assert known(store) == {"m0": "spam", "m1": "ham", "m2": None}
    assert [content for _user, content in pupil.order] == [
        message(f"m{number}") for number in (0, 1, 2, 1, 2, 2)
    ]


def test_what_the_filter_itself_wrote_teaches_nothing(alice, store, pupil):
    came = message("m0")
    marking = Marking(Decimal(9), Decimal(7), ("RULE",), marker="☢", alert="Beware")
    store.deliver(ALICE, marking(came), key="marked")
    names = [one.id for one in store.list(ALICE).messages]

    begin(account=alice, kind="spam", message_ids=names, now=NOW)
    work_off(alice, limit=100)

    assert pupil.order == [(ALICE, came)]


def test_a_turn_has_a_limit_and_the_next_goes_on(alice, store, pupil):
    job = begin(account=alice, kind="spam", message_ids=fill(store, 50), now=NOW)

    assert work_off(alice, limit=30) is True
    assert numbers(job) == (30, 30, 0, 0)
    assert work_off(alice, limit=30) is False
    assert numbers(job) == (50, 50, 0, 0)
    assert job.finished is not None


def test_a_job_that_was_interrupted_is_repeated_from_where_it_was(alice, store, pupil, monkeypatch):
    monkeypatch.setattr("spamfilter.training.CHUNK", 20)
    job = begin(account=alice, kind="spam", message_ids=fill(store, 30), now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(type(store), "note", _fails)
        with pytest.raises(NotNow):
            work_off(alice, limit=100)
    waiting = numbers(job), job.waiting_since is not None

    work_off(alice, limit=100)

    assert waiting == ((0, 0, 0, 0), True)
    assert numbers(job) == (30, 10, 0, 0)  # twenty were no news any more
    assert job.waiting_since is None
    assert set(known(store).values()) == {"spam"}


def _fails(*_: object) -> None:
    raise StoreUnavailable


def test_while_spamd_is_down_everything_waits(alice, store, pupil):
    job = begin(account=alice, kind="spam", message_ids=fill(store, 3), now=NOW)
    pupil.is_down = True

    with pytest.raises(NotNow):
        work_off(alice, limit=100)

    assert numbers(job) == (0, 0, 0, 0)
    pupil.is_down = False
    assert work_off(alice, limit=100) is False
    assert numbers(job) == (3, 3, 0, 0)


def test_a_message_that_spamd_dies_of_does_not_hold_up_the_others(alice, store, pupil):
    job = begin(account=alice, kind="spam", message_ids=fill(store, 3), now=NOW)
    pupil.poison = b"Subject: m1"

    work_off(alice, limit=100)

    assert numbers(job) == (3, 2, 0, 1)
    assert known(store) == {"m0": "spam", "m1": None, "m2": "spam"}


def test_a_spamd_that_dies_of_every_message_is_waited_for(alice, store, pupil):
    job = begin(account=alice, kind="spam", message_ids=fill(store, 5), now=NOW)
    pupil.poison = b"Subject"

    with pytest.raises(NotNow):
        work_off(alice, limit=100)

    assert numbers(job) == (0, 0, 0, 0)


def test_what_is_waited_for_too_long_is_given_up(alice, store, pupil):
    job = begin(account=alice, kind="spam", message_ids=fill(store, 1), now=NOW)
    TrainingJob.objects.update(waiting_since=NOW - timedelta(days=2))

    upkeep.train_on(NOW)

    job.refresh_from_db()
    assert job.finished == NOW


def test_lost_jobs_go_on_and_old_ones_are_forgotten(alice, store, pupil):
    old = begin(account=alice, kind="ham", message_ids=["1.1"], now=NOW - timedelta(days=9))
    TrainingJob.objects.filter(pk=old.pk).update(finished=NOW - timedelta(days=8))
    names = fill(store, 1)
    lost = begin(account=alice, kind="spam", message_ids=names, now=NOW - timedelta(minutes=6))

    upkeep.train_on(NOW)

    assert list(TrainingJob.objects.all()) == [lost]
    assert known(store) == {"m0": "spam"}


def test_the_same_messages_are_not_queued_twice(alice, store, pupil):
    names = fill(store, 3)
    begin(account=alice, kind="spam", message_ids=names[:2], now=NOW)

    more = begin(account=alice, kind="spam", message_ids=[*names, names[2]], now=NOW)
    none = begin(account=alice, kind="spam", message_ids=names, now=NOW)

    assert (more.message_ids, none) == ([names[2]], None)


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_leaves_and_the_first_does_its_work(store, pupil, monkeypatch):
    from tests.make import make_account

    alice = make_account(ALICE)
    names = fill(store, 2)
    begin(account=alice, kind="spam", message_ids=names[:1], now=NOW)
    second: list[bool] = []
    tell = pupil._tell

    def and_meanwhile(*arguments: object) -> bytes:
        if not second:
            begin(account=alice, kind="ham", message_ids=names[1:], now=NOW)
            thread = threading.Thread(target=come_second)
            thread.start()
            thread.join()
        return tell(*arguments)

    def come_second() -> None:
        second.append(work_off(alice, limit=100))
        connection.close()

    monkeypatch.setattr(pupil, "_tell", and_meanwhile)

    assert work_off(alice, limit=100) is False

    assert second == [False]
    assert known(store) == {"m0": "spam", "m1": "ham"}
    assert [content for _user, content in pupil.order] == [message("m0"), message("m1")]


def test_clearing_ends_what_is_waiting(alice, store, pupil):
    begin(account=alice, kind="spam", message_ids=fill(store, 1), now=NOW)

    forget_everything(alice, now=NOW)
    work_off(alice, limit=100)

    assert pupil.knows == {}


def test_a_task_of_an_account_that_is_gone_does_nothing(db, store, pupil):
    tasks.train.enqueue(12345)
    tasks.look_for_moved.enqueue(12345)

    assert pupil.order == []


def move_to_junk(store, tmp_path, name: str) -> None:
    """As Dovecot does it, with the keyword that its script sets."""
    maildir = tmp_path / "example.com" / "alice" / "Maildir"
    for folder in ("new", "cur", "tmp"):
        (maildir / ".Junk" / folder).mkdir(parents=True, exist_ok=True)
    (maildir / ".Junk" / "dovecot-keywords").write_text("0 PigeonnierToSpam\n")
    os.rename(maildir / "new" / name, maildir / ".Junk" / "cur" / f"{name}:2,a")


def test_what_was_moved_into_junk_is_learned(alice, store, pupil, settings, tmp_path):
    make_spam_filter(alice)
    (name,) = fill(store, 1)
    move_to_junk(store, tmp_path, name)
    settings.MOVED_FOLDER = str(tmp_path / "moved")
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / ALICE).touch()

    upkeep.watch_moved(NOW)

    assert known(store, folder=JUNK) == {"m0": Learned.SPAM}
    assert store.moved(ALICE) == {Learned.SPAM: [], Learned.HAM: []}
    assert list((tmp_path / "moved").iterdir()) == []


@pytest.mark.parametrize("name", ["nobody@example.com", "..", "a b", "x" * 200, f"{ALICE}~"])
def test_notes_of_nobody_are_taken_away(db, settings, tmp_path, name):
    settings.MOVED_FOLDER = str(tmp_path)
    if name != "..":
        (tmp_path / name).touch()

    upkeep.watch_moved(NOW)

    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_of_notes_nothing_is_watched(settings):
    settings.MOVED_FOLDER = ""
    upkeep.watch_moved(NOW)

    settings.MOVED_FOLDER = "/nowhere/at/all"
    upkeep.watch_moved(NOW)


def test_who_has_the_filter_off_teaches_nothing_by_moving(alice, store, pupil, settings, tmp_path):
    (name,) = fill(store, 1)
    move_to_junk(store, tmp_path, name)
    settings.MOVED_FOLDER = str(tmp_path / "moved")
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / ALICE).touch()

    upkeep.watch_moved(NOW)

    assert pupil.order == []
