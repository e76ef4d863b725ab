"""Postfix and Dovecot: what their configurations are told, and how they start."""

from __future__ import annotations

import os
import socket
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from mailhost import environment
from mailhost.host import Host
from mailhost.roles import role_name

ADDRESS = "127.0.0.1"
MASTER_USER = "panel"
POSTFIX = "/usr/lib/postfix/sbin/master"
DOVECOT = "/usr/sbin/dovecot"
# The servers' own ports, by the names of their settings.
PORTS = (
    "SMTP_PORT",
    "SUBMISSION_PORT",
    "SUBMISSIONS_PORT",
    "REINJECTION_PORT",
    "LMTP_PORT",
    "DOVECOT_LMTP_PORT",
    "IMAP_PORT",
    "IMAPS_PORT",
    "POP3_PORT",
    "POP3S_PORT",
)
# What people are told of.
DOORS = (
    ("SMTP", "SMTP_PORT"),
    ("Submission", "SUBMISSION_PORT"),
    ("IMAP", "IMAP_PORT"),
    ("POP3", "POP3_PORT"),
)
SERVERS = ("postfix", "dovecot")


def commands(folder: Path) -> dict[str, list[str]]:
    """How each server is called; its master stays in the foreground."""
    return {
        "dovecot": [DOVECOT, "-F", "-c", str(folder / "dovecot/etc/dovecot.conf")],
        "postfix": [POSTFIX, "-s", "-c", str(folder / "postfix/etc")],
    }


def preparations(folder: Path) -> dict[str, list[str]]:
    """What has to be done with the configurations before the servers start."""
    etc = folder / "dovecot/etc"
    return {
        "dovecot": ["sievec", "-c", str(etc / "dovecot.conf"), str(etc / "once.sieve")],
        # It also makes the folders of the queue.
        "postfix": ["postfix", "-c", str(folder / "postfix/etc"), "check"],
    }


def values(host: Host) -> dict[str, object]:
    """What the templates name."""
    return {
        "folder": host.folder,
        "address": ADDRESS,
        "user": host.user.pw_name,
        "uid": host.user.pw_uid,
        "gid": host.user.pw_gid,
        "mail_host": mail_host(),
        "postmaster": settings.PROVIDER_CONTACT,
        "smarthost": _smarthost(),
        "message_size_limit": settings.MESSAGE_SIZE_LIMIT,
        "master_user": MASTER_USER,
        "master_hash": _quick_hash(host.secrets["MASTER_PASSWORD"]),
        "postfix_role": role_name("postfix"),
        "postfix_password": host.secrets["POSTFIX_PASSWORD"],
        "dovecot_role": role_name("dovecot"),
        "dovecot_password": host.secrets["DOVECOT_PASSWORD"],
        **{name.lower(): getattr(settings, name) for name in PORTS},
        **_database(host),
    }


def _quick_hash(secret: str) -> str:
    """Nobody guesses 24 random octets, so the panel's many logins need not be slow."""
    return b64encode(sha256(secret.encode()).digest()).decode()


def mail_host() -> str:
    """The name by which the host greets: the one that was set, or this machine's."""
    if settings.MAIL_HOST != "localhost":
        return str(settings.MAIL_HOST)
    full = socket.getfqdn()
    return socket.gethostname() if full.startswith("localhost") else full


def _smarthost() -> str:
    if not settings.SMARTHOST:
        return ""
    name, _, port = settings.SMARTHOST.rpartition(":")
    return f"[{name}]:{port}" if name else f"[{settings.SMARTHOST}]"


def _database(host: Host) -> dict[str, object]:
    """Where the servers find PostgreSQL: at the embedded one's further socket, or where we do."""
    known = connection.settings_dict
    place, port = known["HOST"] or "/var/run/postgresql", known["PORT"] or 5432
    if host.database is not None:
        place, port = str(host.folder / "database"), 5432
    is_socket = place.startswith("/")
    return {
        "database_hosts": f"unix:{place}" if is_socket else f"inet:{place}:{port}",
        "database_host": place,
        "database_port": port,
        "database_name": known["NAME"],
    }


def tell_panel(host: Host) -> dict[str, str]:
    """Write the panel's own `environment`, and say in which surroundings it finds that.

    Any command of `manage.py` can be called on the mail host with this `PANEL_VAR`.
    """
    folder = host.folder / "panel"
    told = {
        **environment.read_lines(settings.VAR / "environment"),
        "MAIL_HOST": mail_host(),
        "SMTP_PORT": "0",  # Postfix takes mail in
        "MAIL_STORE_URL": f"dovecot://{ADDRESS}?lmtp={settings.DOVECOT_LMTP_PORT}"
        f"&imap={settings.IMAP_PORT}",
        "MAIL_STORE_MASTER": MASTER_USER,
        "MAIL_STORE_SECRET": host.secrets["MASTER_PASSWORD"],
        "RELAY_URL": f"smtp://{ADDRESS}:{settings.REINJECTION_PORT}",
        "DATABASE_URL": os.environ["DATABASE_URL"],
    }
    if host.database is not None:
        told["DATABASE_URL"] = host.database.url(host.folder / "database")
    owner = host.panel.pw_uid, host.panel.pw_gid
    environment.write_lines(folder / "environment", told, owner)
    inherited = {name: value for name, value in os.environ.items() if name not in told}
    return {**inherited, "PANEL_VAR": str(folder), "HOME": str(folder)}
