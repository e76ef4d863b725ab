"""From which IP address a request comes."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str | None:
    """The browser's address: the last hop that is not one of our proxies.

    `X-Forwarded-For` is read from its end, and only as far as trusted proxies wrote it; what stands
    before that, anybody can have written.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while address is not None and hops and _is_trusted(address):
        hop = _parse(hops.pop())
        if hop is None:
            break
        address = hop
    return None if address is None else str(address)


def guessing_address(request: HttpRequest) -> str | None:
    """The address under which wrong passwords are counted.

    Whoever has one IPv6 address has the whole /64 to guess from, so that counts as one.
    """
    address = client_address(request)
    if address is None or ":" not in address:
        return address
    return str(ip_network(f"{address}/64", strict=False).network_address)


def _parse(text: str) -> Address | None:
    """An address with or without brackets, port or zone; IPv4 inside IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@cache
def _networks(texts: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(text, strict=False) for text in texts]
