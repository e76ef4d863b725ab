"""What the Info list on Home says about this app's services."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mailaccounts.models import MailAccount
from spamfilter.standing import Standing, of_clamd, of_spamd
from spamfilter.words import what_applies

_STANDING = {"spam_filter": of_spamd, "antivirus": of_clamd}


def filter_details(account: MailAccount) -> dict[str, str]:
    """A line for each service that has something to say, by the service's name."""
    details = {}
    for service, standing in _STANDING.items():
        enabled = getattr(account, service).enabled
        if text := _hindrance(standing()):
            details[service] = text
        elif enabled and not account.mailbox.enabled:
            details[service] = _("Needs a mailbox, which is off.")
        elif enabled and service == "spam_filter":
            details[service] = what_applies(account.spam_filter)
    return details


def is_silent(service: str) -> bool:
    """Whether a service that is on does nothing: its scanner is not there, or does not answer."""
    if service not in _STANDING:
        return False
    standing = _STANDING[service]()
    return not standing.is_there or standing.silent_since is not None


def _hindrance(standing: Standing) -> str:
    if not standing.is_there:
        return _("Not available on this server")
    if standing.silent_since:
        return _("Does not answer at the moment")
    return ""
