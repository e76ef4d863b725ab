"""`manage.py` when the database is away."""

import os
import subprocess
import sys

from django.conf import settings

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
