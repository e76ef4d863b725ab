"""Scanners for the tests of this app: fakes, and the real ones where a machine has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests import clamd, spamd
from tests.clamd import Clamd
from tests.delivery.conftest import (  # noqa: F401 - the same fixtures
    deliver,
    deliver_for_replies,
    kept,
    relay,
    sink,
    store,
    with_engine,
)
from tests.mailaccounts.conftest import as_clerk, as_staff  # noqa: F401 - the same fixtures
from tests.spamd import Spamd
from tests.spamfilter.fakes import FakeClamd, FakeSpamd
from tests.spamfilter.pupil import Pupil


@pytest.fixture
def fake_spamd(settings) -> Iterator[FakeSpamd]:
    fake = FakeSpamd()
    fake.start()
    settings.SPAMD_URL = fake.url
    yield fake
    fake.stop()


@pytest.fixture
def fake_clamd(settings) -> Iterator[FakeClamd]:
    fake = FakeClamd()
    fake.start()
    settings.CLAMD_URL = fake.url
    yield fake
    fake.stop()


@pytest.fixture
def pupil(settings) -> Iterator[Pupil]:
    """A fake spamd that is taught."""
    fake = Pupil()
    fake.start()
    settings.SPAMD_URL = fake.url
    yield fake
    fake.stop()


@pytest.fixture
def both_scanners(fake_spamd: FakeSpamd, fake_clamd: FakeClamd) -> None:
    """A server that has both, well."""


@pytest.fixture(scope="package")
def real_spamd(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Spamd]:
    """It reads what is committed in the test database."""
    if why := spamd.left_out():
        pytest.skip(why)
    with django_db_blocker.unblock():
        server = Spamd(database=True)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="package")
def real_clamd() -> Iterator[Clamd]:
    if why := clamd.left_out():
        pytest.skip(why)
    server = Clamd(scan_limit=50_000_000)
    server.start()
    yield server
    server.remove()
