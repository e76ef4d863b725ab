"""A mail host that is started for tests: what it takes, how it is asked, and who belongs to it."""

from __future__ import annotations

import imaplib
import os
import poplib
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailhost import environment, packages
from mailhost.servers import PORTS
from tests.delivery.sink import Sink, Taken
from tests.make import PASSWORD

PATIENCE = 20.0  # seconds in which a message arrives, or everything runs
READY = "Data       "  # said when everything runs


def left_out() -> str:
    """Why it cannot run here; empty where it can."""
    if os.geteuid() != 0:
        return "a mail host is started by root"
    absent = packages.missing()
    return f"not installed: {', '.join(absent)}" if absent else ""


needs_whole_host = [
    pytest.mark.mailhost,
    pytest.mark.skipif(bool(left_out()), reason=left_out()),
]


def eventually(look: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def descendants(pid: int) -> set[int]:
    """The process and all that it started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(folder.name)] = int(after_name[1])
    found, new = set(), {pid}
    while new:
        found |= new
        new = {child for child, parent in parents.items() if parent in new} - found
    return found


def is_alive(pid: int) -> bool:
    """Whether it runs; who is dead but was not reaped by its killed parent does not."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return after_name[0] != "Z"


class WholeHost:
    """One host on ports of its own. Its outgoing mail ends in `sink`.

    `settings` are variables of its environment, and `further_ports` the names of more ports.
    """

    def __init__(self, *, further_ports: tuple[str, ...] = (), **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pigeonnier-"))
        self.folder.chmod(0o711)
        self.sink = Sink()
        self.sink.start()
        self.ports = free_ports(("PANEL_PORT", *PORTS, *further_ports))
        inherited = ("DATABASE_URL", "SECRET_KEY", "STATIC_STORAGE", "TASKS_BACKEND", "MAKELEVEL")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in inherited},
            **{name: str(port) for name, port in self.ports.items()},
            "PANEL_VAR": str(self.folder / "var"),
            "SMARTHOST": f"127.0.0.1:{self.sink.port}",
            "MAIL_HOST": "mx.host.example",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it runs."""
        self._output = open(self.folder / "log", "w+")  # noqa: SIM115 - it lives as long as the host
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "mailhost"],
            cwd=environment.CHECKOUT,
            env=self.environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        process = self.process
        assert eventually(lambda: READY in self.said() or process.poll() is not None, 120)
        assert READY in self.said(), self.said()

    def said(self) -> str:
        return (self.folder / "log").read_text()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self._output.close()
            self.process = None

    def remove(self) -> None:
        self.stop()
        self.sink.stop()
        shutil.rmtree(self.folder)

    def call(self, *arguments: str, var: str = "var") -> subprocess.CompletedProcess[str]:
        """`manage.py` in another terminal."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=environment.CHECKOUT,
            env={**self.environment, "PANEL_VAR": str(self.folder / var)},
            capture_output=True,
            text=True,
            check=False,
        )

    def postfix(self, program: str, *arguments: str) -> str:
        """What a program of Postfix says of this host's instance."""
        etc = (self.folder / "var/mailhost").resolve() / "postfix/etc"
        return subprocess.run(
            [program, "-c", etc, *arguments], capture_output=True, text=True, check=True
        ).stdout

    def do(self, code: str) -> None:
        """Change something as the panel would, with the test data's makers at hand."""
        names = "from tests.make import *; from mailaccounts.actions import *"
        code = f"{names}\n{code}"
        done = self.call("shell", "--no-imports", "-c", code, var="var/mailhost/panel")
        assert done.returncode == 0, done.stderr

    def send(self, recipient: str, subject: str) -> str:
        """Mail from outside by SMTP; the answer is what was sent."""
        fields = f"From: sender@far.example\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
        content = f"{fields}\r\nHello!\r\n"
        with smtplib.SMTP("127.0.0.1", self.ports["SMTP_PORT"]) as server:
            server.sendmail("sender@far.example", [recipient], content)
        return content

    def submit(self, login: str, sender: str, recipient: str, subject: str, password: str) -> None:
        """Mail of an owner, as a mail program sends it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        message.set_content("Hello!\n")
        with smtplib.SMTP("127.0.0.1", self.ports["SUBMISSION_PORT"]) as server:
            server.starttls(context=self.trusting())
            server.login(login, password)
            server.send_message(message, from_addr=sender)

    def trusting(self) -> ssl.SSLContext:
        """Trusts the host's own certificate and no other."""
        context = ssl.create_default_context(cafile=self.folder / "var/tls/certificate.pem")
        context.check_hostname = False  # it is for localhost, and smtplib asks for the address
        return context

    @contextmanager
    def imap(self, login: str, password: str = PASSWORD):
        with imaplib.IMAP4("127.0.0.1", self.ports["IMAP_PORT"]) as server:
            server.starttls(self.trusting())
            server.login(login, password)
            server.select("INBOX")
            yield server

    def may_read(self, login: str, password: str = PASSWORD) -> bool:
        """Whether IMAP lets the login in."""
        try:
            with self.imap(login, password):
                return True
        except imaplib.IMAP4.error:
            return False

    def by_imap(self, login: str, subject: str, password: str = PASSWORD) -> bytes:
        """The one message of this subject, as soon as it is there."""
        found: list[bytes] = []

        def look() -> bool:
            with self.imap(login, password) as server:
                found[:] = server.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
                if found:
                    found[:] = [server.fetch(n.decode(), "(RFC822)")[1][0][1] for n in found]
            return bool(found)

        assert eventually(look), f"{subject} did not arrive\n{self.said()}"
        (message,) = found
        return message

    def by_pop3(self, login: str) -> list[bytes]:
        """All messages."""
        server = poplib.POP3("127.0.0.1", self.ports["POP3_PORT"])
        try:
            server.stls(self.trusting())
            server.user(login)
            server.pass_(PASSWORD)
            count = server.stat()[0]
            return [b"\r\n".join(server.retr(n + 1)[1]) + b"\r\n" for n in range(count)]
        finally:
            server.close()

    def went_out(self, subject: str) -> Taken:
        """What left for elsewhere under this subject, as soon as it has."""

        def found() -> list[Taken]:
            line = f"Subject: {subject}\r\n".encode()
            return [taken for taken in self.sink.taken if line in taken.message]

        assert eventually(lambda: bool(found())), f"{subject} did not leave\n{self.said()}"
        (taken,) = found()
        return taken


def free_ports(names: tuple[str, ...]) -> dict[str, int]:
    """Held together, so that they differ."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    numbers = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return dict(zip(names, numbers, strict=True))
