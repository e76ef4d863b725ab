"""What Postfix is answered when it asks about a message of an owner."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.delivery.edge.test_service import database_url, free_ports, is_listening, wait_until
from tests.make import make_account

REQUEST = b"request=smtpd_access_policy\nsasl_username=%s\nrecipient_count=1\n\n"


@pytest.fixture
def port(transactional_db, tmp_path) -> Iterator[int]:
    """The policy service's, of a delivery service with two processes behind Postfix."""
    lmtp, policy = free_ports()
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "delivery"],
        stderr=subprocess.DEVNULL,
        env=os.environ
        | {"PANEL_VAR": str(tmp_path), "DATABASE_URL": database_url(), "DELIVERY_PROCESSES": "2"}
        | {"LMTP_PORT": str(lmtp), "SMTP_PORT": "0", "POLICY_PORT": str(policy)}
        | {"MESSAGES_PER_HOUR": "3"},
    )
    try:
        wait_until(lambda: is_listening(policy))
        yield policy
    finally:
        process.terminate()
        assert process.wait(15) == 0


@contextlib.contextmanager
def asking(port: int):
    with socket.create_connection(("127.0.0.1", port), 10) as link, link.makefile("rwb") as stream:

        def ask(request: bytes) -> bytes:
            stream.write(request)
            stream.flush()
            return stream.readline() + stream.readline()

        yield ask


def test_connections_are_kept_and_count_together(port):
    make_account("alice@example.com")
    with asking(port) as one, asking(port) as other:
        said = [ask(REQUEST % b"alice@example.com") for ask in (one, other, one, other)]

    assert said[:3] == [b"action=DUNNO\n\n"] * 3
    assert said[3].startswith(b"action=DEFER 4.7.1 You have sent what you may ")


@pytest.mark.parametrize("nonsense", [b"x" * 100_000 + b"\n\n", b"a=b\n" * 101, b"\xff\xfe=\0\n\n"])
def test_nonsense_ends_its_own_connection_at_most(port, nonsense):
    make_account("alice@example.com")
    with asking(port) as ask:
        assert ask(nonsense) in (b"", b"action=DUNNO\n\n")
    with asking(port) as ask:
        assert ask(REQUEST % b"alice@example.com") == b"action=DUNNO\n\n"
