"""What `MAIL_STORE_URL` says of a Dovecot."""

from __future__ import annotations

import ssl
from urllib.parse import SplitResult, parse_qsl, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mailaccounts.store.doveadm import Doveadm
from mailaccounts.store.dovecot import DovecotStore
from mailaccounts.store.imap import Server

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def store_from(url: str) -> DovecotStore:
    """`dovecot://HOST?lmtp=PORT&imaps=PORT`, or `imap=PORT` without TLS on the same host.

    With `&doveadm=PORT` and a key for it, connections of mail programs can be ended.
    """
    try:
        parts = urlsplit(url)
        ports = {name: int(port) for name, port in parse_qsl(parts.query, strict_parsing=True)}
    except ValueError:
        raise ImproperlyConfigured(f"MAIL_STORE_URL: {_FORM}") from None
    host = _host(parts)
    if set(ports) - {"doveadm"} not in ({"lmtp", "imaps"}, {"lmtp", "imap"}):
        raise ImproperlyConfigured(f"MAIL_STORE_URL: {_FORM}")
    if "imap" in ports and host not in _LOOPBACK:
        raise ImproperlyConfigured("MAIL_STORE_URL: another host needs imaps=")
    if not settings.MAIL_STORE_MASTER or not settings.MAIL_STORE_SECRET:
        raise ImproperlyConfigured("Dovecot needs MAIL_STORE_MASTER and MAIL_STORE_SECRET")
    port = ports.get("imaps") or ports["imap"]
    master, secret = settings.MAIL_STORE_MASTER, settings.MAIL_STORE_SECRET
    tls = _context() if "imaps" in ports else None
    server = Server(host, port, master, secret, tls)
    return DovecotStore(host, ports["lmtp"], server, _doveadm(host, ports.get("doveadm"), tls))


_FORM = "not dovecot://HOST?lmtp=PORT&imaps=PORT (or imap=PORT)&doveadm=PORT"


def _doveadm(host: str, port: int | None, tls: ssl.SSLContext | None) -> Doveadm | None:
    """TLS as for IMAP: on another host always."""
    if port is None:
        return None
    if not settings.MAIL_STORE_DOVEADM_KEY:
        raise ImproperlyConfigured("doveadm= needs MAIL_STORE_DOVEADM_KEY")
    return Doveadm(host, port, settings.MAIL_STORE_DOVEADM_KEY, tls)


def _host(parts: SplitResult) -> str:
    if not parts.hostname or parts.username is not None or parts.path not in ("", "/"):
        raise ImproperlyConfigured(f"MAIL_STORE_URL: {_FORM}; secrets have their own settings")
    return parts.hostname


def _context() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.MAIL_STORE_CA or None)
