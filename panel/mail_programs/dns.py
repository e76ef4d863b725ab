"""What the DNS of a domain says to mail programs (RFC 6186, RFC 8314, and Outlook's own)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from mailaccounts.dns_records import Record
from mailaccounts.models import Domain
from panel.mail_programs.doors import Door, doors

_SERVICES = {
    ("imap", True): "imaps",
    ("imap", False): "imap",
    ("pop3", True): "pop3s",
    ("pop3", False): "pop3",
    ("smtp", True): "submissions",
    ("smtp", False): "submission",
}


def program_records(domain: Domain) -> Iterable[Record]:
    """SRV records for the servers, and the names at which the set-up documents are asked for."""
    open_doors = doors()
    for door in open_doors.all:
        yield _service(domain, door)
    panel = urlsplit(settings.PANEL_URL)
    if open_doors.are_open and panel.hostname not in (None, "localhost"):
        for label in ("autoconfig", "autodiscover"):
            yield Record(f"{label}.{domain.name}", "CNAME", f"{panel.hostname}.")
        value = f"0 0 {panel.port or 443} {panel.hostname}."
        yield Record(f"_autodiscover._tcp.{domain.name}", "SRV", value)


def _service(domain: Domain, door: Door) -> Record:
    name = f"_{_SERVICES[door.protocol, door.tls]}._tcp.{domain.name}"
    # The more one likes it, the lower the first number: IMAP rather than POP3.
    priority = 10 if door.protocol == "pop3" else 0
    return Record(name, "SRV", f"{priority} 1 {door.port} {door.host}.")
