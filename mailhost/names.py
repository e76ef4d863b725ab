"""The names of this host."""

from __future__ import annotations

import socket

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
    return settings.WEBMAIL_URL or f"https://localhost:{settings.WEBMAIL_PORT}/"
