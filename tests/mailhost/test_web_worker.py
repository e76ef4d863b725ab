"""The web server with clients that stall. Proves G1."""

from __future__ import annotations

import io
import logging
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from gunicorn.workers.gthread import ThreadWorker

from mailhost import certificate, ports
from mailhost.web_worker import PatientWorker

THREADS = 2
SECONDS = 3
HELLO = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    environ["wsgi.input"].read()
    return [b"Hello"]
"""


@pytest.fixture
def port(tmp_path, free_port) -> Iterator[int]:
    """Where a small application is served as the panel is, with little patience."""
    (tmp_path / "hello.py").write_text(HELLO)
    chain, key = certificate.ensure(tmp_path, datetime.now(UTC))
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "hello", f"--pythonpath={tmp_path}"),
            *(f"--bind=127.0.0.1:{free_port}", f"--certfile={chain}", f"--keyfile={key}"),
            *("--worker-class=mailhost.web_worker.PatientWorker", f"--threads={THREADS}"),
            *(f"--timeout={SECONDS}", "--no-control-socket", "--log-level=critical"),
        ]
    )
    latest = time.monotonic() + 30
    while not ports.is_open("127.0.0.1", free_port) and time.monotonic() < latest:
        time.sleep(0.1)
    yield free_port
    process.terminate()
    process.wait(30)


def call(port: int, request: bytes) -> ssl.SSLSocket:
    """A connection over TLS on which this has been sent."""
    trust_all = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust_all.check_hostname, trust_all.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    secured = trust_all.wrap_socket(plain)
    secured.sendall(request)
    return secured


def seconds_to_answer(port: int) -> float:
    begun = time.monotonic()
    with call(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as browser:
        assert browser.recv(1000).startswith(b"HTTP/1.1 200 ")
    return time.monotonic() - begun


def test_who_connects_and_says_nothing_takes_no_thread(port):
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))

        assert seconds_to_answer(port) < SECONDS


@pytest.mark.parametrize("stage", ["handshake", "headers", "body"])
def test_who_begins_and_falls_silent_is_hung_up_on(port, stage):
    begun = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
    with ExitStack() as stack:
        for _ in range(THREADS):
            if stage == "handshake":
                stalled = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                stalled.sendall(b"\x16")
            else:
                rest = b"Content-Length: 9\r\n\r\nx" if stage == "body" else b"X: y"
                stack.enter_context(call(port, begun + rest))

        assert seconds_to_answer(port) < 3 * SECONDS


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def worker(monkeypatch, written) -> PatientWorker:
    """One that serves nobody, with a log like gunicorn's."""
    monkeypatch.setattr(ThreadWorker, "init_process", lambda self: None)
    worker = PatientWorker.__new__(PatientWorker)
    log = logging.getLogger("gunicorn.test")
    monkeypatch.setattr(log, "handlers", [logging.StreamHandler(written)])
    worker.log = SimpleNamespace(error_log=log, warning=log.warning)
    worker.init_process()
    return worker


def test_the_servers_own_log_keeps_secrets(worker, written):
    worker.log.warning("Error handling request GET %s", "/password/secret")

    assert written.getvalue() == "Error handling request GET /password/…\n"


def test_a_browser_that_does_not_trust_the_certificate_is_no_news(worker, written):
    worker.handle_error(None, None, ("192.0.2.1", 1), ssl.SSLError(1, "certificate unknown"))

    assert written.getvalue() == ""
