"""A mail store of its own for each test, and one that does not answer."""

from pathlib import Path

import pytest

from mailaccounts.store import MailStore, StoreUnavailable, Usage, mail_store


@pytest.fixture
def store(settings, tmp_path: Path) -> MailStore:
    """The configured store, in a folder of this test."""
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    return mail_store()


class BrokenStore:
    """Answers nothing, or breaks off only when it should delete."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers

    def usage(self, address: str) -> Usage:
        if self.answers:
            return Usage(messages=3, octets=3000)
        raise StoreUnavailable

    def delete_all(self, address: str) -> Usage:
        raise StoreUnavailable


@pytest.fixture
def broken_store(monkeypatch):
    """Call it with `answers=` to put such a store in the place of the real one."""

    def put(*, answers: bool) -> None:
        broken = BrokenStore(answers=answers)
        monkeypatch.setattr("mailaccounts.actions.mail_store", lambda: broken)
        monkeypatch.setattr("mailaccounts.views.mailbox.mail_store", lambda: broken)

    return put
