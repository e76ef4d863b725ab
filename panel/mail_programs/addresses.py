"""For whom there are documents: every address of a domain of ours, whether it exists or not."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from mailaccounts import addresses
from mailaccounts.models import Domain


def own_address(typed: str) -> str:
    """The address in its stored form; empty for what is none or is at another domain."""
    try:
        address = addresses.normalise(typed.strip())
    except ValidationError:
        return ""
    return address if is_own_domain(addresses.domain_of(address)) else ""


def is_own_domain(name: str) -> bool:
    """Whether mail for this domain, in ASCII and lower case, comes here."""
    return "\0" not in name and Domain.objects.filter(name=name).exists()
