"""Finding accounts and aliases by the beginning of an address, with an index for every part."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

import idna
from django.db.models import Q

from mailaccounts.models import Alias, Domain, MailAccount

# So many domains and aliases are looked into; a term that finds more is too short to be meant.
ENOUGH = 1000


def as_stored(term: str) -> str:
    """What is searched for, in the spelling of the database: lower case, the domain in ASCII.

    A domain that is still incomplete cannot be converted and is searched for as it stands.
    """
    term = term.replace("\x00", "").strip().lower()  # PostgreSQL takes no NUL
    local_part, at, domain = term.rpartition("@")
    try:
        return f"{local_part}{at}{idna.encode(domain, uts46=True).decode()}"
    except UnicodeError:
        return term


def in_domains(term: str) -> Q:
    """Addresses in the domains that begin so; `@` in front asks for nothing else.

    What is joined is read first, here and below: OR of columns of one table uses its indexes, OR
    across two tables reads both from end to end.
    """
    names = Domain.objects.filter(name__startswith=term.removeprefix("@"))
    return Q(domain__in=list(names.values_list("name", flat=True)[:ENOUGH]))


def accounts_matching(term: str) -> Q:
    """Accounts whose address, alias or domain begins so."""
    term = as_stored(term)
    if term.startswith("@"):
        return in_domains(term)
    owners = Alias.objects.filter(address__startswith=term).values_list("account", flat=True)
    found = Q(address__startswith=term) | Q(pk__in=list(owners[:ENOUGH]))
    return found if "@" in term else found | in_domains(term)


def aliases_matching(term: str) -> Q:
    """Aliases whose address, account or domain begins so."""
    term = as_stored(term)
    if term.startswith("@"):
        return in_domains(term)
    owners = MailAccount.objects.filter(address__startswith=term).values_list("pk", flat=True)
    found = Q(address__startswith=term) | Q(account__in=list(owners[:ENOUGH]))
    return found if "@" in term else found | in_domains(term)


def sessions_matching(term: str) -> Q:
    """Sessions of accounts whose address begins so, or from such an IP address."""
    network = as_network(term.strip())
    if network is not None:
        # As a range, which an index finds; the first and the last belong to it.
        return Q(ip_address__gte=str(network[0]), ip_address__lte=str(network[-1]))
    accounts = MailAccount.objects.filter(accounts_matching(term)).values_list("pk", flat=True)
    return Q(account__in=list(accounts.order_by()[:ENOUGH]))


def as_network(term: str) -> IPv4Network | IPv6Network | None:
    """`192.0.2.7`, `192.0.`, `192.0.2.0/24` and `2001:db8::/32`; nothing for other words."""
    parts = term.removesuffix(".").split(".")
    if term.endswith(".") and len(parts) < 4:
        term = ".".join([*parts, *["0"] * (4 - len(parts))]) + f"/{8 * len(parts)}"
    try:
        return ip_network(term, strict=False)
    except ValueError:
        return None
