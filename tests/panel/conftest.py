"""Mail that the panel has written, read where it has gone."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from mailaccounts.models import MailAccount
from mailaccounts.store import mail_store

Letters = Callable[..., list[EmailMessage]]


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    """Call it with an account for what is in its mailbox, without for what has left."""

    def read(account: MailAccount | None = None) -> list[EmailMessage]:
        if account is None:
            raw = [path.read_bytes() for path in sorted((tmp_path / "outbox").glob("*.eml"))]
        else:
            page = mail_store().list(account.address, per_page=1000)
            raw = [mail_store().fetch(account.address, one.id) for one in page.messages]
        return [message_from_bytes(one, policy=default) for one in raw]

    return read


@pytest.fixture
def tasks_wait(settings) -> None:
    """Background work is a row, as in real life; nobody takes it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
