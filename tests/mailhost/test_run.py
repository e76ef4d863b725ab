"""`manage.py run`, as whoever cloned this sees it: everything starts, and nothing stays behind."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from mailhost import environment
from mailhost.postgres import Server
from tests.mailhost.test_postgres import has_ended

READY = "Ctrl-C ends everything"


@pytest.fixture
def ports() -> dict[str, str]:
    """Three free ports, held together so that they differ."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    numbers = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return dict(zip(("PANEL_PORT", "SMTP_PORT", "LMTP_PORT"), numbers, strict=True))


@pytest.fixture
def surroundings(clean_environment, folder, ports) -> dict[str, str]:
    return {**clean_environment, **ports, "PANEL_VAR": str(folder / "var")}


def call(surroundings: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=environment.CHECKOUT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def start(surroundings) -> Iterator:
    """Start the panel and wait until it says that it runs; the answer is the process."""
    started = []

    def start() -> tuple[subprocess.Popen[str], list[str]]:
        process = call(surroundings)
        started.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if READY in line:
                return process, lines
        raise AssertionError("".join(lines))

    yield start
    for process in started:
        process.terminate()  # not killed: its folder must be at rest when it is removed
        process.communicate()


def first_page(port: str, certificate: Path) -> int:
    trusted = ssl.create_default_context(cafile=certificate)
    with closing(HTTPSConnection("localhost", int(port), context=trusted)) as panel:
        panel.request("GET", "/login")
        return panel.getresponse().status


def accounts(var: Path) -> list[str]:
    server = Server((var / "postgres").resolve())
    with closing(server.connect("pigeonnier")) as link, link.cursor() as cursor:
        cursor.execute("SELECT address FROM mailaccounts_mailaccount ORDER BY 1")
        return [address for (address,) in cursor.fetchall()]


def everybody_is_gone(surroundings: dict[str, str], within: float) -> bool:
    deadline = time.monotonic() + within
    ports = [int(surroundings[name]) for name in ("PANEL_PORT", "SMTP_PORT", "LMTP_PORT")]
    home = Path(surroundings["PANEL_VAR"]) / "postgres"
    while time.monotonic() < deadline:
        taken = [port for port in ports if not is_refused(port)]
        if not taken:
            return has_ended(Server(home.resolve()), within=deadline - time.monotonic())
        time.sleep(0.05)
    return False


def is_refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_first_run_second_terminal_and_restart(start, surroundings, ports):
    var = Path(surroundings["PANEL_VAR"])
    process, lines = start()
    said = "".join(lines)
    logins = json.loads((var / "demo-logins.json").read_text())

    assert first_page(ports["PANEL_PORT"], var / "tls" / "certificate.pem") == 200
    assert f"https://localhost:{ports['PANEL_PORT']}" in said
    assert all(login["address"] in said and login["password"] in said for login in logins)
    assert accounts(var) == sorted(login["address"] for login in logins)
    private = [var / name for name in ("environment", "demo-logins.json", "tls/key.pem")]
    assert [file.stat().st_mode & 0o077 for file in private] == [0, 0, 0]

    second = call(surroundings)
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"already running in {var} (process {process.pid})" in told

    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert everybody_is_gone(surroundings, within=1)

    start()
    assert json.loads((var / "demo-logins.json").read_text()) == logins
    assert accounts(var) == sorted(login["address"] for login in logins)


def test_nobody_outlives_a_killed_run(start, surroundings):
    process, _ = start()

    process.kill()

    assert everybody_is_gone(surroundings, within=3)


def test_a_taken_port_is_said_before_anything_starts(surroundings):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        process = call({**surroundings, "SMTP_PORT": str(taken)})
        told, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert f"Port {taken} is taken by another program" in told
    assert "SMTP_PORT" in told
    assert not (Path(surroundings["PANEL_VAR"]) / "postgres" / "data").exists()
