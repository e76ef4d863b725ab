"""Moving messages into and out of Junk teaches, on the real servers. Proves G31."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Iterator

import pytest

from tests.mailhost.whole_host import WholeHost, eventually, left_out

pytestmark = [
    pytest.mark.mailhost,
    pytest.mark.skipif(bool(left_out()), reason=left_out()),
]

OWNER = "mover@host.example"
MANY = 100
# In which the mail program has its answer, and in which spamd has learned them all.
MOVED, LEARNED = 0.5, 40.0


@pytest.fixture(scope="module")
def host() -> Iterator[WholeHost]:
    host = WholeHost()
    try:
        host.start()
        host.do(f"make_spam_filter(make_account({OWNER!r}))")
        yield host
    finally:
        host.remove()


def fill(owner: imaplib.IMAP4) -> None:
    for number in range(MANY):
        content = f"Subject: m{number}\r\nMessage-ID: <{number}@x.test>\r\n\r\nlucky {number}\r\n"
        owner.append("INBOX", "", None, content.encode())
    owner.select("INBOX")


def having(host: WholeHost, folder: str, keyword: str) -> int:
    with host.imap(OWNER) as owner:
        owner.select(folder)
        return len(owner.search(None, "KEYWORD", keyword)[1][0].split())


def test_moving_a_hundred_messages_is_quick_and_teaches_them_all(host):
    with host.imap(OWNER) as owner:
        fill(owner)
        start = time.monotonic()
        owner._simple_command("MOVE", f"1:{MANY}", "Junk")
        took = time.monotonic() - start

    assert took < MOVED
    assert eventually(lambda: having(host, "Junk", "PigeonnierSpam") == MANY, LEARNED), host.said()
    assert having(host, "Junk", "PigeonnierToSpam") == 0

    with host.imap(OWNER) as owner:
        owner.select("Junk")
        owner._simple_command("MOVE", "1", "INBOX")
        owner._simple_command("MOVE", "1", "Trash")
        owner.append("Junk", "", None, b"Subject: another\r\nMessage-ID: <a@x>\r\n\r\nbonus\r\n")

    assert eventually(lambda: having(host, "INBOX", "PigeonnierHam") == 1)
    assert eventually(lambda: having(host, "Junk", "PigeonnierSpam") == MANY - 1)
    assert having(host, "Trash", "PigeonnierHam") == 0
    assert having(host, "Trash", "PigeonnierSpam") == 1
