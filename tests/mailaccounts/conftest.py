"""A mail store of its own for each test, one that does not answer, and the staff's browsers."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from mailaccounts.models import MailAccount, StaffRole
from mailaccounts.store import MailStore, StoreUnavailable, Usage, mail_store
from mailaccounts.store.dovecot import DovecotStore
from tests.dovecot import Dovecot
from tests.make import make_account


@pytest.fixture
def store(settings, tmp_path: Path) -> MailStore:
    """The configured store, in a folder of this test."""
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    return mail_store()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The real server, for all tests of the run."""
    server = Dovecot()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def dovecot_store(dovecot: Dovecot) -> Iterator[DovecotStore]:
    """Mailboxes in the real Dovecot, all empty."""
    dovecot.empty()
    store = dovecot.store()
    yield store
    store.close()


class BrokenStore:
    """Answers nothing, or breaks off only when it should delete."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers

    def usage(self, address: str, *, before: datetime | None = None) -> Usage:
        if self.answers:
            return Usage(messages=3, octets=3000)
        raise StoreUnavailable

    def delete_all(self, address: str, *, before: datetime | None = None) -> Usage:
        raise StoreUnavailable

    def disconnect(self, addresses: Collection[str]) -> None:
        if not self.answers:
            raise StoreUnavailable


@pytest.fixture
def broken_store(monkeypatch):
    """Call it with `answers=` to put such a store in the place of the real one."""

    def put(*, answers: bool) -> None:
        broken = BrokenStore(answers=answers)
        monkeypatch.setattr("mailaccounts.actions.mail_store", lambda: broken)
        monkeypatch.setattr("mailaccounts.views.mailbox.mail_store", lambda: broken)
        monkeypatch.setattr("mailaccounts.views.mailbox_empty.mail_store", lambda: broken)
        monkeypatch.setattr("mailaccounts.admin.deletion.mail_store", lambda: broken)

    return put


@pytest.fixture
def as_staff(client: Client, staff: MailAccount) -> Client:
    """A browser in which a superuser is logged in."""
    return _logged_in(client, staff)


@pytest.fixture
def as_clerk(db) -> Callable[..., Client]:
    """Call it with permissions: a browser of a member of staff whose role grants just these."""

    def log_in(*codenames: str) -> Client:
        role = StaffRole.objects.create(name="Clerks")
        role.permissions.set(Permission.objects.filter(codename__in=codenames))
        clerk = make_account("clerk@example.com", is_staff=True)
        clerk.groups.add(role)
        return _logged_in(Client(), clerk)

    return log_in


def _logged_in(client: Client, account: MailAccount) -> Client:
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(account, backend="mailaccounts.backends.MailAccountBackend")
    return client
