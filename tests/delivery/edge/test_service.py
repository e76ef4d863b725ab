"""`manage.py delivery` as it runs: processes, PostgreSQL, mailboxes. Proves G8, G20, G21, G35."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from mailaccounts.store.maildir import MaildirStore
from tests.delivery.edge.client import Client
from tests.delivery.sink import Sink
from tests.make import make_account, make_alias, make_mailbox, make_redirect

MESSAGE = b"From: eve@sender.test\r\nSubject: Hello\r\n\r\nx\r\n"
ALICE = "alice@example.com"


@dataclass
class Running:
    """The parent process, its ports, and what it says."""

    process: subprocess.Popen[bytes]
    lmtp: int
    smtp: int
    log_file: Path
    store: MaildirStore

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def workers(self) -> list[int]:
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def wait_until(true: Callable[[], object]) -> None:
    latest = time.monotonic() + 30
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.02)


def free_ports() -> list[int]:
    with socket.socket() as one, socket.socket() as other:
        for sock in (one, other):
            sock.bind(("127.0.0.1", 0))
        return [one.getsockname()[1], other.getsockname()[1]]


def database_url() -> str:
    """The database of this test run."""
    database = connection.settings_dict
    login = f"{database['USER']}:{quote(database['PASSWORD'] or '')}"
    port = f":{database['PORT']}" if database["PORT"] else ""
    place = quote(database["HOST"]) + port
    if database["HOST"].startswith("/"):
        place = f"/{place}"
    return f"postgres://{login}@{place}/{database['NAME']}"


@contextlib.contextmanager
def running(var: Path, **environment: str) -> Iterator[Running]:
    """Start the service; it is killed at the end if it still runs."""
    lmtp, smtp = free_ports()
    log_file = var / "log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "delivery"],
            stderr=log,
            env=os.environ
            | {"PANEL_VAR": str(var), "LMTP_PORT": str(lmtp), "SMTP_PORT": str(smtp)}
            | {"DELIVERY_PROCESSES": "2"}
            | environment,
        )
    try:
        yield Running(process, lmtp, smtp, log_file, MaildirStore(var / "mail"))
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def service(transactional_db: None, tmp_path: Path, sink: Sink) -> Iterator[Running]:
    relay = f"smtp://127.0.0.1:{sink.port}"
    with running(tmp_path, DATABASE_URL=database_url(), RELAY_URL=relay) as service:
        wait_until(lambda: is_listening(service.lmtp) and len(service.workers()) == 2)
        yield service


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_mail_obeys_the_accounts(service, sink):
    alice = make_account(ALICE)
    make_alias(alice, "sales@example.com")
    off = make_account("off@example.com")
    make_mailbox(off, enabled=False)
    only_on = make_account("onward@example.com")
    make_mailbox(only_on, enabled=False)
    make_redirect(only_on, "copy@far.example")

    with Client(service.lmtp) as client:
        recipients = ["Alice+tag@Example.com", "sales@example.com", "nobody@example.com"]
        recipients += [off.address, only_on.address]
        sent = client.message("eve@sender.test", recipients, MESSAGE)
        make_mailbox(alice, enabled=False)
        later = client.message("eve@sender.test", [ALICE], MESSAGE)

    assert [code for code, _ in sent.rcpt] == [250, 250, 550, 550, 250]
    assert [code for code, _ in sent.end] == [250, 250, 250]
    assert [code for code, _ in later.rcpt] == [550]
    (kept,) = service.store.list(ALICE).messages
    content = service.store.fetch(ALICE, kept.id)
    assert content.endswith(MESSAGE)
    assert b"\r\nReceived: from test ([127.0.0.1])\r\n\tby localhost with LMTP id " in content
    assert service.store.usage(only_on.address).messages == 0
    assert [taken.targets for taken in sink.taken] == [("copy@far.example",)]


def test_smtp_keeps_too_and_a_lost_connection_to_postgresql_is_made_anew(service):
    make_account(ALICE)
    with Client(service.smtp, lmtp=False) as client:
        first = client.message("", [ALICE], MESSAGE)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        second = client.message("", [ALICE], MESSAGE + b"again\r\n")

    assert (first.end[0][0], second.end[0][0]) == (250, 250)
    assert service.store.list(ALICE).total == 2


def test_ten_connections_are_shared_evenly(service):
    make_account(ALICE)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(service.lmtp)) for _ in range(10)]
        for number, client in enumerate(clients):
            client.message("", [ALICE], MESSAGE + str(number).encode())

    pids = re.findall(r" I (\d+) delivery\.edge: [0-9a-f]{12}: from <>, ", service.log)
    assert sorted(pids.count(pid) for pid in set(pids)) == [5, 5]


def test_stopping_says_goodbye_and_ends_all_processes(service):
    workers = service.workers()
    with Client(service.lmtp) as client:
        assert service.stop() == 0
        assert client.reply()[0] == 421

    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    assert "Traceback" not in service.log


def test_a_process_that_dies_is_replaced(service):
    first, second = service.workers()
    os.kill(first, signal.SIGKILL)

    wait_until(lambda: len(set(service.workers()) - {first, second}) == 1)
    with Client(service.lmtp) as client:
        assert client.say("NOOP")[0][0] == 250
    assert "Process ended (-9), starting again in 1 s" in service.log


def test_processes_end_with_their_parent(service):
    workers = service.workers()
    service.process.kill()
    service.process.wait()

    wait_until(lambda: not any(is_alive(pid) for pid in workers))


def is_alive(pid: int) -> bool:
    """Not a zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_taken_port_is_a_clear_error(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(tmp_path, LMTP_PORT=str(port)) as service:
            assert service.process.wait(30) == 1

            assert service.log.strip() == (
                f"CommandError: Cannot listen on 127.0.0.1 port {port}: Address already in use. "
                "Choose another port with LMTP_PORT."
            )


def test_without_a_database_it_waits_and_says_so(tmp_path):
    nowhere = f"postgres://x:x@127.0.0.1:{free_ports()[0]}/x"
    with running(tmp_path, DATABASE_URL=nowhere) as service:
        wait_until(lambda: "Waiting for the database: " in service.log)

        assert not is_listening(service.lmtp)
        assert service.process.poll() is None
