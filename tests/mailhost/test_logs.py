"""Proves that the log tells what happened, one line for each event, and no secret."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from mailaccounts.actions import make_password_link


@pytest.fixture
def written() -> Iterator[Callable[[], list[str]]]:
    """Call it for the lines that stand on standard error by now, without time and process."""
    (handler,) = (each for each in logging.root.handlers if each.name == "stderr")
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield lambda: [line.split(" ", maxsplit=4)[-1] for line in stream.getvalue().splitlines()]
    handler.setStream(before)


@pytest.fixture
def visitor() -> Client:
    return Client(
        raise_request_exception=False, enforce_csrf_checks=True, **{"wsgi.url_scheme": "https"}
    )


def test_a_one_time_link_stays_secret(visitor, alice, written, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("gone")

    token = make_password_link(account=alice, now=timezone.now())
    visitor.post(f"/password/{token}", {"new_password": "a quite new password"})
    monkeypatch.setattr("mailaccounts.models.PasswordLink.objects.usable", gone)
    visitor.get(f"/password/{token}")

    without_token, without_database = written()
    assert without_token.endswith("/password/…")
    assert without_database.startswith("panel.views.errors: GET /password/…: the database")


def test_a_stranger_cannot_write_lines_of_the_log(written):
    logging.getLogger("panel").error("GET %s failed", "/a\nERROR panel: b\x1b[2J\u2028c")

    assert written() == [r"panel: GET /a ERROR panel: b\x1b[2J c failed"]


def test_a_task_that_succeeds_is_no_news(written, caplog):
    tasks = logging.getLogger("django_tasks")

    with caplog.at_level("INFO", "django_tasks"):  # as the worker does
        tasks.info("Task id=1 state=RUNNING")
        tasks.error("Task id=2 state=FAILED")

    assert written() == ["django_tasks: Task id=2 state=FAILED"]


def test_wrong_passwords_and_the_lock_are_told_without_what_was_typed(alice, written, settings):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(3):
        Client().post("/login", {"login": alice.address, "password": "wrong"}, secure=True)

    lines = written()
    assert "Locking out" in lines[-1]
    assert all("127.0.0.1" in line for line in lines)
    assert not any("wrong" in line or alice.address in line for line in lines)
