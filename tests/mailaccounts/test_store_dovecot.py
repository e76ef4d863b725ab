"""What is particular to mailboxes in a real Dovecot. Proves G20, G21, G22."""

from __future__ import annotations

import imaplib
import logging
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import ImproperlyConfigured

from mailaccounts.smtp.connection import Patience
from mailaccounts.store import (
    JUNK,
    Learned,
    StoreUnavailable,
    Usage,
    mail_store,
)
from mailaccounts.store.doveadm import Doveadm
from mailaccounts.store.dovecot import DovecotStore
from mailaccounts.store.dovecot_url import store_from
from mailaccounts.store.imap import Server, ranges
from tests.dovecot import MASTER, OFF, SECRET, Dovecot

ALICE = "alice@example.com"
MESSAGE = b"Return-Path: <eve@sender.test>\r\nSubject: Hello\r\n\r\nx\r\n"


@pytest.fixture
def owner(dovecot: Dovecot, dovecot_store: DovecotStore) -> Iterator[imaplib.IMAP4]:
    """Alice's own mail program."""
    imap = imaplib.IMAP4("127.0.0.1", dovecot.imap, 5)
    imap.login(ALICE, "own")
    yield imap
    try:
        imap.logout()
    except imaplib.IMAP4.abort:  # it was ended already
        imap.shutdown()


@pytest.fixture
def commands(monkeypatch) -> list[str]:
    """The IMAP commands that are sent from now on."""
    sent: list[str] = []
    real = imaplib.IMAP4._command

    def command(self: imaplib.IMAP4, name: str, *arguments: object) -> bytes:
        sent.append(name)
        return real(self, name, *arguments)

    monkeypatch.setattr(imaplib.IMAP4, "_command", command)
    return sent


