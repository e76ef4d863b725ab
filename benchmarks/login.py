"""How many logins a second, beside how many of the password's hashes alone, in turns of one run.

    python benchmarks/login.py [--turns 9] [--seconds 5]

Starts a PostgreSQL of its own, or uses DATABASE_URL of one where databases may be made. As many
processes and threads as gunicorn has of ours keep the processors busy with the one or the other.
Logins go through the whole application, as gunicorn calls it, without network and TLS; the database
takes its share of the same processors. Every account is known to its browser, and has the sessions
of the logins before. Of the hash no login gets around: required is to be within 15 % of it.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pipe, get_context
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PASSWORD = "a long enough password"
ALLOWED = 1.15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pigeonnier-login-") as var:
        os.chmod(var, 0o755)  # the database's own user must reach its folder
        server = _database(Path(var))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "panel.settings",
            "PANEL_VAR": var,
            "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "LOG_LEVEL": "ERROR",
        }
        os.environ.setdefault("SECRET_KEY", "benchmark")
        try:
            ratio = _measure(options.turns, options.seconds)
        finally:
            if server is not None:
                server.stop()
    sys.exit(ratio > ALLOWED)


def _database(var: Path):
    if "DATABASE_URL" in os.environ:
        return None
    from mailhost import programs
    from mailhost.postgres import Server

    home, user = var / "postgres", programs.server_user()
    home.mkdir()
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
    server = Server(home)
    server.start()
    os.environ["DATABASE_URL"] = server.url()
    return server


def _measure(turns: int, seconds: float) -> float:
    """Print both sides of each turn; return the median of the ratios."""
    from django.core.management import call_command
    from django.db import connection

    from mailhost.web import THREADS, WORKERS
    from panel.wsgi import application  # which readies Django

    call_command("migrate", verbosity=0)
    hashed = _owner("hash").password
    accounts = [[_owner(f"user{w}.{t}").address for t in range(THREADS)] for w in range(WORKERS)]
    connection.close()  # or the workers would share it
    workers = [Worker(application, hashed, addresses) for addresses in accounts]
    ratios = []
    print(
        f"{WORKERS} processes of {THREADS} threads; {'hashes/s':>10} {'logins/s':>10} {'ratio':>7}"
    )
    for turn in range(turns):
        hashes, logins = (_rate(workers, what, seconds) for what in ("hash", "login"))
        ratios.append(hashes / logins)
        print(f"{turn + 1:<29}{hashes:10.1f} {logins:10.1f} {ratios[-1]:7.2f}")
    print(f"median of the ratios: {statistics.median(ratios):.2f}")
    return statistics.median(ratios)


def _rate(workers: list[Worker], what: str, seconds: float) -> float:
    """How many of these all workers together do in a second."""
    for worker in workers:
        worker.begin(what, seconds)
    return sum(worker.done() for worker in workers) / seconds


class Worker:
    """A process as gunicorn has several, with a browser for each of its threads."""

    def __init__(self, application, hashed: str, addresses: list[str]) -> None:
        self._pipe, end = Pipe()
        work = (end, application, hashed, addresses)
        get_context("fork").Process(target=_work, args=work, daemon=True).start()
        self._pipe.recv()  # every browser is known

    def begin(self, what: str, seconds: float) -> None:
        self._pipe.send((what, seconds))

    def done(self) -> int:
        """How many it has done, once the time is over."""
        return self._pipe.recv()


def _work(pipe, application, hashed: str, addresses: list[str]) -> None:
    browsers = [Browser(application, address) for address in addresses]
    with ThreadPoolExecutor(len(browsers)) as threads:
        for browser in browsers:
            browser.log_in()  # the first one makes the browser known
        pipe.send("ready")
        while True:
            what, seconds = pipe.recv()
            end = time.perf_counter() + seconds
            acts = [partial(_verify, hashed) if what == "hash" else b.log_in for b in browsers]
            pipe.send(sum(threads.map(partial(_until, end), acts)))


def _until(end: float, act: Callable[[], None]) -> int:
    times = 0
    while time.perf_counter() < end:
        act()
        times += 1
    return times


def _owner(name: str):
    from mailaccounts.actions import create_account
    from mailaccounts.models import Domain, MailAccount

    Domain.objects.get_or_create(name="example.test")
    account: MailAccount = create_account(address=f"{name}@example.test", password=PASSWORD)
    return account


def _verify(hashed: str) -> None:
    from django.contrib.auth.hashers import check_password

    assert check_password(PASSWORD, hashed)


class Browser:
    """Sends the login form as a browser does that has been here before."""

    def __init__(self, application, address: str) -> None:
        self._application = application
        form = {"login": address, "password": PASSWORD, "language": ""}
        self._cookies: dict[str, str] = {}
        page = self._ask("GET", "")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        self._filled_in = urlencode(form | {"csrfmiddlewaretoken": token})

    def log_in(self) -> None:
        kept = dict(self._cookies)
        self._ask("POST", self._filled_in)
        assert self._status == "302 Found", self._status
        # Out again: only what a browser keeps after its session is kept.
        known = {name: value for name, value in self._cookies.items() if "known" in name}
        self._cookies = kept | known

    def _ask(self, method: str, body: str) -> str:
        data = body.encode()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": "/login",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": "localhost:8443",
            "HTTP_ORIGIN": "https://localhost:8443",
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "HTTP_ACCEPT_LANGUAGE": "fr",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": sys.stderr,
        }
        page = self._application(environ, self._take)
        text = b"".join(page).decode()
        page.close()
        return text

    def _take(self, status: str, headers: list[tuple[str, str]], *_more: object) -> None:
        self._status = status
        for name, value in headers:
            if name == "Set-Cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content


if __name__ == "__main__":
    main()
