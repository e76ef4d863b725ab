"""Facts live for one transaction: what RCPT has read, the message that follows need not read again.

RCPT always asks the database, so a change that was saved holds for the next message.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from delivery.recipients import find_accounts
from mailaccounts.models import MailAccount

# Between the last RCPT and the end of the message; after that the database is asked again.
_SECONDS = 2.0
_MOST = 10_000


class Memory:
    """What was read in the last two seconds. Used by several threads at once."""

    def __init__(self) -> None:
        self._accounts: dict[str, tuple[float, MailAccount]] = {}

    def look_up(self, recipients: Iterable[str]) -> dict[str, MailAccount]:
        """Ask the database, and remember."""
        now = time.monotonic()
        accounts = find_accounts(recipients)
        if len(self._accounts) > _MOST:
            self._accounts = {}
        self._accounts.update((name, (now, account)) for name, account in accounts.items())
        return accounts

    def recall(self, recipients: Iterable[str]) -> dict[str, MailAccount]:
        """What was looked up just now; the database is asked for the rest."""
        oldest = time.monotonic() - _SECONDS
        known: dict[str, MailAccount] = {}
        unknown: list[str] = []
        for recipient in recipients:
            read, account = self._accounts.get(recipient, (0.0, None))
            if account is not None and read >= oldest:
                known[recipient] = account
            else:
                unknown.append(recipient)
        return known | (find_accounts(unknown) if unknown else {})