@contextmanager
def silent_server() -> Iterator[int]:
    """It accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def fill(dovecot: Dovecot, number: int, address: str = ALICE) -> None:
    """Put messages where Dovecot finds them, quicker than through LMTP."""
    folder = dovecot.maildir(address) / "new"
    folder.mkdir(parents=True, exist_ok=True)
    dovecot.own()
    for i in range(number):
        content = b"From: Eve <eve@sender.test>\nSubject: m%d\n\nx\n" % i
        (folder / f"{1_700_000_000 + i}.M{i}.test").write_bytes(content)
        (folder / f"{1_700_000_000 + i}.M{i}.test").chmod(0o666)


@pytest.mark.mailhost
def test_a_message_that_its_owner_has_moved_is_not_kept_again(dovecot_store, owner):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    owner.select("INBOX")
    owner.create("Elsewhere")
    owner._simple_command("MOVE", "1", "Elsewhere")

    dovecot_store.deliver(ALICE, MESSAGE, key="one")

    assert dovecot_store.usage(ALICE).messages == 1
    assert dovecot_store.list(ALICE).total == 0


@pytest.mark.mailhost
@pytest.mark.parametrize("name", ["Books", '"My &- your books"', "B&APw-cher"])
def test_a_folder_that_its_owner_made_is_listed_and_noted(dovecot_store, owner, name):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    owner.select("INBOX")
    owner.create(name)
    owner._simple_command("MOVE", "1", name)

    assert name in dovecot_store.folders(ALICE)[2:]
    (line,) = dovecot_store.list(ALICE, folder=name).messages
    dovecot_store.note(ALICE, [line.id], Learned.SPAM)
    (noted,) = dovecot_store.list(ALICE, folder=name).messages
    assert (noted.id, noted.learned) == (line.id, Learned.SPAM)
    assert dovecot_store.everything(ALICE, folder=name) == [line.id]


@pytest.mark.mailhost
def test_another_process_knows_what_was_kept(dovecot, dovecot_store):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    other = dovecot.store()
    other.deliver(ALICE, MESSAGE, key="one")
    other.close()

    assert dovecot_store.list(ALICE).total == 1


@pytest.mark.mailhost
def test_a_message_has_one_return_path(dovecot_store):
    for number, sender in enumerate(["eve+1=x@sender.test", "", "é@sender.test", "no address"]):
        content = f"Return-Path: <{sender}>\r\nSubject: Hello\r\n\r\nx\r\n".encode()
        dovecot_store.deliver(ALICE, content, key=str(number))

    texts = [dovecot_store.fetch(ALICE, m.id) for m in dovecot_store.list(ALICE).messages]
    assert [text.split(b"Subject")[0] for text in reversed(texts)] == [
        b"Return-Path: <eve+1=x@sender.test>\r\n",
        b"Return-Path: <>\r\n",
        # Dovecot cannot be told such a sender.
        b"Return-Path: <>\r\nReturn-Path: <\xc3\xa9@sender.test>\r\n",
        b"Return-Path: <>\r\nReturn-Path: <no address>\r\n",
    ]


@pytest.mark.mailhost
def test_running_connections_of_an_account_are_ended_at_once(dovecot, dovecot_store, owner):
    bob = imaplib.IMAP4("127.0.0.1", dovecot.imap, 5)
    bob.login("bob@example.com", "own")
    owner.select("INBOX")
    owner.send(b"x IDLE\r\n")

    dovecot_store.disconnect([ALICE])

    assert b"BYE" in owner.readline() + owner.readline() + owner.readline()
    assert bob.noop()[0] == "OK"
    bob.logout()


@pytest.mark.mailhost
def test_the_panel_enters_again_after_its_own_connection_was_ended(dovecot_store):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    dovecot_store.usage(ALICE)

    dovecot_store.disconnect([ALICE])

    assert dovecot_store.usage(ALICE).messages == 1


@pytest.mark.mailhost
def test_a_wrong_key_ends_nothing_and_says_so(dovecot):
    with pytest.raises(StoreUnavailable, match="doveadm"):
        Doveadm("127.0.0.1", dovecot.doveadm, "wrong").kick([ALICE])


def test_an_administration_that_is_silent_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("mailaccounts.store.doveadm._PATIENCE", 0.1)
    with silent_server() as port, pytest.raises(StoreUnavailable, match="doveadm"):
        Doveadm("127.0.0.1", port, "key").kick([ALICE])


@pytest.mark.mailhost
def test_what_could_not_be_written_is_kept_when_it_comes_again(dovecot, dovecot_store):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    closed = [dovecot.maildir(ALICE) / name for name in ("tmp", "new", "cur")]
    for folder in closed:
        folder.chmod(0o500)
    with pytest.raises(StoreUnavailable):
        dovecot_store.deliver(ALICE, MESSAGE, key="two")
    for folder in closed:
        folder.chmod(0o700)
    dovecot_store.deliver(ALICE, MESSAGE, key="two")

    assert dovecot_store.list(ALICE).total == 2


@pytest.mark.mailhost
def test_an_account_that_dovecot_does_not_know_is_for_now(dovecot_store):
    with pytest.raises(StoreUnavailable, match="LMTP: 550"):
        dovecot_store.deliver("carol@example.com", MESSAGE, key="one")
    with pytest.raises(StoreUnavailable):
        dovecot_store.usage("carol@example.com")


@pytest.mark.mailhost
def test_a_mailbox_that_is_off_takes_no_mail_and_can_be_emptied(dovecot, dovecot_store):
    fill(dovecot, 3, OFF)

    with pytest.raises(StoreUnavailable, match="LMTP: 550"):
        dovecot_store.deliver(OFF, MESSAGE, key="one")
    with (
        imaplib.IMAP4("127.0.0.1", dovecot.imap, 5) as own,
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
    ):
        own.login(OFF, "own")
    assert dovecot_store.usage(OFF).messages == 3
    assert dovecot_store.delete_all(OFF).messages == 3


@pytest.mark.mailhost
def test_ten_megabytes_and_a_nul_pass(dovecot_store):
    big = MESSAGE + b"." * 76 + b"\r\n" + (b"x" * 76 + b"\r\n") * 130_000
    dovecot_store.deliver(ALICE, big, key="big")
    dovecot_store.deliver(ALICE, MESSAGE + b"NUL \x00\r\n", key="nul")

    nul, ten = dovecot_store.list(ALICE).messages
    assert ten.octets == len(big)
    assert dovecot_store.fetch(ALICE, ten.id) == big
    assert dovecot_store.fetch(ALICE, nul.id) == MESSAGE + b"NUL \x80\r\n"  # IMAP has no NUL


@pytest.mark.mailhost
def test_what_an_owner_searches_for_is_text(dovecot_store):
    odd = ["{9}", '"', "\\", "*", "(", "ALL", "NIL", "100%", 'a"b', "été", "{3}été"]
    for number, word in enumerate(odd):
        content = f"From: <e@x.test>\r\nSubject: <{word}>\r\n\r\n".encode()
        dovecot_store.deliver(ALICE, content, key=str(number))

    for word in odd:
        found = [m.subject for m in dovecot_store.list(ALICE, search=f"<{word}>").messages]
        assert found == [f"<{word}>"]
    assert dovecot_store.list(ALICE, search="x\x00y").total == 0
    assert dovecot_store.list(ALICE, search="e " * 5000).total == len(odd)


@pytest.mark.mailhost
def test_all_folders_count_and_are_emptied_whatever_their_names(dovecot_store, owner):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    owner.select("INBOX")
    names = [
        '"007"',
        '"a b"',
        r'"q\"q"',
        r'"b\\b"',
        '"(MESSAGES 9 SIZE 9)"',
        '"&AOk-t&AOk-"',
        '"%"',
    ]
    for name in names:
        assert owner.create(name)[0] == "OK"
        assert owner.copy("1", name)[0] == "OK"

    number = len(names) + 1
    everything = Usage(number, number * len(MESSAGE))
    assert dovecot_store.usage(ALICE) == everything
    assert dovecot_store.delete_all(ALICE) == everything
    assert dovecot_store.usage(ALICE) == Usage(0, 0)


@pytest.mark.mailhost
def test_round_trips_do_not_grow_with_the_mailbox(dovecot, dovecot_store, commands):
    counts = []
    for number in (3, 5000):
        dovecot_store.deliver(ALICE, MESSAGE, key=str(number))
        fill(dovecot, number)
        dovecot_store.list(ALICE, search="m1")
        commands.clear()
        page = dovecot_store.list(ALICE)
        dovecot_store.list(ALICE, search="m1")
        dovecot_store.usage(ALICE)
        counts.append(list(commands))

    assert page.total == 5002
    assert len(page.messages) == 50
    assert counts == [["EXAMINE", "FETCH", "EXAMINE", "SEARCH", "FETCH", "UNSELECT", "LIST"]] * 2
    assert dovecot_store.delete_all(ALICE).messages == 5002


@pytest.mark.mailhost
def test_dovecot_killed_and_back_is_met_by_trying_again(dovecot, dovecot_store):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    dovecot_store.usage(ALICE)
    dovecot.stop(signal.SIGKILL)
    with pytest.raises(StoreUnavailable):
        dovecot_store.deliver(ALICE, MESSAGE, key="two")
    with pytest.raises(StoreUnavailable):
        dovecot_store.usage(ALICE)
    dovecot.start()

    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    dovecot_store.deliver(ALICE, MESSAGE, key="two")

    assert dovecot_store.usage(ALICE) == Usage(2, 2 * len(MESSAGE))


@pytest.mark.mailhost
def test_a_restart_between_two_calls_is_not_noticed(dovecot, dovecot_store):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    dovecot_store.usage(ALICE)
    dovecot.stop()
    dovecot.start()

    dovecot_store.deliver(ALICE, MESSAGE, key="two")

    assert dovecot_store.usage(ALICE).messages == 2


@pytest.mark.mailhost
def test_a_wrong_secret_is_logged_once_and_never_itself(dovecot, caplog):
    caplog.set_level(logging.DEBUG)
    store = dovecot.store(secret="wrong secret")

    for _ in range(10):
        with pytest.raises(StoreUnavailable):
            store.usage(ALICE)

    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert "MAIL_STORE_SECRET" in record.getMessage()
    assert "wrong secret" not in caplog.text + repr(store)


@pytest.mark.mailhost
def test_kept_connections_are_few_and_of_one_mailbox_each(dovecot, dovecot_store, commands):
    for _ in range(3):
        dovecot_store.usage(ALICE)
        dovecot_store.usage("bob@example.com")

    assert commands.count("AUTHENTICATE") == 2


def test_a_server_that_says_nothing_is_given_up():
    with silent_server() as port:
        server = Server("127.0.0.1", port, MASTER, SECRET)
        store = DovecotStore("127.0.0.1", port, server, patience=Patience(replying=0.1))
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            store.deliver(ALICE, MESSAGE, key="one")
        assert time.monotonic() - begun < Patience().replying / 2


def test_after_three_failures_nobody_waits(caplog, monkeypatch):
    monkeypatch.setattr("mailaccounts.store.imap.CONNECTING", 0.1)
    with silent_server() as port:
        store = DovecotStore("127.0.0.1", port, Server("127.0.0.1", port, MASTER, SECRET))
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="timed out"):
                store.usage(ALICE)

        with pytest.raises(StoreUnavailable, match="a moment ago"):
            store.usage(ALICE)
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("", "alice", "@example.com", "alice@", "a" * 400 + "@x.test", "é@x.test"),
        *("a b@x.test", "a\0b@x.test", "a\r\n@x.test", "a+b@x.test", "a>b@x.test"),
    ],
)
def test_what_is_no_account_never_reaches_the_server(address):
    store = DovecotStore("127.0.0.1", 1, Server("127.0.0.1", 1, MASTER, SECRET))

    for call in (
        lambda: store.deliver(address, MESSAGE, key="one"),
        lambda: store.list(address),
        lambda: store.fetch(address, "1.1"),
        lambda: store.usage(address),
        lambda: store.delete_all(address),
    ):
        with pytest.raises(ValueError, match="Not an account"):
            call()


@pytest.mark.parametrize(
    "url",
    [
        "dovecot:",
        "dovecot://host",
        "dovecot://host?lmtp=24",
        "dovecot://host?imaps=993",
        "dovecot://host?lmtp=24&imaps=993&imap=143",
        "dovecot://host?lmtp=24&imaps=x",
        "dovecot://host?lmtp=24&imap=143",  # the secret would be readable on the way
        "dovecot://panel:hush@127.0.0.1?lmtp=24&imap=143",
    ],
)
def test_a_bad_url_is_an_error_without_the_secret(settings, url):
    settings.MAIL_STORE_MASTER, settings.MAIL_STORE_SECRET = MASTER, SECRET

    with pytest.raises(ImproperlyConfigured, match="MAIL_STORE_URL") as told:
        store_from(url)
    assert "hush" not in str(told.value)


def test_dovecot_needs_its_master_user(settings):
    settings.MAIL_STORE_URL = "dovecot://127.0.0.1?lmtp=24&imap=144"

    with pytest.raises(ImproperlyConfigured, match="MAIL_STORE_SECRET"):
        mail_store()


@pytest.mark.mailhost
@pytest.mark.parametrize("kind", ["imap", "imaps"])
def test_the_settings_name_the_store(settings, dovecot, dovecot_store, kind):
    settings.MAIL_STORE_MASTER, settings.MAIL_STORE_SECRET = MASTER, SECRET
    settings.MAIL_STORE_CA = str(dovecot.certificate)
    port = getattr(dovecot, kind)
    store = store_from(f"dovecot://127.0.0.1?lmtp={dovecot.lmtp}&{kind}={port}")

    store.deliver(ALICE, MESSAGE, key="one")

    assert store.usage(ALICE) == Usage(1, len(MESSAGE))
    store.close()


@pytest.mark.mailhost
def test_a_stranger_with_another_certificate_is_not_told_the_secret(settings, dovecot):
    settings.MAIL_STORE_MASTER, settings.MAIL_STORE_SECRET = MASTER, SECRET
    store = store_from(f"dovecot://127.0.0.1?lmtp={dovecot.lmtp}&imaps={dovecot.imaps}")

    with pytest.raises(StoreUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
        store.usage(ALICE)


def test_ranges():
    assert ranges([3, 1, 2, 7, 9, 8]) == "1:3,7:9"
    assert ranges(range(5, 6)) == "5"


@pytest.mark.mailhost
def test_junk_is_listed_and_its_messages_are_named_apart(dovecot_store, owner):
    for number in range(2):
        dovecot_store.deliver(ALICE, MESSAGE, key=str(number))
    owner.select("INBOX")
    owner._simple_command("MOVE", "1", "Junk")

    (kept,) = dovecot_store.list(ALICE).messages
    (junk,) = dovecot_store.list(ALICE, folder=JUNK).messages
    dovecot_store.note(ALICE, [junk.id, kept.id], Learned.SPAM)

    assert kept.id != junk.id
    assert set(dovecot_store.fetch_many(ALICE, [junk.id, kept.id], octets=99)) == {
        junk.id,
        kept.id,
    }
    assert dovecot_store.list(ALICE, folder=JUNK).messages[0].learned == Learned.SPAM
    assert dovecot_store.fetch(ALICE, junk.id) == MESSAGE


@pytest.mark.mailhost
def test_what_the_filter_learned_is_a_keyword_that_mail_programs_see(dovecot_store, owner):
    dovecot_store.deliver(ALICE, MESSAGE, key="one")
    (line,) = dovecot_store.list(ALICE).messages

    dovecot_store.note(ALICE, [line.id], Learned.HAM)

    owner.select("INBOX")
    assert owner.search(None, "KEYWORD", "PigeonnierHam")[1] == [b"1"]
