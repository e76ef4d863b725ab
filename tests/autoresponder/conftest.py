"""Mail in flight as in the tests of delivery, and letters that deserve an answer."""

from __future__ import annotations

import email
import time
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

import pytest

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

CAROL = "carol@far.example"


def letter(
    *,
    to: str = "alice@example.com",
    subject: str = "Hello",
    text: str = "How are you?",
    message_id: str = "<1@far.example>",
    fields: str = "",
) -> bytes:
    """A letter of a person; `fields` are further lines of its header."""
    further = "".join(f"{line}\r\n" for line in fields.splitlines())
    return (
        f"From: Carol <{CAROL}>\r\nTo: {to}\r\nSubject: {subject}\r\n"
        f"Message-ID: {message_id}\r\n{further}\r\n{text}\r\n"
    ).encode()


def parsed(octets: bytes) -> EmailMessage:
    """Read by the standard library, which had no part in writing it."""
    message = email.message_from_bytes(octets, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


@pytest.fixture
def answers(sink):  # noqa: F811 - the fixture above
    """The answers that left so far, each with its envelope."""

    def read() -> list[tuple[str, str, EmailMessage]]:
        return [
            (taken.sender, *taken.targets, parsed(taken.message))
            for taken in sink.taken
            if b"Auto-Submitted: auto-replied" in taken.message
        ]

    return read


@pytest.fixture
def hurry():
    """Within so many seconds of this process, whatever else the machine does."""

    @contextmanager
    def limit(seconds: float):
        began = time.process_time()
        yield
        assert time.process_time() - began < seconds

    return limit
