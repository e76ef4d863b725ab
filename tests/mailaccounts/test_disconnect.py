"""Mail programs are let go as soon as they may no longer read. Proves G20, G21."""

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mailaccounts import actions, tasks
from mailaccounts.store import StoreUnavailable
from tests.make import PASSWORD


class Store:
    """Remembers whose connections were ended, and at first cannot."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.ended: list[list[str]] = []

    def disconnect(self, addresses) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable
        self.ended.append(list(addresses))

    def delete_all(self, address) -> None:
        """There was nothing."""


@pytest.fixture
def place(monkeypatch):
    """Call it to put such a store in the place of the real one."""

    def put(failures: int = 0) -> Store:
        store = Store(failures)
        monkeypatch.setattr(actions, "mail_store", lambda: store)
        monkeypatch.setattr(tasks, "mail_store", lambda: store)
        return store

    return put


@pytest.fixture
def by_rows(settings):
    """Tasks wait in the database, as in real life."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def test_suspended_accounts_are_let_go_once_that_is_committed(
    alice, bob, place, django_capture_on_commit_callbacks
):
    store = place()

    with django_capture_on_commit_callbacks(execute=True):
        actions.suspend_accounts(accounts=[alice, bob])
        assert store.ended == []

    assert store.ended == [["alice@example.com", "bob@example.com"]]


def test_a_new_password_lets_go_who_came_in_with_the_former_one(
    alice, place, django_capture_on_commit_callbacks
):
    store = place()

    with django_capture_on_commit_callbacks(execute=True):
        actions.change_password(account=alice, password=PASSWORD)

    assert store.ended == [["alice@example.com"]]


def test_who_is_deleted_is_let_go_too(alice, place, django_capture_on_commit_callbacks):
    store = place()

    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_account(account=alice)

    assert store.ended == [["alice@example.com"]]


def test_what_the_store_cannot_do_now_the_worker_does_later(alice, place, by_rows):
    store = place(failures=2)

    actions.disconnect(["alice@example.com"])
    for _ in range(2):
        later = DBTaskResult.objects.latest("enqueued_at")
        later.task.call(*later.args_kwargs["args"], **later.args_kwargs["kwargs"])

    assert store.ended == [["alice@example.com"]]
    assert later.run_after > timezone.now()


def test_a_store_that_never_answers_is_given_up(place, by_rows, db, caplog):
    place(failures=100)

    tasks.disconnect.call(["alice@example.com"], tries=tasks._TRIES)

    assert not DBTaskResult.objects.exists()
    assert "Connections of alice@example.com were not ended" in caplog.text
