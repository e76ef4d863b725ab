"""When it is worth asking how full a mailbox is, so that its owner is told in time.

Asking after each message would cost Dovecot a login each time, and going through all mailboxes in
housekeeping costs the more, the less has happened. So it is asked once as much has come as could
make a difference, and then by the worker.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

from django.db import DatabaseError

from delivery.tasks import look_at_mailbox
from mailaccounts.models import MailAccount

logger = logging.getLogger(__name__)

_SHARE = 0.02  # of what the mailbox may hold
_DAY = 24 * 3600.0  # for what mail programs put there themselves
_REFUSED = 600.0  # seconds between two looks because of a refusal
_REMEMBERED = 50_000


class Fullness:
    """What this process has kept in each mailbox since it was last looked at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[int, tuple[int, float]] = {}
        self._due: set[int] = set()

    def kept(self, account: MailAccount, octets: int) -> None:
        """A message more; the first one since the start has its mailbox looked at."""
        limit = account.mailbox_limit
        if limit is None:
            return
        now = time.monotonic()
        with self._lock:
            since, looked = self._since.get(account.pk, (0, float("-inf")))
            since += octets
            if since >= limit * _SHARE or looked + _DAY <= now:
                self._look(account.pk, now)
            else:
                self._since[account.pk] = since, looked

    def refused(self, account: MailAccount) -> None:
        """A message did not fit."""
        now = time.monotonic()
        with self._lock:
            _, looked = self._since.get(account.pk, (0, float("-inf")))
            if looked + _REFUSED <= now:
                self._look(account.pk, now)

    def take(self) -> set[int]:
        """The accounts whose mailboxes are to be looked at, once."""
        with self._lock:
            due, self._due = self._due, set()
        return due

    def _look(self, account_id: int, now: float) -> None:
        if len(self._since) >= _REMEMBERED:
            self._since.clear()
        self._since[account_id] = 0, now
        self._due.add(account_id)


def have_looked_at(accounts: Iterable[int]) -> None:
    """Hand them to the worker. Mail has been kept already, and no error here may change that."""
    try:
        for account_id in accounts:
            look_at_mailbox.enqueue(account_id)
    except DatabaseError as error:
        logger.warning("Nobody looks how full the mailboxes are: %s", error)
