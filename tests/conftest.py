"""The cast, the same in every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser

from mailaccounts.models import MailAccount
from tests.browser import chromium
from tests.make import make_account


@pytest.fixture(autouse=True)
def _places(settings, tmp_path: Path) -> None:
    """Mail of one test is not in the mailboxes of the next."""
    settings.MAIL_STORE_URL = f"maildir:{tmp_path / 'mailboxes'}"
    settings.RELAY_URL = f"outbox:{tmp_path / 'outbox'}"
    settings.ANSWER_RELAY_URL = settings.RELAY_URL


@pytest.fixture
def alice(db) -> MailAccount:
    """The owner."""
    return make_account("alice@example.com")


@pytest.fixture
def bob(db) -> MailAccount:
    """Another owner in the same domain."""
    return make_account("bob@example.com")


@pytest.fixture
def mallory(db) -> MailAccount:
    """A stranger, of another provider's domain."""
    return make_account("mallory@elsewhere.example")


@pytest.fixture
def staff(db) -> MailAccount:
    """The provider's staff, with every permission."""
    return make_account("staff@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def as_alice(client: Client, alice: MailAccount) -> Client:
    """A browser in which alice is logged in, over TLS as in real life."""
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(alice, backend="mailaccounts.backends.MailAccountBackend")
    return client


@pytest.fixture
def scanners(settings) -> None:
    """A server with spamd and clamd, which no test asks for anything."""
    settings.SPAMD_URL = "spamd://127.0.0.1:1"
    settings.CLAMD_URL = "clamd://127.0.0.1:1"


@pytest.fixture
def ways_in(settings) -> None:
    """A server that mail programs reach, as far as its screens say."""
    host = "mail.a-very-long-name-for-a-domain.provider.example"
    settings.IMAP_URL, settings.POP3_URL = f"imaps://{host}", f"pop3s://{host}"
    settings.SUBMISSION_URL = f"smtps://{host}"


@pytest.fixture(scope="module")
def engine() -> Iterator[Browser]:
    """One Chromium for all tests of a file."""
    with chromium() as browser:
        yield browser
