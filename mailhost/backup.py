"""A mail host's backup: database, mail, secrets and settings in one folder, and back again.

FOLDER/database     all that PostgreSQL holds, as pg_dump writes it; DKIM keys and contacts too
FOLDER/queue.tar.gz what waits in Postfix's queue
FOLDER/files.tar.gz mailboxes, generated secrets, the panel's own folder
FOLDER/environment  the settings of `PANEL_VAR/environment`

A host is saved while it runs: the database as of one moment, then the queue, then the mailboxes, of
which a message never changes once it is there. In this order nothing is lost: what leaves the queue
before it is read is in the mailboxes that are read later, and the database has no record of it that
would keep it from being delivered again.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from mailhost import environment, host, machines, mail_queue, programs
from mailhost.lock import only_one
from mailhost.programs import NotStarted
from mailhost.roles import ensure_names

# Of the mail host's folder.
FILES = ("mail", "moved", "panel", "secrets")
QUEUE = "queue.tar.gz"
# How the settings name Debian's PostgreSQL on this machine, and where it lets the system's user
# "postgres" in without a password, who may read and make what belongs to all roles.
HERE = ("", "localhost", "127.0.0.1", "::1", "/var/run/postgresql", "/run/postgresql")
DEBIAN_SOCKET = "/var/run/postgresql"
# tar's status when a file changed or went while it was read, as mail in use does.
CHANGED = 1


def save(target: Path) -> None:
    """Save the running host into a folder that is not there yet; it appears when it is complete."""
    folder = settings.VAR / "mailhost"
    if target.exists() or not folder.is_dir():
        raise NotStarted(f"{target} is there already, or there is no mail host in {settings.VAR}.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    with open(unfinished / "database", "xb") as dump:
        _postgres("pg_dump", "--format=custom", stdout=dump)
    shutil.copy2(settings.VAR / "environment", unfinished / "environment")
    mail_queue.save(folder, unfinished / QUEUE)
    archive = str(unfinished / "files.tar.gz")
    tar = ["tar", "--create", "--gzip", f"--file={archive}", f"--directory={folder}", *FILES]
    status = subprocess.run(tar, check=False).returncode
    if status not in (0, CHANGED):
        raise NotStarted(f"tar ended with {status}; what is in {unfinished} is not complete.")
    unfinished.rename(target)


def restore(source: Path) -> int:
    """Make the host anew from a backup, in a `PANEL_VAR` and a database in which there is none.

    How many messages wait in its queue, to be delivered when it starts.
    """
    var = settings.VAR
    if (var / "mailhost").exists():
        raise NotStarted(f"There is a mail host in {var} already; move it away first.")
    if not (source / "files.tar.gz").exists():
        raise NotStarted(f"{source} is no backup.")
    with only_one(var):
        environment.write_lines(var / "environment", environment.read_lines(source / "environment"))
        environment.prepare(var)  # the embedded server has another password now
        the_host = host.prepare(var, os.environ["DATABASE_URL"])
        tar = [
            "tar",
            "--extract",
            f"--file={source}/files.tar.gz",
            f"--directory={the_host.folder}",
        ]
        subprocess.run(tar, check=True)
        server = the_host.database
        if server is not None:
            server.start()
        try:
            ensure_names()
            connection.close()
            with open(source / "database", "rb") as dump:
                _postgres("pg_restore", "--single-transaction", "--exit-on-error", stdin=dump)
        finally:
            if server is not None:
                server.stop()
        # A backup of an older version has none.
        if not machines.runs("postfix") or not (source / QUEUE).exists():
            return 0
        return mail_queue.restore(source / QUEUE, the_host)


def _postgres(program: str, *arguments: str, **streams: Any) -> None:
    """Run one of PostgreSQL's programs on the panel's database, as somebody who may do all."""
    known = connection.settings_dict
    surroundings = {
        "PATH": os.defpath,
        "PGHOST": str(known["HOST"]),
        "PGPORT": str(known["PORT"] or 5432),
    }
    user: pwd.struct_passwd | None = None
    if known["HOST"] in HERE:
        user = pwd.getpwnam("postgres")
        surroundings |= {"PGUSER": user.pw_name, "PGHOST": DEBIAN_SOCKET}
    else:
        surroundings |= {"PGUSER": str(known["USER"]), "PGPASSWORD": str(known["PASSWORD"])}
    done = subprocess.run(
        [_find(program), *arguments, f"--dbname={known['NAME']}"],
        check=False,
        cwd="/",
        env=surroundings,
        **streams,
        **programs.as_user(user),
    )
    if done.returncode != 0:
        raise NotStarted(f"{program} ended with {done.returncode}; its reason stands above.")


def _find(program: str) -> str:
    """The embedded server's own for it; else Debian's, whose dumps an older server can read."""
    if environment.embedded_server(settings.VAR, os.environ["DATABASE_URL"]) is not None:
        return str(programs.find(None) / program)
    installed = sorted(programs.DEBIAN.glob(f"*/bin/{program}"), key=lambda p: float(p.parts[-3]))
    return str(installed[-1]) if installed else program
