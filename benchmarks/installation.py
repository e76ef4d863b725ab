"""An installation of our own for one benchmark: a folder, a PostgreSQL, accounts, the service."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DOMAIN = "example.test"


@dataclass
class Installation:
    """Where it is; `environment` is that of its programs."""

    var: Path
    lmtp_port: int
    environment: dict[str, str]
    service: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start the delivery service and wait until it listens."""
        log = (self.var / "delivery.log").open("ab")
        # Its own session, so that all its processes can be killed at once.
        self.service = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "delivery"],
            env=self.environment,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.wait()

    def wait(self) -> None:
        """Until somebody listens."""
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.lmtp_port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("The delivery service does not listen.")

    def stop(self) -> None:
        if self.service and self.service.poll() is None:
            self.service.send_signal(signal.SIGTERM)
            self.service.wait()

    def workers(self) -> list[int]:
        """The process ids of the parent's children."""
        assert self.service is not None
        pid = self.service.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]

    def memory(self) -> list[int]:
        """The resident memory of each worker, in MB."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers()]
        return [int(status.partition("VmRSS:")[2].split()[0]) // 1024 for status in statuses]

    def log(self) -> str:
        """What the service has said."""
        log = self.var / "delivery.log"
        return log.read_text() if log.exists() else ""

    def mail(self) -> Path:
        return self.var / "mail"


@contextmanager
def installed(lmtp_port: int, sink_port: int, boxes: int = 200) -> Iterator[Installation]:
    """Accounts u0, u1, …; outgoing mail goes to the sink. All is gone afterwards."""
    from mailhost.environment import prepare
    from mailhost.postgres import Server, home_in

    var = Path(tempfile.mkdtemp(prefix="pigeonnier-benchmark-"))
    os.chmod(var, 0o711)  # the database's own user must reach its folder
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "PANEL_VAR": str(var),
        "LMTP_PORT": str(lmtp_port),
        "SMTP_PORT": "0",
        "POLICY_PORT": str(lmtp_port + 3),
        "RELAY_URL": f"smtp://127.0.0.1:{sink_port}",
        "DJANGO_SETTINGS_MODULE": "panel.settings",
        "ANSWERS_AN_HOUR": "1000000000",  # what is measured is not the ceiling
    }
    prepare(var)
    server = Server(home_in(var))
    server.start()
    installation = Installation(var, lmtp_port, dict(os.environ))
    try:
        _make_accounts(boxes)
        yield installation
    except BaseException:
        sys.stderr.write(installation.log()[-3000:])
        raise
    finally:
        installation.stop()
        server.stop()
        shutil.rmtree(var, ignore_errors=True)


def _make_accounts(boxes: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from mailaccounts.actions import create_account
    from mailaccounts.models import Domain, Plan

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        Domain.objects.create(name=DOMAIN)
        plan = Plan.objects.get_or_create(name="Standard")[0]
        for number in range(boxes):
            create_account(address=f"u{number}@{DOMAIN}", plan=plan)
    connection.close()


def redirect_all(enabled: bool) -> None:
    """Switch the redirect of every account on or off."""
    from django.db import connection

    from mailaccounts.models import Redirect

    Redirect.objects.update(address="copy@other.test", enabled=enabled)
    connection.close()


def answer_all(*, stored: int = 0, boxes: int = 200) -> None:
    """Let accounts answer everything; `stored` addresses each has answered already."""
    from django.db import connection

    from autoresponder.models import AutoReply, Autoresponder

    Autoresponder.objects.all().delete()
    text = "I am away until Monday. For urgent matters call the desk."
    limits = {"answers_a_day": 1000, "stored_limit": 1_000_000, "stored": stored}
    Autoresponder.objects.bulk_create(
        Autoresponder(service=service, name="Away", text=text, **limits)
        for service in AutoReply.objects.order_by("account_id")[:boxes]
    )
    AutoReply.objects.update(enabled=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO autoresponder_answered (autoresponder_id, address, day, today, at)"
            " SELECT id, 'earlier' || n || '@sender.test', current_date, 1,"
            " now() - n * interval '1s'"
            " FROM autoresponder_autoresponder, generate_series(1, %s) AS n",
            [stored],
        )
        cursor.execute("ANALYZE autoresponder_answered")
    connection.close()
