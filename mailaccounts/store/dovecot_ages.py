"""What in Dovecot is older than a moment, and deleting it."""

from __future__ import annotations

from datetime import datetime

from mailaccounts.store.imap import Item, Session

CHUNK = 500  # messages of one command: well below the longest line that Dovecot takes


def received_before(
    session: Session, folder: str, before: datetime | None, *, readonly: bool = True
) -> list[Item]:
    """The messages of one folder, or those that are older."""
    total, _ = session.open(folder, readonly=readonly)
    numbers = range(1, total + 1)
    chunks = [numbers[start : start + CHUNK] for start in range(0, total, CHUNK)]
    found = [item for chunk in chunks for item in session.fetch(chunk)]
    return [item for item in found if before is None or item.received < before]


def emptied(session: Session, folder: str, before: datetime | None) -> list[Item]:
    """Delete from one folder; what went. What comes in meanwhile stays."""
    gone = received_before(session, folder, before, readonly=False)
    for start in range(0, len(gone), CHUNK):
        session.expunge([item.uid for item in gone[start : start + CHUNK]])
    return gone
