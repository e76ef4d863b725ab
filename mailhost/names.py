"""The names of this host."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings


def mail_host() -> str:
    """The name by which the host greets: the one that was set, or this machine's."""
    if settings.MAIL_HOST != "localhost":
        return str(settings.MAIL_HOST)
    full = socket.getfqdn()
    return socket.gethostname() if full.startswith("localhost") else full


def srs_domain() -> str:
    """The domain of the senders under which other people's mail is sent on."""
    return settings.SRS_DOMAIN or f"srs.{mail_host()}"


def webmail_url() -> str:
    """Where browsers find the webmail: where was set, or on this machine."""
    if settings.PRODUCTION:
        return settings.WEBMAIL_URL or f"https://webmail.{_domain_of(panel_name())}/"
    return settings.WEBMAIL_URL or f"https://localhost:{settings.WEBMAIL_PORT}/"


def panel_name() -> str:
    """The panel's name in browsers."""
    return urlsplit(settings.PANEL_URL).hostname or "localhost"


def web_names(domains: Iterable[str]) -> dict[str, list[str]]:
    """The names that nginx answers for on a live host, by what stands behind them."""
    domains = sorted(domains)
    webmail = urlsplit(webmail_url()).hostname or ""
    return {
        "panel": [panel_name()],
        "webmail": list(dict.fromkeys([webmail, *(f"webmail.{name}" for name in domains)])),
        "programs": [
            f"{service}.{name}" for name in domains for service in ("autoconfig", "autodiscover")
        ],
        "mail": [] if mail_host() == panel_name() else [mail_host()],
    }


def _domain_of(name: str) -> str:
    return name.partition(".")[2] or name
