"""What tests of the training need: a mailbox in a folder of the test, and messages in it."""

from __future__ import annotations

from mailaccounts.store import JUNK, MailStore

ALICE, BOB = "alice@example.com", "bob@example.com"


def message(subject: str, sender: str = "Eve <eve@sender.test>") -> bytes:
    head = f"Return-Path: <eve@sender.test>\r\nFrom: {sender}\r\nSubject: {subject}\r\n"
    return f"{head}\r\nHello!\r\n".encode()


def fill(
    store: MailStore, number: int, *, name: str = "m", address: str = ALICE, folder: str = "INBOX"
) -> list[str]:
    """Messages `m0`, `m1`, …; their names, oldest first."""
    for one in range(number):
        text = f"{name}{one}"
        store.deliver(address, message(text), key=f"{folder} {text}", folder=folder)
    return store.everything(address, folder=folder)[:number][::-1]


def known(store: MailStore, *, folder: str = "INBOX") -> dict[str, str | None]:
    """What is noted of each message of alice, by its subject."""
    lines = store.list(ALICE, per_page=1000, folder=folder).messages
    return {line.subject: line.learned for line in lines}


__all__ = ["ALICE", "BOB", "JUNK", "fill", "known", "message"]
