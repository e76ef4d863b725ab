"""Folders as they are in life: short paths, and closed to others where that is the point."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailhost import postgres, programs
from tests.mailhost.whole_host import WholeHost


@pytest.fixture(scope="module")
def host(request: pytest.FixtureRequest) -> Iterator[WholeHost]:
    """One mail host for all tests of a file, with the accounts that its `CAST` makes."""
    host = WholeHost()
    try:
        host.start()
        host.do(request.module.CAST)
        yield host
    finally:
        host.remove()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may pass through; pytest's own are closed to the database's user."""
    path = Path(tempfile.mkdtemp(prefix="pigeonnier-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def shared(folder, monkeypatch) -> Path:
    """The folder for what must be reachable, as a root of its own."""
    monkeypatch.setattr(programs, "SHARED", folder / "shared")
    return folder / "shared"


@pytest.fixture
def server(folder) -> Iterator[postgres.Server]:
    """A server that is not started yet."""
    server = postgres.Server(postgres.home_in(folder), fsync="off")
    yield server
    server.stop()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def clean_environment(monkeypatch) -> dict[str, str]:
    """The environment of a shell in which nobody has set anything of ours."""
    ours = ("DATABASE_URL", "SECRET_KEY", "PANEL_VAR", "STATIC_STORAGE", "MAKELEVEL")
    return {name: value for name, value in os.environ.items() if name not in ours}
