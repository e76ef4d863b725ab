"""What each server of a running mail host is, and what it answers."""

from __future__ import annotations

import re
import socket
import ssl
import struct
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from mailhost import dovecot, machines, nginx, servers, webmail
from mailhost.environment import CHECKOUT
from mailhost.names import panel_name, webmail_url

PATIENCE = 3.0  # seconds
_NUMBER = re.compile(r"\d+(\.\d+)+")
# Who answers at a port, how it is spoken to, and what it says when all is well.
_DOORS = (
    ("postfix", "SMTP", "SMTP_PORT", "220"),
    ("postfix", "submission", "SUBMISSION_PORT", "220"),
    ("postfix", "submission, TLS", "SUBMISSIONS_PORT", "220"),
    ("postfix", "re-injection", "REINJECTION_PORT", "220"),
    ("postfix", "answers", "ANSWER_PORT", "220"),
    ("delivery", "LMTP", "LMTP_PORT", "220"),
    ("delivery", "policy", "POLICY_PORT", "action=DUNNO"),
    ("dovecot", "LMTP", "DOVECOT_LMTP_PORT", "220"),
    ("dovecot", "administration", "DOVEADM_PORT", "HTTP/1.1 401"),  # who has no key
    ("dovecot", "IMAP", "IMAP_PORT", "* OK"),
    ("dovecot", "IMAP, TLS", "IMAPS_PORT", "* OK"),
    ("dovecot", "POP3", "POP3_PORT", "+OK"),
    ("dovecot", "POP3, TLS", "POP3S_PORT", "+OK"),
    ("spamd", "SPAMC", "SPAMD_PORT", "SPAMD/1.5 0 PONG"),
    ("clamd", "CLAMD", "CLAMD_PORT", "PONG"),
    ("postsrsd", "senders", "SRS_PORT", "200"),
    ("postsrsd", "bounces", "SRS_REVERSE_PORT", "500"),
    ("opendkim", "milter", "DKIM_PORT", "milter"),
)


# What those are asked who do not greet.
_QUESTIONS = {
    "SPAMC": b"PING SPAMC/1.5\r\n\r\n",
    "CLAMD": b"nPING\n",
    "administration": b"GET /doveadm/v1 HTTP/1.0\r\n\r\n",
    "policy": b"request=smtpd_access_policy\n\n",
    "senders": b"get somebody@elsewhere.example\n",
    "bounces": b"get somebody@elsewhere.example\n",
    # Its length, "O" for the options, and which of them we know.
    "milter": struct.pack("!IcIII", 13, b"O", 6, 0x1FF, 0x1FFFFF),
}


@dataclass(frozen=True)
class Answer:
    """One server at one port."""

    server: str
    version: str
    door: str
    port: int | None
    said: str
    is_good: bool


def ask_all() -> list[Answer]:
    """Ask every server."""
    versions = _versions()
    answers = [
        _ask_database(),
        *(_web(versions) if machines.runs("panel") else []),
    ]
    here = servers.ports_here()
    for server, door, name, good in _DOORS:
        if name not in here:
            continue
        port = getattr(settings, name)
        said = _said(partial(_greeting, here[name], port, door))
        answers.append(Answer(server, versions[server], door, port, said, said.startswith(good)))
    return answers


def table(answers: Sequence[Answer]) -> Iterable[str]:
    """One line for each answer, in columns."""
    rows = [("server", "version", "door", "port", "answers")] + [
        (a.server, a.version, a.door, str(a.port or "socket"), a.said) for a in answers
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]])


def _versions() -> dict[str, str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    versions = {
        "postfix": _number("postconf", "-dh", "mail_version"),
        "dovecot": _number(dovecot.DOVECOT, "--version"),
        "spamd": _number("spamassassin", "--version"),
        "clamd": _number("clamd", "--version"),
        "postsrsd": _number("postsrsd", "-v"),
        "opendkim": _number("opendkim", "-V"),
        "delivery": project["version"],
        "panel": f"{project['version']}, gunicorn {version('gunicorn')}",
    }
    if machines.runs("panel"):
        versions["webmail"] = f"{webmail.version()}, nginx {nginx.version()}"
    return versions


def _number(*argv: str) -> str:
    """The first number with a point in what a program says."""
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return "?"
    found = _NUMBER.search(answer.stdout)
    return found[0] if found else "?"


def _said(ask: Callable[[], str]) -> str:
    try:
        return ask() or "nothing"
    except (OSError, struct.error) as error:
        return f"no answer: {error}"


def _greeting(address: str, port: int, door: str) -> str:
    with socket.create_connection((address, port), timeout=PATIENCE) as plain:
        # Between machines also who answers without it on loopback.
        if not ("TLS" in door or (door == "administration" and machines.is_apart())):
            plain.sendall(_QUESTIONS.get(door, b""))
            return _options(plain) if door == "milter" else _line(plain)
        with _trusting().wrap_socket(plain) as secure:
            secure.sendall(_QUESTIONS.get(door, b""))
            return _line(secure)


def _line(connected: socket.socket) -> str:
    with connected.makefile("rb") as stream:
        return stream.readline(512).decode(errors="replace").strip()


def _options(connected: socket.socket) -> str:
    """What a milter answers is no text."""
    _length, kind, version = struct.unpack("!IcI", connected.recv(9, socket.MSG_WAITALL))
    return f"milter, version {version}" if kind == b"O" else "something else"


def _trusting() -> ssl.SSLContext:
    """For asking whether somebody is there; nothing is told to them."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _ask_by_http(server: str, version: str, port: int, path: str, name: str) -> Answer:
    """One page of the host called `name`, with TLS where the port speaks it."""
    request = f"GET {path} HTTP/1.0\r\nHost: {name}\r\n\r\n".encode()
    tls = port != settings.HTTP_PORT

    def ask() -> str:
        with socket.create_connection(("localhost", port), timeout=PATIENCE) as plain:
            if not tls:
                plain.sendall(request)
                return _line(plain).partition(" ")[2]
            with _trusting().wrap_socket(plain, server_hostname=name) as secure:
                secure.sendall(request)
                return _line(secure).partition(" ")[2]

    said, door = _said(ask), "HTTPS" if tls else "HTTP"
    return Answer(server, version, door, port, said, said.startswith("200" if tls else "301"))


def _web(versions: dict[str, str]) -> list[Answer]:
    """The panel, and what nginx shows: the webmail, and on a live host the way to it."""
    answers = [
        _ask_by_http("panel", versions["panel"], settings.PANEL_PORT, "/login", panel_name())
    ]
    webmail_name = urlsplit(webmail_url()).hostname or "localhost"
    if not settings.PRODUCTION:
        ports = [settings.WEBMAIL_PORT]
    else:
        ports = [settings.HTTPS_PORT, settings.HTTP_PORT]
    return answers + [
        _ask_by_http("webmail", versions["webmail"], port, "/", webmail_name) for port in ports
    ]


def _ask_database() -> Answer:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), count(*) FROM mailhost.logins"
            )
            number, logins = cursor.fetchone() or ("?", 0)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return Answer("postgresql", "?", "SQL", None, f"no answer: {reason}", is_good=False)
    port = connection.settings_dict["PORT"] or None
    return Answer("postgresql", number, "SQL", port, f"{logins} logins", is_good=True)
