"""The surroundings of a test run, made before Django reads its settings.

Without `DATABASE_URL`, an embedded PostgreSQL is started for this run alone, in a folder that goes
with it. Parallel workers are children of the first process and find its address in their
environment. When the run is killed, the server ends with it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from mailhost import programs
from mailhost.postgres import Server
from panel.translations import compile_all

# Nothing of a test run outlives it, so nothing has to reach the disk.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Fifty at once, in several workers.
MANY = {"max_connections": "300"}


def temporary_folder(name: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"pigeonnier-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def start_database() -> str:
    """Start the server of this run; the answer is its `DATABASE_URL`."""
    home, user = temporary_folder("database"), programs.server_user()
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
    server = Server(home, **FAST, **MANY)
    atexit.register(server.stop)
    server.start()
    return server.url()


# The driver of the real browser runs an event loop in the thread of the tests.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.setdefault("SECRET_KEY", "tests")
# Static files under their own names, so that no test has to collect them first.
os.environ.setdefault("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
# Background work is done at once, where the test waits for it.
os.environ.setdefault("TASKS_BACKEND", "django_tasks.backends.immediate.ImmediateBackend")
if "PANEL_VAR" not in os.environ:
    os.environ["PANEL_VAR"] = str(temporary_folder("var"))
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = start_database()
if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_all()
