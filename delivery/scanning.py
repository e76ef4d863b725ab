"""Looking into messages before anything is decided, for the accounts that want it.

The scanners are named in `settings.DELIVERY_SCANNERS`; they look one after the other, and each is
told what those before it have found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from delivery.message import Message
from delivery.words import Envelope, Findings
from mailaccounts.models import MailAccount

# What is known of one message, by the keys of the accounts that it is for.
Known = Mapping[int, Findings]


class Scanner(Protocol):
    """Used by several threads at once."""

    def wants(self, account: MailAccount) -> bool:
        """Whether the account asks for it, and it can be had on this server. Costs nothing."""

    def look(
        self, message: Sequence[bytes], accounts: Sequence[MailAccount], known: Known
    ) -> Known:
        """Look for each of these accounts; never raises. `message` comes in pieces."""

    def close(self) -> None:
        """Let go of what is kept."""


class Scanners:
    """All of them. One object serves a process."""

    def __init__(self) -> None:
        paths: Sequence[str] = settings.DELIVERY_SCANNERS
        self._scanners = [cast(Scanner, import_string(path)()) for path in paths]

    def are_wanted_by(self, account: MailAccount) -> bool:
        """Whether any of them is to look for this account."""
        return account.is_active and any(scanner.wants(account) for scanner in self._scanners)

    def look(
        self, message: Message, envelope: Envelope, accounts: Collection[MailAccount]
    ) -> dict[int, Findings]:
        """What they find for each account that wants any of them."""
        pieces = (envelope.return_path, envelope.trace, message.with_header)
        wanting = [account for account in accounts if self.are_wanted_by(account)]
        known = {account.pk: Findings() for account in wanting}
        for scanner in self._scanners:
            some = [account for account in wanting if scanner.wants(account)]
            if some:
                known |= scanner.look(pieces, some, known)
        return known

    def close(self) -> None:
        """Let go of what they keep."""
        for scanner in self._scanners:
            scanner.close()
