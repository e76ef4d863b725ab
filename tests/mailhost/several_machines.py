"""A mail host on machines of their own: PostgreSQL, panel, Postfix, Dovecot, two for delivery.

Each has the ports of a live host, for each has a network namespace. What is set on them is what
docs/install.md says.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import signal
import smtplib
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mailhost import certificate, environment, leash, postgres
from tests.delivery.sink import Sink, Taken
from tests.mailhost.network import OUTSIDE, Network
from tests.mailhost.whole_host import READY, eventually
from tests.make import PASSWORD

DATABASE, MAIL, DOVECOT, PANEL = "database", "mail", "dovecot", "panel"
FIRST, SECOND = "delivery1", "delivery2"
ADDRESSES = {
    DATABASE: "10.0.0.1",
    MAIL: "10.0.0.2",
    FIRST: "10.0.0.3",
    SECOND: "10.0.0.4",
    DOVECOT: "10.0.0.5",
    PANEL: "10.0.0.6",
    OUTSIDE: "10.0.0.99",  # another machine on the same wire, which is not named to anybody
}
# Which role may come from where: pg_hba.conf.
MAY_ASK = """
local all all scram-sha-256
host pigeonnier pigeonnier                              10.0.0.2/32 scram-sha-256
host pigeonnier pigeonnier_postfix,pigeonnier_opendkim  10.0.0.2/32 scram-sha-256
host pigeonnier pigeonnier_spamd,pigeonnier_dovecot     10.0.0.2/32 scram-sha-256
host pigeonnier pigeonnier                              10.0.0.3/32 scram-sha-256
host pigeonnier pigeonnier                              10.0.0.4/32 scram-sha-256
host pigeonnier pigeonnier,pigeonnier_dovecot           10.0.0.5/32 scram-sha-256
host pigeonnier pigeonnier,pigeonnier_webmail           10.0.0.6/32 scram-sha-256
"""
# What each runs; delivery does without a mail host.
RUNS = {PANEL: "panel", MAIL: "postfix,scanners", DOVECOT: "dovecot", FIRST: "", SECOND: ""}
DELIVERY_PASSWORD = "chosen-by-an-administrator"
STARTED = "LMTP on "
ALICE = "alice@host.example"


class Machine:
    """One of them, with `manage.py` and the settings of its own."""

    def __init__(self, folder: Path, network: Network, name: str, **settings: str) -> None:
        self.folder, self.network, self.name = folder / name, network, name
        self.folder.mkdir(mode=0o711)
        ours = ("DATABASE_URL", "SECRET_KEY", "STATIC_STORAGE", "TASKS_BACKEND", "MAKELEVEL")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ours},
            "PANEL_VAR": str(self.folder / "var"),
            "PRIVATE_ADDRESS": ADDRESSES[name],
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        with open(self.folder / "log", "a") as output, self.network.inside(self.name):
            self.process = leash.start(
                self._manage(*arguments),
                last=signal.SIGTERM,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _manage(self, *arguments: str) -> list[str]:
        manage = str(environment.CHECKOUT / "manage.py")
        return self.network.command(self.name, sys.executable, manage, *arguments)

    def wait_for(self, said: str) -> None:
        process = self.process
        assert process is not None
        assert eventually(lambda: said in self.said() or process.poll() is not None, 120)
        assert said in self.said(), self.said()

    def said(self) -> str:
        return (self.folder / "log").read_text()

    def call(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` in another terminal of this machine."""
        with self.network.inside(self.name):
            return subprocess.run(
                self._manage(*arguments),
                env=self.environment | settings,
                capture_output=True,
                text=True,
                check=False,
            )

    def end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def stop(self) -> None:
        self.end()
        if self.process is not None:
            self.process.wait(60)
            self.process = None


