"""The servers of a mail host: who runs them, how they start, where they listen."""

from __future__ import annotations

import grp
import os
import pwd
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from mailhost import dovecot, machines, nginx, programs, scanners, webmail
from mailhost.names import srs_domain
from mailhost.packages import WEB_USER
from mailhost.supervisor import Program, command

ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """One server. Its master stays in the foreground.

    `argv` says how it is called, given the mail host's folder, and `prepare` what has to be done
    with its configuration before. `user` runs it, and root the masters that change users
    themselves. Its configuration is readable by root and by `group`. What is `abrupt` is one
    process that has nothing to finish, and would take seconds to say so. It belongs to `parts` of
    the host.
    """

    name: str
    parts: tuple[str, ...]
    argv: Callable[[Path], Sequence[str]]
    group: str
    user: str = "root"
    prepare: Callable[[Path], Sequence[str]] | None = None
    abrupt: bool = False

    @property
    def gid(self) -> int:
        return grp.getgrnam(self.group).gr_gid

    def program(self, folder: Path) -> Program:
        """For the supervisor. Of our own surroundings, with their secrets, it sees nothing."""
        options: dict[str, Any] = {
            "env": {
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL": "C.UTF-8",
                "HOME": str(folder / self.name / "home"),
                **{name: os.environ[name] for name in ("TZ",) if name in os.environ},
                **_libpq(),
            }
        }
        if self.user != "root":
            options |= programs.as_user(pwd.getpwnam(self.user))
        last = signal.SIGKILL if self.abrupt else signal.SIGTERM
        begin = command(self.argv(folder), held=not self.abrupt, **options)
        return Program(self.name, begin, last=last)


SERVERS = (
    Server(
        "dovecot",
        ("dovecot", "postfix"),
        dovecot.command,
        group="dovecot",
        prepare=dovecot.preparation,
    ),
    Server(
        "postfix",
        ("postfix",),
        lambda folder: ["/usr/lib/postfix/sbin/master", "-s", "-c", f"{folder}/postfix/etc"],
        group="postfix",
        # It also makes the folders of the queue.
        prepare=lambda folder: ["postfix", "-c", f"{folder}/postfix/etc", "check"],
    ),
    Server(
        "spamd",
        ("scanners",),
        lambda folder: scanners.spamd_command(
            folder / "spamd",
            user="debian-spamd",
            address=settings.PRIVATE_ADDRESS,
            port=settings.SPAMD_PORT,
            clients=machines.clients(),
            network=settings.SPAM_NETWORK_TESTS,
        ),
        group="debian-spamd",
        user="debian-spamd",
    ),
    Server(
        "clamd",
        ("scanners",),
        lambda folder: scanners.clamd_command(folder / "clamd"),
        group="clamav",
        user="clamav",
    ),
    Server(
        "postsrsd",
        ("postfix",),
        lambda folder: [
            *("/usr/sbin/postsrsd", "-4", f"-s{folder}/postsrsd/etc/secret"),
            *(f"-d{srs_domain()}", "-l127.0.0.1"),
            *(f"-f{settings.SRS_PORT}", f"-r{settings.SRS_REVERSE_PORT}"),
        ],
        group="postsrsd",
        user="postsrsd",
    ),
    Server("webmail", ("panel",), webmail.command, group=WEB_USER, prepare=webmail.preparation),
    Server(
        "opendkim",
        ("postfix",),
        lambda folder: ["/usr/sbin/opendkim", "-x", f"{folder}/opendkim/etc/opendkim.conf"],
        group="opendkim",
        user="opendkim",
        # Whose message it has at hand is told to send it again.
        abrupt=True,
    ),
    Server(
        "nginx",
        ("panel",),
        nginx.command,
        group=WEB_USER,
        prepare=lambda folder: nginx.command(folder, "-t", "-q"),
    ),
)


def _libpq() -> dict[str, str]:
    """Of several databases the one that the panel takes, for servers that write too."""
    wanted = connection.settings_dict.get("OPTIONS", {}).get("target_session_attrs")
    return {"PGTARGETSESSIONATTRS": wanted} if wanted else {}


# The servers' own ports, by the names of their settings, with the part of the host.
PORTS = {
    "SMTP_PORT": "postfix",
    "SUBMISSION_PORT": "postfix",
    "SUBMISSIONS_PORT": "postfix",
    "REINJECTION_PORT": "postfix",
    "ANSWER_PORT": "postfix",
    "LMTP_PORT": "delivery",
    "POLICY_PORT": "postfix",
    "DOVECOT_LMTP_PORT": "dovecot",
    "DOVEADM_PORT": "dovecot",
    "IMAP_PORT": "dovecot",
    "IMAPS_PORT": "dovecot",
    "POP3_PORT": "dovecot",
    "POP3S_PORT": "dovecot",
    "SPAMD_PORT": "scanners",
    "CLAMD_PORT": "scanners",
    "SRS_PORT": "postfix",
    "SRS_REVERSE_PORT": "postfix",
    "DKIM_PORT": "postfix",
    **({"HTTP_PORT": "panel", "HTTPS_PORT": "panel"} if settings.PRODUCTION else {}),
    **({} if settings.PRODUCTION else {"WEBMAIL_PORT": "panel"}),
}
# Where one part of the host speaks to another.
PRIVATE_PORTS = (
    *("REINJECTION_PORT", "ANSWER_PORT", "LMTP_PORT", "DOVECOT_LMTP_PORT", "DOVEADM_PORT"),
    *("SPAMD_PORT", "CLAMD_PORT"),
)
# What people are told of.
DOORS = (
    ("SMTP", "SMTP_PORT"),
    ("Submission", "SUBMISSION_PORT"),
    ("IMAP", "IMAP_PORT"),
    ("POP3", "POP3_PORT"),
)


def here() -> list[Server]:
    """The servers of this machine."""
    return [server for server in SERVERS if machines.runs(*server.parts)]


def address_of(port: str) -> str:
    """Where this machine's port of this name answers."""
    return str(settings.PRIVATE_ADDRESS) if port in PRIVATE_PORTS else ADDRESS


def ports_here() -> dict[str, str]:
    """The names of the ports of this machine, with their addresses."""
    return {port: address_of(port) for port, part in PORTS.items() if machines.runs(part)}
