"""How full a mailbox is, and from when on its owner is told."""

from __future__ import annotations

from dataclasses import dataclass

from mailaccounts.store import Usage

# Percent of what the mailbox may hold, the most urgent first.
THRESHOLDS = (95, 80)


@dataclass(frozen=True)
class Share:
    """Octets in use, of those that the mailbox may hold."""

    octets: int
    limit: int

    @property
    def percent(self) -> int:
        """100 only when nothing fits any more."""
        return self.octets * 100 // self.limit

    @property
    def threshold(self) -> int:
        """The one that is reached; 0 for none."""
        return next((one for one in THRESHOLDS if self.percent >= one), 0)

    @property
    def first_threshold(self) -> int:
        """From here on a bar has another colour."""
        return min(THRESHOLDS)


def share_of(usage: Usage | None, limit: int | None) -> Share | None:
    """Nothing where there is no limit, or where nobody knows what is in use."""
    return None if usage is None or limit is None else Share(usage.octets, limit)
