"""A mail host's folder: everything its servers read and write, each part for its own user.

panel/      what the panel keeps: its PANEL_VAR, of whoever runs it
mail/       mailboxes, of the user that Dovecot reads them as
moved/      a file for each account that moved messages into or out of Junk, until that is seen
database/   a socket of the embedded PostgreSQL, which its private one is closed to
sasl/       Dovecot's socket at which Postfix has passwords checked
tls/        the panel's certificate and key
of each server a folder by its name, with `etc`, and a `home` of its user's
secrets     generated passwords, for root alone
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from mailhost import environment, machines, packages, postgres, programs, servers
from mailhost.programs import NotStarted

# What the servers' configurations can name without quoting, and sockets with room below.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]{1,70}")
# With the parts of the host that keep them; those of the servers are for the database.
SECRETS = {
    "POSTFIX_PASSWORD": ("postfix",),
    "DOVECOT_PASSWORD": ("postfix", "dovecot"),
    "SPAMD_PASSWORD": ("scanners",),
    "WEBMAIL_PASSWORD": ("panel",),
    "OPENDKIM_PASSWORD": ("postfix",),
    "MASTER_PASSWORD": ("dovecot", "delivery"),
    "DELIVERY_PASSWORD": ("postfix",),
    "SRS_SECRET": ("postfix", "delivery"),
    "WEBMAIL_KEY": ("panel",),
    "DOVEADM_KEY": ("dovecot", "delivery"),
}


@dataclass(frozen=True)
class Host:
    """The folder, whose servers it is for, and what they keep from others."""

    folder: Path
    user: pwd.struct_passwd  # whose the mailboxes are
    panel: pwd.struct_passwd  # who runs panel and delivery: the same, or root
    signer: pwd.struct_passwd | None  # who writes opendkim's keys: opendkim, or root
    secrets: dict[str, str]
    database: postgres.Server | None  # the embedded one, if it is

    @property
    def logins(self) -> Path:
        """Where the demo's logins stand."""
        return self.folder / "panel" / "demo-logins.json"


def prepare(var: Path, database_url: str) -> Host:
    """Make the folder below `var`, or a link to it where the servers' users could not reach it."""
    machines.require()
    user = packages.require(settings.HOST_RUNS)
    panel = user if _can_run(user) else pwd.getpwuid(0)
    # Masters that are root's run their children as the user of their group's name.
    here = servers.here()
    names = {server.group for server in here} | {server.user for server in here}
    users = [user, *map(pwd.getpwnam, names), programs.server_user()]
    wanted = var / "mailhost"
    reachable = all(programs.reachable(var, one) for one in users)
    plain = _PLAIN.fullmatch(str(wanted.resolve())) is not None
    folder, _is_new = programs.home(wanted, reachable=reachable and plain)
    folder.chmod(0o711)
    _make_folders(folder, user.pw_name, panel.pw_name)
    database = environment.embedded_server(var, database_url)
    if database is not None:
        database.further_sockets.append(folder / "database")
    signer = pwd.getpwnam("opendkim") if machines.runs("postfix") else None
    if signer is not None and not _can_run(signer):
        signer = None  # root
    return Host(folder, user, panel, signer, own_secrets(folder / "secrets"), database)


def give_certificate(host: Host, chain: Path, key: Path) -> tuple[Path, Path]:
    """Copies of certificate and key that the panel's user can read."""
    copies = host.folder / "tls" / "certificate.pem", host.folder / "tls" / "key.pem"
    for original, copy in zip((chain, key), copies, strict=True):
        write(copy, original.read_text(), group=host.panel.pw_gid)
    return copies


def write(file: Path, text: str, *, group: int, mode: int = 0o640) -> None:
    """Replace a file as a whole; root writes it, the group reads it, nobody else by default."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        os.fchown(descriptor, 0, group)
        os.fchmod(descriptor, mode)
        stream.write(text)
    unfinished.replace(file)


def _can_run(user: pwd.struct_passwd) -> bool:
    """Whether our code and its Python are open to the user, asked of the system itself."""
    try:
        tried = subprocess.run(
            [sys.executable, "-c", "import mailhost.programs, django"],
            cwd=environment.CHECKOUT,
            stderr=subprocess.DEVNULL,
            check=False,
            **programs.as_user(user),
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def _make_folders(folder: Path, user: str, panel: str) -> None:
    database_user = programs.server_user()
    here = servers.here()
    of_servers = (
        ("postfix/spool", "root", 0o755),
        ("postfix/data", "postfix", 0o700),
        ("dovecot/run", "root", 0o755),
        ("dovecot/state", "root", 0o755),
        ("opendkim/keys", "opendkim", 0o700),
        ("webmail/plugins", "root", 0o755),
        ("webmail/plugins/panel", "root", 0o755),
        ("webmail/run", "root", 0o711),
        ("webmail/temp", packages.WEB_USER, 0o700),
        ("nginx/run", "root", 0o711),
        ("nginx/temp", "root", 0o711),
        ("nginx/acme", "root", 0o755),
        ("nginx/names", "root", 0o711),
    )
    names = {server.name for server in here}
    for name, owner, mode in (
        ("panel", panel, 0o700),
        ("mail", user, 0o700),
        ("moved", user, 0o700),
        ("tls", "root", 0o711),
        ("sasl", "root", 0o711),
        ("database", database_user.pw_name if database_user else "root", 0o711),
        *(entry for server in here for entry in _of_server(server)),
        *(entry for entry in of_servers if entry[0].partition("/")[0] in names),
    ):
        _make_folder(folder / name, pwd.getpwnam(owner), mode)


def _of_server(server: servers.Server) -> Iterator[tuple[str, str, int]]:
    """What every server has: its configuration, written by root, and a home."""
    yield server.name, "root", 0o711
    yield f"{server.name}/etc", "root", 0o755
    yield f"{server.name}/home", server.user, 0o700


def _make_folder(path: Path, owner: pwd.struct_passwd, mode: int) -> None:
    path.mkdir(exist_ok=True)
    if path.stat().st_uid != owner.pw_uid:  # new, or the panel is run by another user now
        whose = f"{owner.pw_uid}:{owner.pw_gid}"
        subprocess.run(["/bin/chown", "-R", "-h", whose, str(path)], check=True)
    path.chmod(mode)


def own_secrets(file: Path) -> dict[str, str]:
    """Passwords, letters and digits alone, for they stand in many syntaxes.

    They are generated once, where the panel is, which makes the database's roles. Other machines
    are told theirs by the environment; what is not theirs nobody knows there.
    """
    new = {name: secrets.token_hex(24) for name in SECRETS}
    told = {name: os.environ[name] for name in SECRETS if os.environ.get(name)}
    if not machines.runs("panel"):
        for name, parts in SECRETS.items():
            if machines.runs(*parts) and name not in told:
                raise NotStarted(f"{name} is missing: it is in “secrets” of the panel's mail host.")
        return new | told
    known = environment.read_lines(file)
    wanted = new | known
    if wanted != known:
        environment.write_lines(file, wanted)
    return wanted | told
