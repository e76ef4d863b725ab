"""What the Info list on Home says about this app's services."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from mailaccounts.models import MailAccount
from spamfilter.models import Outage
from spamfilter.words import what_applies

# Each service with its scanner.
_SCANNERS = {"spam_filter": "spamd", "antivirus": "clamd"}
_REMEMBERED = 5  # seconds: Home is opened more than any other page


def filter_details(account: MailAccount) -> dict[str, str]:
    """A line for each service that has something to say, by the service's name."""
    details = {}
    for service, scanner in _SCANNERS.items():
        if not _is_there(scanner):
            details[service] = _("Not available on this server")
        elif getattr(account, service).enabled:
            details[service] = _detail(account, service, scanner)
    return details


def is_silent(service: str) -> bool:
    """Whether a service that is on does nothing: its scanner is not there, or does not answer."""
    scanner = _SCANNERS.get(service)
    return scanner is not None and (not _is_there(scanner) or scanner in _outages())


def _detail(account: MailAccount, service: str, scanner: str) -> str:
    if scanner in _outages():
        return _("Does not answer at the moment")
    if not account.mailbox.enabled:
        return _("Needs a mailbox, which is off.")
    return what_applies(account.spam_filter) if service == "spam_filter" else ""


def _is_there(scanner: str) -> bool:
    return bool({"spamd": settings.SPAMD_URL, "clamd": settings.CLAMD_URL}[scanner])


def _outages() -> frozenset[str]:
    def ask() -> frozenset[str]:
        return frozenset(Outage.objects.values_list("scanner", flat=True))

    return cache.get_or_set("spamfilter.outages", ask, _REMEMBERED) or frozenset()
