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

from mailhost import nginx, programs, scanners, webmail
from mailhost.names import srs_domain
from mailhost.packages import WEB_USER
from mailhost.supervisor import Program, command

ADDRESS = "127.0.0.1"
DOVECOT = "/usr/sbin/dovecot"


@dataclass(frozen=True)
class Server:
    """One server. Its master stays in the foreground.

    `argv` says how it is called, given the mail host's folder, and `prepare` what has to be done
    with its configuration before. `user` runs it, and root the masters that change users
    themselves. Its configuration is readable by root and by `group`. What is `abrupt` is one
    process that has nothing to finish, and would take seconds to say so.
    """

    name: str
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
        lambda folder: [DOVECOT, "-F", "-c", f"{folder}/dovecot/etc/dovecot.conf"],
        group="dovecot",
        prepare=lambda folder: [
            *("sievec", "-c", f"{folder}/dovecot/etc/dovecot.conf"),
            f"{folder}/dovecot/etc",  # every script in it
        ],
    ),
    Server(
        "postfix",
        lambda folder: ["/usr/lib/postfix/sbin/master", "-s", "-c", f"{folder}/postfix/etc"],
        group="postfix",
        # It also makes the folders of the queue.
        prepare=lambda folder: ["postfix", "-c", f"{folder}/postfix/etc", "check"],
    ),
    Server(
        "spamd",
        lambda folder: scanners.spamd_command(
            folder / "spamd",
            user="debian-spamd",
            port=settings.SPAMD_PORT,
            network=settings.SPAM_NETWORK_TESTS,
        ),
        group="debian-spamd",
        user="debian-spamd",
    ),
    Server(
        "clamd",
        lambda folder: scanners.clamd_command(folder / "clamd"),
        group="clamav",
        user="clamav",
    ),
    Server(
        "postsrsd",
        lambda folder: [
            *("/usr/sbin/postsrsd", "-4", f"-s{folder}/postsrsd/etc/secret"),
            *(f"-d{srs_domain()}", "-l127.0.0.1"),
            *(f"-f{settings.SRS_PORT}", f"-r{settings.SRS_REVERSE_PORT}"),
        ],
        group="postsrsd",
        user="postsrsd",
    ),
    Server("webmail", webmail.command, group=WEB_USER, prepare=webmail.preparation),
    Server(
        "opendkim",
        lambda folder: ["/usr/sbin/opendkim", "-x", f"{folder}/opendkim/etc/opendkim.conf"],
        group="opendkim",
        user="opendkim",
        # Whose message it has at hand is told to send it again.
        abrupt=True,
    ),
    Server(
        "nginx",
        nginx.command,
        group=WEB_USER,
        prepare=lambda folder: nginx.command(folder, "-t", "-q"),
    ),
)


def _libpq() -> dict[str, str]:
    """Of several databases the one that the panel takes, for servers that write too."""
    wanted = connection.settings_dict.get("OPTIONS", {}).get("target_session_attrs")
    return {"PGTARGETSESSIONATTRS": wanted} if wanted else {}


# The servers' own ports, by the names of their settings.
PORTS = (
    "SMTP_PORT",
    "SUBMISSION_PORT",
    "SUBMISSIONS_PORT",
    "REINJECTION_PORT",
    "ANSWER_PORT",
    "LMTP_PORT",
    "POLICY_PORT",
    "DOVECOT_LMTP_PORT",
    "DOVEADM_PORT",
    "IMAP_PORT",
    "IMAPS_PORT",
    "POP3_PORT",
    "POP3S_PORT",
    "SPAMD_PORT",
    "CLAMD_PORT",
    "SRS_PORT",
    "SRS_REVERSE_PORT",
    "DKIM_PORT",
    *(("HTTP_PORT", "HTTPS_PORT") if settings.PRODUCTION else ("WEBMAIL_PORT",)),
)
# What people are told of.
DOORS = (
    ("SMTP", "SMTP_PORT"),
    ("Submission", "SUBMISSION_PORT"),
    ("IMAP", "IMAP_PORT"),
    ("POP3", "POP3_PORT"),
)
