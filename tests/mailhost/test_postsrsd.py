"""A new secret signs the senders of what is sent on; bounces to older ones still come back.

Proves G34 on the real postsrsd, and that what delivery undoes is the same.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from autoresponder.srs import undone
from mailhost import environment, rendering, srs
from tests.mailhost.whole_host import eventually, free_ports, needs_whole_host

pytestmark = needs_whole_host

DOMAIN = "srs.example.test"
SENDER = "carol@far.example"


def usable(secrets: Path, today: date) -> tuple[str, ...]:
    return srs.usable(environment.read_lines(secrets), today)


@contextmanager
def postsrsd(folder: Path, secrets: tuple[str, ...]) -> Iterator[dict[str, int]]:
    """The real one, told of these secrets as a mail host tells it; its two ports."""
    file = folder / "postsrsd-secrets"
    file.write_text(rendering.texts("postsrsd", {"srs_secrets": secrets})["secret"])
    ports = free_ports(("forward", "reverse"))
    argv = ["/usr/sbin/postsrsd", "-4", f"-s{file}", f"-d{DOMAIN}", "-l127.0.0.1"]
    process = subprocess.Popen(
        [*argv, f"-f{ports['forward']}", f"-r{ports['reverse']}"], start_new_session=True
    )
    try:
        assert eventually(lambda: all(map(_answers, ports.values())))
        yield ports
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # it has a process for each connection
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return ask(port, "x").startswith(("200", "500"))
    except OSError:
        return False


def ask(port: int, address: str) -> str:
    """As Postfix asks a table (tcp_table(5)): 200 and what it becomes, or 500."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(f"get {address}\n".encode())
        return link.makefile().readline().strip()


@pytest.fixture
def rounds(tmp_path):
    """Call it with secrets: what the sender becomes, and what addresses from before become."""

    def run(known: tuple[str, ...], *addresses: str) -> tuple[str, list[str]]:
        with postsrsd(tmp_path, known) as ports:
            made = ask(ports["forward"], SENDER).removeprefix("200 ")
            return made, [ask(ports["reverse"], address) for address in (made, *addresses)]

    return run


def test_bounces_to_senders_of_before_come_back(tmp_path, rounds, settings):
    settings.SRS_DOMAIN = DOMAIN
    now = timezone.now()
    today = now.date()
    secrets = tmp_path / "secrets"
    environment.write_lines(secrets, {"SRS_SECRET": "first"})
    before, known = rounds(usable(secrets, today))
    assert known == [f"200 {SENDER}"]
    srs.renew(secrets, today)

    after, known = rounds(usable(secrets, today), before)
    assert known == [f"200 {SENDER}"] * 2
    assert after != before  # the new secret signs
    settings.SRS_SECRETS = usable(secrets, today)
    assert [undone(address, now) for address in (before, after)] == [SENDER] * 2

    forgotten = usable(secrets, today + timedelta(days=22))
    assert rounds(forgotten, before)[1][1].startswith("500")
    settings.SRS_SECRETS = forgotten
    assert [undone(address, now) for address in (before, after)] == [before, SENDER]
