"""A service with usual limits, and clients of it."""

from collections.abc import Iterator

import pytest

from delivery.edge.limits import Limits
from tests.delivery.edge.client import Client
from tests.delivery.edge.service import Recorder, Service, serving

# Short enough for a test, and long enough for a busy machine.
LIMITS = Limits(message=100_000, in_flight=10_000_000, stop_seconds=3)


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with serving(Recorder(), LIMITS) as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """The module's service, its memory empty."""
    running.engine.given.clear()
    running.engine.asked.clear()
    running.engine.wait = 0
    running.engine.before = lambda: None
    return running


@pytest.fixture
def lmtp(service: Service) -> Iterator[Client]:
    with Client(service.lmtp) as client:
        yield client


@pytest.fixture
def smtp(service: Service) -> Iterator[Client]:
    with Client(service.smtp, lmtp=False) as client:
        yield client