class SeveralMachines:
    """All of them, and the world outside with a sink for what leaves."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pigeonnier-"))
        self.folder.chmod(0o711)
        self.network = Network(self.folder, ADDRESSES)
        self.machines: dict[str, Machine] = {}
        self.sink = Sink(address=ADDRESSES[OUTSIDE])
        with self.network.inside(OUTSIDE):
            self.sink.start()
        (self.folder / DATABASE).mkdir(mode=0o711)
        (self.folder / DATABASE / "pg_hba.conf").write_text(MAY_ASK)
        self.database = postgres.Server(
            postgres.home_in(self.folder / DATABASE),
            fsync="off",
            listen_addresses=ADDRESSES[DATABASE],
            hba_file=str(self.folder / DATABASE / "pg_hba.conf"),
        )

    def start(self) -> None:
        with self.network.inside(DATABASE):
            self.database.start()
        # Dovecot's own certificate, which the others are told to trust.
        tls = self.folder / DOVECOT / "var/tls"
        machines = [Machine(self.folder, self.network, name) for name in ADDRESSES if name in RUNS]
        self.machines = {machine.name: machine for machine in machines}
        chain, _key = certificate.ensure(tls, datetime.now(UTC), ADDRESSES[DOVECOT])
        shutil.copy(chain, self.folder / "dovecot.pem")
        for name, tell in ((PANEL, self._panel), (MAIL, self._mail), (DOVECOT, self._dovecot)):
            self.machines[name].environment |= self._shared() | tell() | {"HOST_RUNS": RUNS[name]}
            self.machines[name].start("mailhost", "--production")
            if name == PANEL:  # which makes what the others ask for
                self.machines[name].wait_for(READY)
        for name in (MAIL, DOVECOT):
            self.machines[name].wait_for(READY)
        for name in (FIRST, SECOND):
            self._start_delivery(self.machines[name])
        for name in (FIRST, SECOND):
            self.machines[name].wait_for(STARTED)

    def _shared(self) -> dict[str, str]:
        """What all of them are told."""
        password, place = self.database.password, ADDRESSES[DATABASE]
        return {
            "DATABASE_URL": f"postgres://{postgres.NAME}:{password}@{place}/{postgres.NAME}",
            "MAIL_HOST": "mx.host.example",
            "PANEL_URL": "https://panel.host.example",
            "PROVIDER_CONTACT": "postmaster@host.example",
        }

    def _panel(self) -> dict[str, str]:
        relay = f"smtp://delivery:{DELIVERY_PASSWORD}@{ADDRESSES[MAIL]}"
        return {
            "DELIVERY_PASSWORD": DELIVERY_PASSWORD,
            "RELAY_URL": f"{relay}:2526",
            "ANSWER_RELAY_URL": f"{relay}:2527",
            "SUBMISSION_URL": f"smtps://{ADDRESSES[MAIL]}:465",
            "SPAMD_URL": f"spamd://{ADDRESSES[MAIL]}:2783",
            "CLAMD_URL": f"clamd://{ADDRESSES[MAIL]}:2310",
            "MAIL_STORE_URL": f"dovecot://{ADDRESSES[DOVECOT]}?lmtp=2425&imaps=993&doveadm=2427",
            "MAIL_STORE_CA": str(self.folder / "dovecot.pem"),
        }

    def _mail(self) -> dict[str, str]:
        delivery = f"{ADDRESSES[FIRST]},{ADDRESSES[SECOND]}"
        names = ("POSTFIX_PASSWORD", "OPENDKIM_PASSWORD", "DOVECOT_PASSWORD", "SPAMD_PASSWORD")
        return {name: self.secret(name) for name in (*names, "SRS_SECRET")} | {
            "DELIVERY_PASSWORD": DELIVERY_PASSWORD,
            "PRIVATE_CLIENTS": f"{delivery},{ADDRESSES[PANEL]}",
            "DELIVERY_HOSTS": delivery,
            "SMARTHOST": f"{ADDRESSES[OUTSIDE]}:{self.sink.port}",
        }

    def _dovecot(self) -> dict[str, str]:
        names = ("DOVECOT_PASSWORD", "MASTER_PASSWORD", "DOVEADM_KEY")
        return {name: self.secret(name) for name in names} | {
            "PRIVATE_CLIENTS": ",".join(ADDRESSES[name] for name in (PANEL, FIRST, SECOND)),
            "SPAMD_URL": f"spamd://{ADDRESSES[MAIL]}:2783",
        }

    def _start_delivery(self, machine: Machine) -> None:
        """The panel's environment, as it is, with what differs."""
        var = Path(machine.environment["PANEL_VAR"])
        var.mkdir()
        shutil.copy(self.folder / PANEL / "var/mailhost/panel/environment", var)
        machine.environment |= {
            "PRIVATE_CLIENTS": ADDRESSES[MAIL],
            "POLICY_PORT": "0",
            "MAIL_HOST": f"{machine.name}.host.example",
        }
        machine.start("delivery")

    def remove(self) -> None:
        for machine in self.machines.values():
            machine.end()
        for machine in self.machines.values():
            machine.stop()
        self.database.stop()
        self.sink.stop()
        self.network.remove()
        shutil.rmtree(self.folder)

    def do(self, code: str) -> None:
        """Change something as the panel would, with the test data's makers at hand."""
        names = "from tests.make import *; from mailaccounts.actions import *"
        code = f"{names}\n{code}"
        var = str(self.folder / PANEL / "var/mailhost/panel")
        done = self.machines[PANEL].call("shell", "--no-imports", "-c", code, PANEL_VAR=var)
        assert done.returncode == 0, done.stderr

    def send(self, recipient: str, subject: str) -> bytes:
        """Mail from outside by SMTP; the answer is what was sent."""
        fields = f"From: sender@far.example\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
        content = f"{fields}\r\nHello!\r\n"
        with self.network.inside(OUTSIDE), smtplib.SMTP(ADDRESSES[MAIL]) as server:
            server.sendmail("sender@far.example", [recipient], content)
        return content.encode()

    def submit(self, login: str, subject: str, password: str) -> str | int:
        """Mail of alice to elsewhere, as a mail program sends it; a refused login's reply."""
        content = f"From: {ALICE}\r\nSubject: {subject}\r\n\r\nHello!\r\n"
        trusting = ssl.create_default_context(cafile=self.folder / MAIL / "var/tls/certificate.pem")
        with self.network.inside(OUTSIDE), smtplib.SMTP(ADDRESSES[MAIL], 587) as server:
            server.starttls(context=trusting)
            try:
                server.login(login, password)
            except smtplib.SMTPAuthenticationError as error:
                return error.smtp_code
            server.sendmail(ALICE, ["someone@far.example"], content)
        return "sent"

    def secret(self, name: str) -> str:
        """One that the machine with the panel has made."""
        return environment.read_lines(self.folder / PANEL / "var/mailhost/secrets")[name]

    @contextmanager
    def imap(self, login: str) -> Iterator[imaplib.IMAP4_SSL]:
        """As a mail program, from outside."""
        trusting = ssl.create_default_context(cafile=self.folder / "dovecot.pem")
        with self.network.inside(OUTSIDE):
            server = imaplib.IMAP4_SSL(ADDRESSES[DOVECOT], ssl_context=trusting)
            try:
                server.login(login, PASSWORD)
                server.select("INBOX")
                yield server
            finally:
                server.shutdown()

    def by_imap(self, login: str, subject: str) -> bytes:
        """The one message of this subject, as soon as it is there."""
        found: list[bytes] = []

        def look() -> bool:
            with self.imap(login) as server:
                numbers = server.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
                found[:] = [server.fetch(n.decode(), "(RFC822)")[1][0][1] for n in numbers]
            return bool(found)

        assert eventually(look), self.said()
        (message,) = found
        return message

    def went_out(self, subject: str) -> Taken:
        """What left for elsewhere under this subject, as soon as it has."""
        line = f"Subject: {subject}\r\n".encode()

        def found() -> list[Taken]:
            return [taken for taken in self.sink.taken if line in taken.message]

        assert eventually(lambda: bool(found())), self.said()
        (taken,) = found()
        return taken

    def said(self) -> str:
        return "\n".join(f"--- {m.name}\n{m.said()}" for m in self.machines.values())
