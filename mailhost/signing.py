"""Keeps opendkim's keys as the database has them: `python -m mailhost.signing FOLDER`.

opendkim itself asks no database: once refused, it would hang. So this writes its tables whenever
keys have changed, and has it read them (SIGUSR1). In FOLDER are `etc/database`, a connection as
libpq is told it, `keys` with all that is written, and `home/pid`.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import select
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg2

from mailhost import environment, programs
from mailhost.supervisor import Program, command

LOOK_EVERY = 300.0  # seconds; changes are told, this is for what was missed
PAUSE = 5.0
SIGNING_TABLE, KEY_TABLE = "signing-table", "key-table"
_KEY = ".pem"
Key = tuple[str, str, str]  # domain, selector, private key as PEM


def program(folder: Path, user: pwd.struct_passwd | None) -> Program:
    """For the supervisor of the mail host whose folder this is; `user` runs it, or root."""
    argv = [sys.executable, "-m", "mailhost.signing", str(folder / "opendkim")]
    surroundings = {"PATH": os.defpath, "PYTHONUNBUFFERED": "1"}
    return Program(
        "signing",
        command(argv, cwd=environment.CHECKOUT, env=surroundings, **programs.as_user(user)),
    )


def write(folder: Path, keys: Iterable[Key]) -> bool:
    """Write keys and tables into `folder/keys`, for the folder's owner; whether that changed any.

    Tables come after the keys that they name. A key that no table names any more stays until
    `forget`: for a moment opendkim goes by the tables that it has read before.
    """
    place = folder / "keys"
    known = sorted(keys)
    files = {_file(key): key[2] for key in known}
    files[KEY_TABLE] = "".join(
        f"{key[0]} {key[0]}:{key[1]}:{place / _file(key)}\n" for key in known
    )
    files[SIGNING_TABLE] = "".join(f"*@{domain} {domain}\n" for domain, _selector, _ in known)
    before = {file.name: file.read_text() for file in place.iterdir()}
    changed = {name: text for name, text in files.items() if before.get(name) != text}
    for name, text in changed.items():
        _replace(place / name, text)
    return bool(changed)


def forget(folder: Path, keys: Iterable[Key]) -> None:
    """Delete the keys that are not among these."""
    wanted = {_file(key) for key in keys}
    for file in (folder / "keys").glob(f"*{_KEY}"):
        if file.name not in wanted:
            file.unlink()


def _file(key: Key) -> str:
    """A selector has no dot in it."""
    domain, selector, _private_key = key
    return f"{domain}.{selector}{_KEY}"


def _replace(file: Path, text: str) -> None:
    """As a whole, for the owner of the folder alone."""
    owner, unfinished = file.parent.stat(), file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
        stream.write(text)
    unfinished.replace(file)


def read(connection: Any) -> list[Key]:
    """What the database has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT domain, selector, private_key FROM mailhost.signing_keys")
        found: list[Key] = cursor.fetchall()
        return found


def have_read_again(folder: Path) -> None:
    """Tell opendkim, if it runs; who starts later reads what is there."""
    with contextlib.suppress(OSError, ValueError):
        number = int((folder / "home" / "pid").read_text())
        # After a crash the number may be anybody's.
        if Path(f"/proc/{number}/comm").read_text().strip() == "opendkim":
            os.kill(number, signal.SIGUSR1)


def refresh(folder: Path, connection: Any) -> None:
    """Before opendkim starts."""
    keys = read(connection)
    write(folder, keys)
    forget(folder, keys)


def follow(folder: Path, connection: Any) -> None:
    """Until the connection breaks: `psycopg2.Error`."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("LISTEN signing_keys")
    while True:
        keys = read(connection)
        if write(folder, keys):
            have_read_again(folder)
        told, _, _ = select.select([connection], [], [], LOOK_EVERY)
        if not told:  # nothing has changed for so long that opendkim has let go of the others
            forget(folder, keys)
        connection.poll()
        connection.notifies.clear()


def main(folder: Path) -> None:
    """Until SIGTERM; a database that is away is waited for."""
    while True:
        try:
            with contextlib.closing(
                psycopg2.connect((folder / "etc" / "database").read_text())
            ) as connection:
                follow(folder, connection)
        except psycopg2.Error as error:
            reason = str(error).strip().splitlines()[0]
            sys.stderr.write(f"The keys cannot be read now: {reason}\n")
            time.sleep(PAUSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
