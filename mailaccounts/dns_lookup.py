"""What the DNS says, as this host sees it."""

from __future__ import annotations

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

PATIENCE = 4.0  # seconds, for somebody waits for the page


def text_records(name: str) -> list[str] | None:
    """The TXT records of a name, each in one piece; `None` where nobody could be asked."""
    try:
        answer = Resolver().resolve(f"{name}.", "TXT", lifetime=PATIENCE)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError):
        return None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
