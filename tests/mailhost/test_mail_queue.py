"""Of Postfix's queue, a backup holds what is complete, wherever it wanders meanwhile."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from mailhost import mail_queue


@pytest.fixture
def spool(tmp_path) -> Path:
    folder = tmp_path / "postfix" / "spool"
    for name in (*mail_queue.QUEUES, *mail_queue.LOGS):
        (folder / name).mkdir(parents=True)
    return folder


def put(file: Path, mode: int) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(file.name)
    file.chmod(mode)
    return file


def saved(spool: Path) -> list[str]:
    folder = spool.parent.parent
    mail_queue.save(folder, folder / "queue.tar.gz")
    with tarfile.open(folder / "queue.tar.gz") as tar:
        return tar.getnames()


def test_complete_messages_are_saved_with_what_is_known_of_their_recipients(spool):
    put(spool / "incoming" / "COMING", 0o600)
    put(spool / "incoming" / "COME", 0o700)
    put(spool / "active" / "TRIED", 0o740)
    put(spool / "deferred" / "A" / "WAITING", 0o700)
    put(spool / "defer" / "A" / "WAITING", 0o600)
    put(spool / "bounce" / "WAITING", 0o600)
    put(spool / "bounce" / "GONE", 0o600)
    (spool / "hold" / "LINK").symlink_to("/etc/passwd")

    assert saved(spool) == [
        *("incoming/COME", "active/TRIED", "deferred/WAITING"),
        *("bounce/WAITING", "defer/WAITING"),
    ]


def test_what_moves_while_it_is_looked_for_is_found(spool, monkeypatch):
    late = put(spool / "deferred" / "LATE", 0o700)
    put(spool / "incoming" / "FIRST", 0o700)
    looked_into = mail_queue._files

    def files(folder: Path):
        if folder.name == "deferred" and late.exists():
            late.rename(spool / "active" / "LATE")  # after `active` was read
        return looked_into(folder)

    monkeypatch.setattr(mail_queue, "_files", files)

    assert saved(spool) == ["incoming/FIRST", "active/LATE"]


def test_a_host_that_has_never_started_has_an_empty_queue(tmp_path):
    mail_queue.save(tmp_path, tmp_path / "queue.tar.gz")

    with tarfile.open(tmp_path / "queue.tar.gz") as tar:
        assert tar.getnames() == []
