"""The two that touch the world outside: one keeps, one sends on. Neither raises."""

from __future__ import annotations

import logging
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

from delivery.fullness import Fullness
from delivery.parcel import Outcome, Parcel, Task
from delivery.relay import Relay
from delivery.words import Forward, Reply
from mailaccounts.store import MailboxFull, MailStore, StoreFull, StoreUnavailable

logger = logging.getLogger(__name__)

_MAILBOX_FULL = Outcome(Reply(452, "4.2.2", "The mailbox is full, try again later"))
_FULL = Outcome(Reply(452, "4.3.1", "No space left, try again later"))
_UNAVAILABLE = Outcome(Reply(451, "4.3.0", "The mailbox cannot be written to, try again later"))


def unforeseen(what: str) -> Reply:
    """Log the error at hand, and a reply whose reference is in the log."""
    reference = uuid.uuid4().hex[:12]
    logger.error("%s failed, reference %s", what, reference, exc_info=sys.exception())
    return Reply(451, "4.3.0", f"Temporary failure, reference {reference}")


class Keeper:
    """Puts messages into mailboxes, several at once: each waits for its disk."""

    def __init__(self, store: MailStore, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self.fullness = Fullness()

    def __call__(self, tasks: Sequence[Task]) -> dict[bytes, Outcome]:
        run = map if len(tasks) == 1 else self._executor.map
        return {task.key: end for task, end in zip(tasks, run(self._keep, tasks), strict=True)}

    def confirm(self, parcels: Iterable[Parcel]) -> None:
        """Tell the store that what is committed as kept will not be kept again."""
        for parcel in parcels:
            for key in parcel.kept:
                try:
                    self._store.confirm(parcel.account.address, key=key.hex())
                except StoreUnavailable as error:
                    logger.warning("Mailbox of %s: %s", parcel.account.address, error)

    def _keep(self, task: Task) -> Outcome:
        account, message = task.parcel.account, task.parcel.copy
        try:
            self._store.deliver(
                account.address,
                message,
                key=task.key.hex(),
                folder=task.parcel.folder,
                limit=account.mailbox_limit,
            )
        except StoreUnavailable as error:
            logger.warning("Mailbox of %s: %s", account.address, error)
            if isinstance(error, MailboxFull):
                self.fullness.refused(account)
                return _MAILBOX_FULL
            return _FULL if isinstance(error, StoreFull) else _UNAVAILABLE
        except Exception:  # noqa: BLE001 - one bad message must not stop its neighbours
            return Outcome(unforeseen("Keeping"))
        self.fullness.kept(account, len(message))
        return Outcome()


class Sender:
    """Hands messages to the relay, all targets of one action in one transaction."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def __call__(self, tasks: Sequence[Task]) -> dict[bytes, Outcome]:
        by_action: dict[int, list[Task]] = defaultdict(list)
        for task in tasks:
            by_action[id(task.action)].append(task)
        outcomes: dict[bytes, Outcome] = {}
        for some in by_action.values():
            replies = self._send(some)
            for task, reply in zip(some, replies, strict=True):
                outcomes[task.key] = Outcome(None if reply.is_success else reply)
            _log_refusals(some[0].parcel.account.address, replies)
        return outcomes

    def _send(self, tasks: Sequence[Task]) -> list[Reply]:
        parcel, action = tasks[0].parcel, tasks[0].action
        targets = [task.target for task in tasks]
        assert isinstance(action, Forward)  # noqa: S101 - for the type checker
        try:
            return self._relay.send(
                action.sender, targets, parcel.pieces, smtputf8=parcel.envelope.smtputf8
            )
        except Exception:  # noqa: BLE001 - one bad message must not stop its neighbours
            return [unforeseen("Sending on")] * len(targets)


def _log_refusals(address: str, replies: Sequence[Reply]) -> None:
    """One line for each different answer, however many members a group has."""
    refusals = [str(reply) for reply in replies if not reply.is_success]
    for text, number in Counter(refusals).items():
        # What another host said stays on its line.
        said = ascii(text)[1:-1]
        logger.warning("Not sent on for %s, to %d of %d: %s", address, number, len(replies), said)
