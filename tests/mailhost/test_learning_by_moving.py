"""Moving messages into and out of Junk teaches, on the real servers. Proves G31."""

from __future__ import annotations

import imaplib

from tests.mailhost.whole_host import WholeHost, eventually, needs_whole_host

pytestmark = needs_whole_host

OWNER = "mover@host.example"
MANY = 100
LEARNED = 40.0  # seconds
CAST = f"make_spam_filter(make_account({OWNER!r}))"


def fill(owner: imaplib.IMAP4) -> None:
    for number in range(MANY):
        content = f"Subject: m{number}\r\nMessage-ID: <{number}@x.test>\r\n\r\nlucky {number}\r\n"
        owner.append("INBOX", "", None, content.encode())
    owner.select("INBOX")


def having(host: WholeHost, folder: str, keyword: str) -> int:
    with host.imap(OWNER) as owner:
        owner.select(folder)
        return len(owner.search(None, "KEYWORD", keyword)[1][0].split())


def test_moving_a_hundred_messages_hands_them_over_and_teaches_them_all(host):
    with host.imap(OWNER) as owner:
        fill(owner)
        owner._simple_command("MOVE", f"1:{MANY}", "Junk")

    # The mail program has its answer before spamd has been asked about all of them.
    assert having(host, "Junk", "PigeonnierToSpam") > 0
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
