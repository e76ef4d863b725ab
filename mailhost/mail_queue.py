"""What waits in Postfix's queue: saved while Postfix runs, put back before it starts.

A message is one file. It is complete once its owner may read, write and execute it (Postfix's
mail_open_ok.c), and its name, the queue id, is never used again (`enable_long_queue_ids`). Folders
below a queue are Postfix's own business: `postsuper -s` makes them, as postsuper(1) asks for after
a restore.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from mailhost import rendering, told
from mailhost.host import Host

# Where acknowledged messages wait, in the order in which they wander.
QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")
# What is known of a message's recipients so far: of whom its sender is still to be told.
LOGS = ("bounce", "defer", "trace")
# Postfix moves messages between folders while these are read, so they are looked through until
# nothing new turns up. Where mail never stops coming, this many times.
LOOKS = 10


def save(folder: Path, archive: Path) -> None:
    """Write all complete messages of the mail host in `folder` into a new archive."""
    spool = folder / "postfix" / "spool"
    saved: set[str] = set()
    with tarfile.open(archive, "x:gz") as tar:
        for _look in range(LOOKS):
            new = [
                file.name
                for queue in QUEUES
                for file in _files(spool / queue)
                if file.name not in saved and _add(tar, queue, file, complete=True)
            ]
            if not new:
                break
            saved.update(new)
        # After the messages: a recipient whom a message has done with is then in its log.
        for queue in LOGS:
            for file in _files(spool / queue):
                if file.name in saved:
                    _add(tar, queue, file, complete=False)


def restore(archive: Path, host: Host) -> int:
    """Put the messages back into a host that has none; how many there are."""
    group = pwd.getpwnam("postfix").pw_gid
    rendering.render(host.folder, "postfix", told.values(host), group=group)
    etc, spool = host.folder / "postfix" / "etc", host.folder / "postfix" / "spool"
    for argv in (
        ["postfix", "-c", str(etc), "check"],  # makes the queues
        ["tar", "--extract", f"--file={archive}", f"--directory={spool}"],
        ["postsuper", "-c", str(etc), "-s"],
    ):
        subprocess.run(argv, check=True, umask=0o022)
    return sum(1 for queue in QUEUES for _file in _files(spool / queue))


def _files(folder: Path) -> Iterator[Path]:
    """All files at any depth; a folder may vanish meanwhile, or not be there yet."""
    for place, _folders, names in os.walk(folder):
        yield from (Path(place, name) for name in names)


def _add(tar: tarfile.TarFile, queue: str, file: Path, *, complete: bool) -> bool:
    """Add the file, if it is still there and, where that is asked for, complete."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as stream:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or (complete and mode & stat.S_IRWXU != stat.S_IRWXU):
            return False
        tar.addfile(tar.gettarinfo(arcname=f"{queue}/{file.name}", fileobj=stream), stream)
    return True
