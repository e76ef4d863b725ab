"""Several machines: which parts of the mail host are on this one, and who may speak to it.

What listens on loopback of a single machine listens on a private network between several:
docs/install.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, collapse_addresses, ip_address

from django.conf import settings

from mailhost.programs import NotStarted

PARTS = ("postfix", "dovecot", "scanners", "delivery", "panel")
LOOPBACK = IPv4Network("127.0.0.0/8")


def runs(*parts: str) -> bool:
    """Whether one of these parts is on this machine."""
    return not set(parts).isdisjoint(settings.HOST_RUNS)


def is_apart() -> bool:
    """Whether other machines may reach what is not for everybody."""
    return IPv4Address(settings.PRIVATE_ADDRESS) not in LOOPBACK


def clients() -> list[IPv4Network]:
    """Who may use the private ports of this machine: itself, and whoever was named."""
    named = [settings.PRIVATE_ADDRESS, *settings.PRIVATE_CLIENTS]
    return list(collapse_addresses([LOOPBACK, *map(IPv4Network, named)]))


def is_among(known: Sequence[IPv4Network], peer: str) -> bool:
    """Whether whoever calls is one of these."""
    return any(ip_address(peer) in network for network in known)


def require() -> None:
    """Refuse what is no part of a mail host, and what is no address."""
    known = f"; the parts are {', '.join(PARTS)}."
    if not settings.HOST_RUNS:
        raise NotStarted(f"HOST_RUNS is empty{known}")
    for part in settings.HOST_RUNS:
        if part not in PARTS:
            raise NotStarted(f"HOST_RUNS names “{part}”{known}")
    try:
        clients()
    except ValueError as error:
        raise NotStarted(f"PRIVATE_ADDRESS and PRIVATE_CLIENTS are IPv4: {error}.") from None
    if IPv4Address(settings.PRIVATE_ADDRESS).is_unspecified:
        raise NotStarted("PRIVATE_ADDRESS is one address of this machine, not all of them.")


def elsewhere(name: str, part: str) -> str:
    """The setting that says where a part on another machine is, for panel and delivery here.

    By its default they would keep mail, or send it, on this machine.
    """
    if runs("panel", "delivery") and name not in os.environ:
        raise NotStarted(f"{name} has to say where panel and delivery find the part “{part}”.")
    return str(getattr(settings, name))
