"""Home of an owner, ours over TLS beside PostfixAdmin's over plain HTTP, in turns of one run.

    benchmarks/peers/packages.sh wrk nginx-light php-{fpm,cli,pgsql,mbstring} postgresql curl
    python benchmarks/home.py [--runs 3] [--seconds 6] [--connections 10]

Starts `manage.py run` in a folder of its own with 1,000 accounts, and PostfixAdmin with 1,000
mailboxes; 50 owners of each are logged in. As root on Debian.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The project first: one of the benchmarks bears the name of a package.
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE / "peers")]

import postfixadmin  # noqa: E402 - found by the path above
import wrk  # noqa: E402

ACCOUNTS = 1000
OWNERS = 50
ALIASES = 3
PFA_PORT = 8702
DOMAIN = "example.test"
PASSWORD = "Passw0rd-bench"


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="pigeonnier-home-") as var:
        os.chmod(var, 0o755)  # the database's own user must reach its folder
        panel = _start_panel(Path(var), options.port)
        try:
            subprocess.run([str(HERE / "peers" / "postfixadmin.sh")], check=True)
            theirs = [
                postfixadmin.login(PFA_PORT, f"u{number}@{DOMAIN}", PASSWORD)
                for number in range(0, ACCOUNTS, ACCOUNTS // OWNERS)
            ]
            _compare(options, _our_sessions(), theirs)
        finally:
            subprocess.run([str(HERE / "peers" / "postfixadmin.sh"), "stop"], check=False)
            panel.send_signal(signal.SIGINT)
            panel.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--port", type=int, default=8710)
    return parser.parse_args()


def _start_panel(var: Path, port: int) -> subprocess.Popen[bytes]:
    os.environ.update(
        PANEL_VAR=str(var), PANEL_PORT=str(port), SMTP_PORT=str(port + 1), LMTP_PORT=str(port + 2)
    )
    panel = subprocess.Popen(
        [sys.executable, str(HERE.parent / "manage.py"), "run"], stdout=(var / "log").open("wb")
    )
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return panel
        if panel.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit((var / "log").read_text())


def _our_sessions() -> list[str]:
    """Make the accounts and log `OWNERS` of them in; the Cookie header of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from mailaccounts.actions import create_account, create_alias
    from mailaccounts.models import Domain, Plan
    from mailaccounts.sessions import SessionStore

    Domain.objects.create(name=DOMAIN)
    plan = Plan.objects.first()
    cookies = []
    for number in range(ACCOUNTS):
        account = create_account(address=f"u{number}@{DOMAIN}", plan=plan)
        if number % (ACCOUNTS // OWNERS):
            continue
        for alias in range(ALIASES):
            create_alias(account=account, address=f"u{number}-{alias}@{DOMAIN}")
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        cookies.append(
            f"{settings.SESSION_COOKIE_NAME}={session.session_key}; "
            f"{settings.CSRF_COOKIE_NAME}={secrets.token_hex(16)}"
        )
    return cookies


def _compare(options: argparse.Namespace, ours: list[str], theirs: list[str]) -> None:
    sides = {
        "PostfixAdmin": (f"http://127.0.0.1:{PFA_PORT}", "/users/main.php", theirs),
        "Pigeonnier": (f"https://127.0.0.1:{options.port}", "/", ours),
    }
    loads: dict[str, list[wrk.Load]] = {name: [] for name in sides}
    for run in range(options.runs + 1):
        for name, (base, path, cookies) in sides.items():
            load = wrk.get(
                base, path, cookies, connections=options.connections, seconds=options.seconds
            )
            if run:  # the first one only warms up
                loads[name].append(load)
    print(f"{'':14}{'pages/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'bad':>6}")
    for name, measured in loads.items():
        rate, p50, p99 = (
            statistics.median(getattr(load, field) for load in measured)
            for field in ("rate", "p50", "p99")
        )
        print(f"{name:14}{rate:10.0f}{p50:10.1f}{p99:10.1f}{sum(load.bad for load in measured):6}")


if __name__ == "__main__":
    main()
