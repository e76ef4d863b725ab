"""What is particular to mailboxes as Maildir: the folders that Dovecot reads. Proves G20, G22."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from mailaccounts.store import (
    JUNK,
    Learned,
    MailboxFull,
    StoreFull,
    StoreUnavailable,
    Usage,
    mail_store,
)
from mailaccounts.store.maildir import MaildirStore
from mailaccounts.store.order import By, Order

ALICE = "alice@example.com"
MESSAGE = b"Subject: Hello\r\n\r\nx\r\n"


@pytest.fixture
def store(tmp_path: Path) -> MaildirStore:
    return MaildirStore(tmp_path)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return tmp_path / "example.com" / "alice" / "Maildir"


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_folder_that_its_owner_made_is_listed_and_noted(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    name = "B&APw-cher"
    for part in ("new", "cur", "tmp"):
        (maildir / f".{name}" / part).mkdir(parents=True)
    (moved,) = (maildir / "new").iterdir()
    moved.rename(maildir / f".{name}" / "new" / moved.name)

    assert store.folders(ALICE) == ["INBOX", JUNK, name]
    (line,) = store.list(ALICE, folder=name).messages
    store.note(ALICE, [line.id], Learned.HAM)
    (noted,) = store.list(ALICE, folder=name).messages
    assert (noted.id, noted.learned) == (line.id, Learned.HAM)
    assert store.learned(ALICE)[Learned.HAM] == [line.id]


def test_the_settings_name_the_store(settings, tmp_path):
    settings.MAIL_STORE_URL = f"maildir:{tmp_path}"
    assert mail_store() is mail_store()

    mail_store().deliver(ALICE, MESSAGE, key="one")

    assert (tmp_path / "example.com" / "alice" / "Maildir" / "new").is_dir()


@pytest.mark.parametrize("url", ["maildir:relative", "mbox:/x", "/var/mail", ""])
def test_another_url_is_an_error_in_the_settings(settings, url):
    settings.MAIL_STORE_URL = url

    with pytest.raises(ImproperlyConfigured):
        mail_store()


def test_octets_that_no_mail_has_are_kept_as_they_are(store):
    content = b"Subject: \xff\r\n\r\nNUL \x00, bare \n and \r, 8-bit \xe9\r\n.\r\nno end"
    store.deliver(ALICE, content, key="one")

    (line,) = store.list(ALICE).messages

    assert store.fetch(ALICE, line.id) == content
    assert line.octets == len(content)


def test_a_kept_message_is_in_new_with_its_size_in_the_name(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    store.confirm(ALICE, key="one")

    (name,) = names(maildir / "new")
    assert name.endswith(f",S={len(MESSAGE)}")
    assert (maildir / "new" / name).read_bytes() == MESSAGE
    assert names(maildir / "tmp") == []
    assert (maildir / "cur").is_dir()
    assert maildir.stat().st_mode & 0o777 == 0o700
    assert (maildir / "new" / name).stat().st_mode & 0o777 == 0o600


def test_a_key_is_recognised_where_a_mail_program_has_moved_the_message(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (name,) = names(maildir / "new")
    (maildir / ".Archive" / "cur").mkdir(parents=True)
    (maildir / "new" / name).rename(maildir / ".Archive" / "cur" / f"{name}:2,S")

    store.deliver(ALICE, MESSAGE, key="one")

    assert names(maildir / "new") == []
    assert store.usage(ALICE) == Usage(1, len(MESSAGE))


def test_a_message_half_written_at_a_crash_is_kept_whole_the_next_time(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (private,) = (maildir / "tmp").iterdir()
    (kept,) = (maildir / "new").iterdir()
    kept.unlink()
    private.write_bytes(b"Subj")

    store.deliver(ALICE, MESSAGE, key="one")

    (kept,) = (maildir / "new").iterdir()
    assert kept.read_bytes() == MESSAGE


def test_a_key_confirmed_while_its_second_delivery_waits_is_not_kept_again(
    store, maildir, monkeypatch
):
    store.deliver(ALICE, MESSAGE, key="one")

    def confirmed_first(opened: int, how: int) -> None:
        store.confirm(ALICE, key="one")

    monkeypatch.setattr("fcntl.flock", confirmed_first)
    store.deliver(ALICE, MESSAGE, key="one")

    assert len(names(maildir / "new")) == 1


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EIO, StoreUnavailable),
        (errno.EROFS, StoreUnavailable),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "link", "open"])
def test_a_disk_that_fails_is_said_and_the_next_time_succeeds(
    store, maildir, monkeypatch, number, kind, call
):
    store.deliver(ALICE, MESSAGE, key="first")

    def fails(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails)
        with pytest.raises(StoreUnavailable) as raised:
            store.deliver(ALICE, MESSAGE, key="one")
    assert type(raised.value) is kind
    store.deliver(ALICE, MESSAGE, key="one")

    assert store.usage(ALICE) == Usage(2, 2 * len(MESSAGE))


@pytest.mark.parametrize(
    "address",
    ["../../etc@example.com", "..@..", ".hidden@example.com", "a/b@example.com", "a\x00@b", "é@ü"],
)
def test_a_hostile_address_stays_below_the_root(tmp_path, address):
    root = tmp_path / "mail"
    store = MaildirStore(root)

    store.deliver(address, MESSAGE, key="one")

    assert names(tmp_path) == ["mail"]
    assert len(list(root.glob("*/*/Maildir/new/*"))) == 1
    assert store.usage(address).messages == 1


@pytest.mark.parametrize("address", ["", "alice", "@example.com", "alice@", "a" * 300 + "@b.c"])
def test_what_is_no_address_is_refused(store, address):
    with pytest.raises(ValueError, match="address"):
        store.deliver(address, MESSAGE, key="one")


def test_folders_of_mail_programs_count_and_go(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    junk = maildir / ".Junk" / "cur"
    junk.mkdir(parents=True)
    (junk / "1700000000.M1P2.host:2,S").write_bytes(b"12345")
    (maildir / "dovecot.index.log").write_bytes(b"not mail")

    assert store.usage(ALICE) == Usage(2, len(MESSAGE) + 5)
    assert store.list(ALICE).total == 1
    assert store.delete_all(ALICE) == Usage(2, len(MESSAGE) + 5)


def test_names_by_other_programs_are_listed_by_their_times(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (maildir / "cur" / "1700000000.M5P2.host,S=9,W=9:2,S").write_bytes(b"Subject: b")
    (maildir / "cur" / "1700000000.M10P2.host:2,").write_bytes(b"Subject: c")
    strange = maildir / "new" / "strange"
    strange.write_bytes(b"Subject: a")
    os.utime(strange, (1_600_000_000, 1_600_000_000))

    assert [(m.subject, m.octets) for m in store.list(ALICE).messages] == [
        ("Hello", len(MESSAGE)),
        ("c", 10),
        ("b", 9),
        ("a", 10),
    ]


def test_an_id_outlives_a_change_of_flags(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (line,) = store.list(ALICE).messages
    (maildir / "new" / line.id).rename(maildir / "cur" / f"{line.id}:2,RS")

    assert store.fetch(ALICE, line.id) == MESSAGE
    assert store.list(ALICE).messages == (line,)


def test_usage_of_a_mailbox_at_rest_reads_no_names(store, maildir, monkeypatch):
    store.deliver(ALICE, MESSAGE, key="one")
    long_ago = time.time() - 60
    for folder in ("new", "cur"):
        os.utime(maildir / folder, (long_ago, long_ago))
    usage = store.usage(ALICE)

    def fails(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("mailaccounts.store.maildir._everything", fails)
    assert store.usage(ALICE) == usage


def test_old_private_names_are_forgotten(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (private,) = (maildir / "tmp").iterdir()
    os.utime(private, (1_700_000_000, 1_700_000_000))

    store.usage(ALICE)

    assert names(maildir / "tmp") == []
    assert store.usage(ALICE).messages == 1


def test_nothing_of_a_message_stays_behind(store, maildir):
    store.deliver(ALICE, MESSAGE, key="not confirmed")

    store.delete_all(ALICE)

    assert [p for p in maildir.rglob("*") if p.is_file()] == []


def test_junk_is_the_folder_that_mail_programs_know(store, maildir):
    junk = maildir / ".Junk" / "cur"
    junk.mkdir(parents=True)
    (maildir / ".Junk" / "tmp").mkdir()
    (junk / "1700000000.M1P2.host:2,S").write_bytes(b"Subject: spam\n\nx")

    (line,) = store.list(ALICE, folder=JUNK).messages
    store.note(ALICE, [line.id], Learned.SPAM)

    assert store.fetch(ALICE, line.id) == b"Subject: spam\n\nx"
    assert store.list(ALICE, folder=JUNK).messages[0].learned == Learned.SPAM
    assert names(junk) == ["1700000000.M1P2.host:2,Sa"]


def test_keywords_stand_beside_those_of_mail_programs(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (maildir / "dovecot-keywords").write_text("0 $Junk\n2 Work\n")
    (name,) = names(maildir / "new")
    (maildir / "new" / name).rename(maildir / "cur" / f"{name}:2,RSc")

    store.note(ALICE, [name], Learned.HAM)

    assert names(maildir / "cur") == [f"{name}:2,RScd"]
    assert (maildir / "dovecot-keywords").read_text() == (
        "0 $Junk\n1 PigeonnierSpam\n2 Work\n3 PigeonnierHam\n"
    )


def test_a_folder_whose_keywords_are_all_taken_says_so(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (line,) = store.list(ALICE).messages
    taken = "".join(f"{number} word{number}\n" for number in range(26))
    (maildir / "dovecot-keywords").write_text(taken)

    with pytest.raises(StoreUnavailable, match="keyword"):
        store.note(ALICE, [line.id], Learned.HAM)

    assert store.list(ALICE).messages == (line,)


def test_what_a_server_says_was_moved_is_to_be_learned_until_that_is_noted(store, maildir):
    store.deliver(ALICE, MESSAGE, key="one")
    (maildir / "dovecot-keywords").write_text("0 PigeonnierToSpam\n1 PigeonnierToHam\n")
    (name,) = names(maildir / "new")
    (maildir / "new" / name).rename(maildir / "cur" / f"{name}:2,b")

    assert store.moved(ALICE) == {Learned.SPAM: [], Learned.HAM: [name]}
    store.note(ALICE, [name], Learned.HAM)
    assert store.moved(ALICE) == {Learned.SPAM: [], Learned.HAM: []}


@pytest.mark.parametrize("octets", [100, 3_000, 30_000])
def test_several_processes_keep_to_the_limit_together(tmp_path, octets):
    """Each with its own memory of what it has kept."""
    limit = 100_000
    processes = [MaildirStore(tmp_path) for _ in range(4)]
    message = MESSAGE + b"x" * (octets - len(MESSAGE))

    fitting = limit // octets
    for number in range(fitting):
        processes[number % 4].deliver(ALICE, message, key=str(number), limit=limit)
    for process in processes:
        with pytest.raises(MailboxFull):
            process.deliver(ALICE, message, key="one more", limit=limit)

    assert processes[0].usage(ALICE).messages == fitting


def test_far_from_the_limit_a_mailbox_is_not_counted_for_each_message(store, monkeypatch):
    counted = []
    real = MaildirStore.usage
    monkeypatch.setattr(MaildirStore, "usage", lambda *a: counted.append(a) or real(*a))

    for number in range(20):
        store.deliver(ALICE, MESSAGE, key=str(number), limit=1_000_000)

    assert len(counted) == 1


def test_a_large_folder_is_not_sorted_by_what_stands_in_the_files(store, monkeypatch):
    """What would read every message is left out; what their names say is not."""
    for number in range(3):
        store.deliver(
            ALICE, b"Subject: m%d\r\n\r\n%s\r\n" % (number, b"x" * number), key=f"{number}"
        )
    monkeypatch.setattr("mailaccounts.store.maildir_list.READ_AT_ONCE", 2)
    monkeypatch.setattr("mailaccounts.store.maildir_list.subject_and_sender", lambda path: ("", ""))

    page = store.list(ALICE, order=Order.of("subject"))

    assert (str(page.order), page.sortable) == ("-date", {By.DATE, By.SIZE})
    assert page.messages == store.list(ALICE).messages
    by_size = store.list(ALICE, order=Order.of("size")).messages
    assert by_size == page.messages[::-1]
