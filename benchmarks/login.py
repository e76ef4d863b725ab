"""A login beside the password's hash alone, in turns of one run.

    python benchmarks/login.py [--runs 7] [--logins 40] [--accounts 50]

Starts a PostgreSQL of its own, or uses DATABASE_URL of one where databases may be made. Logins go
through the whole application, as gunicorn calls it, without network and TLS; every account is known
to its browser, and has the sessions of the logins before. Of the hash no login gets around: what
is measured is all the rest. Required: within 15 % of it.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PASSWORD = "a long enough password"
ALLOWED = 1.15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--logins", type=int, default=40)
    parser.add_argument("--accounts", type=int, default=50)
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
            ratio = _measure(options.runs, options.logins, options.accounts)
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


def _measure(runs: int, logins: int, accounts: int) -> float:
    """Print both sides of each turn; return the median of the ratios of processor time."""
    from django.core.management import call_command

    from panel.wsgi import application  # which readies Django

    call_command("migrate", verbosity=0)
    owners = [_owner(number) for number in range(accounts)]
    browsers = [Browser(application, owner.address) for owner in owners]
    for browser in browsers:
        browser.log_in()  # the first one makes the browser known
    hashed = owners[0].password
    ratios = []
    print(f"{'':6}{'hash':>16}{'login':>18}{'ratio':>8}   ms of the clock (of the processor)")
    for run in range(runs):
        wall, cpu = _timed(lambda _n: _verify(hashed), logins)
        all_wall, all_cpu = _timed(lambda n: browsers[n % accounts].log_in(), logins)
        ratios.append((all_wall / wall, all_cpu / cpu))
        print(
            f"{run + 1:<6}{wall:8.1f} ({cpu:5.1f}){all_wall:10.1f} ({all_cpu:5.1f})"
            f"{all_wall / wall:8.2f} ({all_cpu / cpu:.2f})"
        )
    clock, processor = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(f"median of the ratios: {clock:.2f} by the clock, {processor:.2f} of this process")
    return clock


def _owner(number: int):
    from mailaccounts.actions import create_account
    from mailaccounts.models import Domain, MailAccount

    Domain.objects.get_or_create(name="example.test")
    account: MailAccount = create_account(address=f"user{number}@example.test", password=PASSWORD)
    return account


def _verify(hashed: str) -> None:
    from django.contrib.auth.hashers import check_password

    assert check_password(PASSWORD, hashed)


def _timed(act: Callable[[int], None], times: int) -> tuple[float, float]:
    """Milliseconds for each, by the clock (the median) and of this process's processor time."""
    before, clocks = resource.getrusage(resource.RUSAGE_SELF), []
    for number in range(times):
        began = time.perf_counter()
        act(number)
        clocks.append(time.perf_counter() - began)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return statistics.median(clocks) * 1000, used / times * 1000


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
