"""What the servers' configurations and the panel's surroundings are told of this host."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from mailhost import environment, machines, places, scanners, srs, webmail
from mailhost.host import Host
from mailhost.names import mail_host, panel_name, srs_domain, webmail_url
from mailhost.programs import NotStarted
from mailhost.roles import role_name
from mailhost.servers import ADDRESS, PORTS

# What delivery adds to a message before it is scanned, at most.
_TRACE = 65536
# All web ports of either form, which its templates name.
WEB_PORTS = ("WEBMAIL_PORT", "HTTP_PORT", "HTTPS_PORT", "PANEL_PORT")
# A year, for which browsers ask this host by TLS alone.
HSTS_SECONDS = 365 * 24 * 3600
# Where the kernel has it.
IPV6 = Path("/proc/net/if_inet6")


def values(host: Host) -> dict[str, object]:
    """What the templates name."""
    return {
        "folder": host.folder,
        "address": ADDRESS,
        **addresses(),
        **places.for_servers(host),
        "user": host.user.pw_name,
        "uid": host.user.pw_uid,
        "gid": host.user.pw_gid,
        "mail_host": mail_host(),
        "postmaster": settings.PROVIDER_CONTACT,
        "smarthost": _smarthost(),
        "message_size_limit": settings.MESSAGE_SIZE_LIMIT,
        "master_user": places.MASTER_USER,
        "master_hash": _quick_hash(host.secrets["MASTER_PASSWORD"]),
        "delivery_hash": _quick_hash(host.secrets["DELIVERY_PASSWORD"]),
        "srs_secrets": srs.usable(host.secrets, timezone.now().date()),
        "srs_domain": srs_domain(),
        "srs_pattern": srs_domain().replace(".", "[.]"),
        "doveadm_key": host.secrets["DOVEADM_KEY"],
        **_roles(host, "postfix", "dovecot", "opendkim", "spamd"),
        "dns_available": "yes" if settings.SPAM_NETWORK_TESTS else "no",
        "bayes_minimum": settings.BAYES_MINIMUM,
        "scan_limit": settings.MESSAGE_SIZE_LIMIT + _TRACE,
        "clamd_home": host.folder / "clamd/home",
        "signatures": scanners.signatures(host.folder / "clamd"),
        **{name.lower(): getattr(settings, name) for name in PORTS},
        **{name.lower(): getattr(settings, name) for name in WEB_PORTS},
        "nginx_form": "production" if settings.PRODUCTION else "private",
        "panel_url": settings.PANEL_URL,
        "panel_name": panel_name(),
        **database(host),
        **webmail.values(host, *_database_place(host)),
        **(places.for_webmail() if machines.runs("panel") else {}),
    }


def addresses() -> dict[str, str]:
    """Where the doors for everybody listen: on loopback, or on all addresses of a live host."""
    if not settings.PRODUCTION:
        return {
            "mail_doors": f"{ADDRESS}:",
            "mail_interfaces": ADDRESS,
            "mail_protocols": "ipv4",
            "dovecot_listen": ADDRESS,
            "web_address": ADDRESS,
            "web_option": "bind",
        }
    both = IPV6.exists()
    return {
        "mail_doors": "",
        "mail_interfaces": "all",
        "mail_protocols": "all" if both else "ipv4",
        "dovecot_listen": "*,::" if both else "*",
        "web_address": "[::]" if both else "0.0.0.0",  # noqa: S104 - it is for everybody
        "web_option": "ipv6only=off" if both else "bind",
    }


def _roles(host: Host, *servers: str) -> dict[str, str]:
    """As whom each of these servers asks the database."""
    told = {}
    for name in servers:
        told[f"{name}_role"] = role_name(name)
        told[f"{name}_password"] = host.secrets[f"{name.upper()}_PASSWORD"]
    return told


def _quick_hash(secret: str) -> str:
    """Nobody guesses 24 random octets, so the panel's many logins need not be slow."""
    return b64encode(sha256(secret.encode()).digest()).decode()


def _smarthost() -> str:
    if not settings.SMARTHOST:
        return ""
    name, _, port = settings.SMARTHOST.rpartition(":")
    return f"[{name}]:{port}" if name else f"[{settings.SMARTHOST}]"


def _database_place(host: Host) -> tuple[str, int]:
    """A folder of sockets, or one or several hosts with commas, and their port."""
    if host.database is not None:
        return str(host.folder / "database"), 5432
    known = connection.settings_dict
    ports = set(str(known["PORT"] or 5432).split(","))
    if len(ports) > 1:
        raise NotStarted("All hosts of DATABASE_URL need the same port.")
    return known["HOST"] or "/var/run/postgresql", int(ports.pop())


def database(host: Host) -> dict[str, object]:
    """Where the servers find PostgreSQL: at the embedded one's further socket, or where we do."""
    place, port = _database_place(host)
    hosts = place.split(",")
    return {
        "database_hosts": ",".join(
            f"unix:{one}" if one.startswith("/") else f"inet:{one}:{port}" for one in hosts
        ),
        "database_host": place,
        "database_port": port,
        "database_name": connection.settings_dict["NAME"],
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
        "SRS_DOMAIN": srs_domain(),
        **places.for_panel(host),
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "WEBMAIL_URL": webmail_url(),
        **_doors(),
        "PROFILE_CERTIFICATE": settings.PROFILE_CERTIFICATE
        or str(host.folder / "tls/certificate.pem"),
        "PROFILE_KEY": settings.PROFILE_KEY or str(host.folder / "tls/key.pem"),
    }
    if host.database is not None:
        told["DATABASE_URL"] = host.database.url(host.folder / "database")
    if settings.PRODUCTION:
        told |= _behind_nginx()
    owner = host.panel.pw_uid, host.panel.pw_gid
    environment.write_lines(folder / "environment", told, owner)
    inherited = {name: value for name, value in os.environ.items() if name not in told}
    return {**inherited, "PANEL_VAR": str(folder), "HOME": str(folder)}


def _doors() -> dict[str, str]:
    """What mail programs are told: as it was set, or the host's own."""
    name = mail_host()
    return {
        "IMAP_URL": settings.IMAP_URL or f"imaps://{name}:{settings.IMAPS_PORT}",
        "POP3_URL": settings.POP3_URL or f"pop3s://{name}:{settings.POP3S_PORT}",
        "SUBMISSION_URL": settings.SUBMISSION_URL or f"smtps://{name}:{settings.SUBMISSIONS_PORT}",
    }


def _behind_nginx() -> dict[str, str]:
    """What the panel of a live host has to know: its name, and whom it may believe."""
    return {
        "PRODUCTION": "1",
        "PANEL_URL": settings.PANEL_URL,
        "ALLOWED_HOSTS": panel_name(),
        "TRUSTED_PROXIES": ADDRESS,
        "HSTS_SECONDS": str(settings.SECURE_HSTS_SECONDS or HSTS_SECONDS),
    }
