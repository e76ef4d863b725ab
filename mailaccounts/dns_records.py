"""What the DNS of a domain has to say, so that its mail comes here and what it sends is believed.

`settings.DNS_RECORDS` names functions that are given a domain and answer with records; each app may
add one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from mailaccounts.models import Domain, SigningKey


@dataclass(frozen=True)
class Record:
    """One record; names are complete, without the last dot."""

    name: str
    kind: str  # such as MX
    value: str
    note: str | Promise = ""  # what staff should know of it


def records_for(domain: Domain) -> list[Record]:
    """All records of the domain; none while this server has no name that others know."""
    if settings.MAIL_HOST == "localhost":
        return []
    return [record for path in settings.DNS_RECORDS for record in import_string(path)(domain)]


def mail_records(domain: Domain) -> Iterable[Record]:
    """Where mail goes (MX), who may send (SPF), how it is signed (DKIM), what if not (DMARC)."""
    yield Record(domain.name, "MX", f"10 {settings.MAIL_HOST}.")
    yield Record(domain.name, "TXT", f"v=spf1 mx {_smarthost()}~all")
    for key in domain.signing_keys.order_by("created"):
        yield Record(str(key), "TXT", key.record(), _of_key(key))
    yield Record(f"_dmarc.{domain.name}", "TXT", "v=DMARC1; p=none")


def _of_key(key: SigningKey) -> str | Promise:
    if key.state == SigningKey.COMING:
        return _("The new key. It does not sign yet.")
    if key.kept_until is None:
        return ""
    until = date_format(localtime(key.kept_until), "DATETIME_FORMAT")
    # Translators: of a record in the DNS.
    return _("The old key. Keep this until %(date)s, for mail on its way.") % {"date": until}


def _smarthost() -> str:
    """The host that sends in our place has to be named as well."""
    name = settings.SMARTHOST.partition(":")[0]
    return f"a:{name} " if name else ""
