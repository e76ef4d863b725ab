"""`manage.py` when the database is away."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError

import manage as command_line

NOWHERE = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "TASKS_BACKEND": "django_tasks_db.DatabaseBackend",
}


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | NOWHERE,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_worker_without_its_database_says_so_in_one_line():
    ended = manage("db_worker", "--no-startup-delay")

    *_, last = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert last.startswith("The database does not answer: connection to server at")
    assert "Traceback" not in ended.stderr


def test_where_it_was_noticed_is_shown_on_request():
    assert "Traceback" in manage("migrate", "--check", "--traceback").stderr


@pytest.mark.parametrize("error", [InterfaceError, OperationalError])
def test_a_database_that_goes_in_the_middle_is_told_so_too(monkeypatch, error):
    def gone(argv):
        raise error("connection already\nclosed")

    monkeypatch.setattr(command_line, "execute_from_command_line", gone)
    monkeypatch.setattr("sys.argv", ["manage.py", "db_worker"])

    with pytest.raises(SystemExit, match="does not answer: connection already closed"):
        command_line.main()
