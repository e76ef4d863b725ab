"""An embedded PostgreSQL: a Unix socket only, one folder for everything, gone with its parent.

    server = Server(home_in(var))
    server.start()
    ...
    server.stop()

The folder holds `data`, the `password` of its only user, the `socket`, and a `lock` that the server
itself keeps for as long as one of its processes lives.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from mailhost import leash, programs
from mailhost.programs import NotStarted

NAME = "pigeonnier"  # of the database, and of its owner
SOCKET = ".s.PGSQL.5432"
# The longest path of a socket, less the zero byte at its end.
SOCKET_PATH_OCTETS = 107 if sys.platform == "linux" else 103
STATUS_LINE = 7  # of postmaster.pid, counted from 0
START_SECONDS = 60  # recovery after a crash takes its time
STOP_SECONDS = 20
SETTINGS = {
    "listen_addresses": "",
    # A refused row is an answer to the application, which speaks of it itself.
    "log_min_messages": "fatal",
}


def home_in(var: Path) -> Path:
    """The folder of the server that belongs to `var`, made where the server's user can reach it."""
    user = programs.server_user()
    home, is_new = programs.home(var / "postgres", reachable=programs.reachable(var, user))
    if is_new:
        _give(home, user)
    return home


def _give(path: Path | int, user: pwd.struct_passwd | None) -> None:
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


class Server:
    """One embedded server; `options` are settings as in `postgresql.conf`."""

    def __init__(self, home: Path, **options: str) -> None:
        self.home = home
        self.data = home / "data"
        self.options = options
        self.user = self._owner()
        self.process: subprocess.Popen[bytes] | None = None
        self.further_sockets: list[Path] = []  # folders where other users find it

    def _owner(self) -> pwd.struct_passwd | None:
        """Who runs it: as root, whoever the folder belongs to; otherwise we do."""
        owner = self.home.stat().st_uid
        if os.geteuid() == 0:
            return pwd.getpwuid(owner) if owner else programs.server_user()
        if owner != os.geteuid():
            name = pwd.getpwuid(owner).pw_name
            raise NotStarted(
                f"{self.home} belongs to the user {name}: start as the user who started it first."
            )
        return None

    @property
    def password(self) -> str:
        """The password of the server's only user, made when it is first asked for."""
        file = self.home / "password"
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            _give(descriptor, self.user)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(24))
        return file.read_text()

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: in `home`, or behind a link in it when the path is too long."""
        folder = self.home / "socket"
        if len(os.fsencode(folder / SOCKET)) <= SOCKET_PATH_OCTETS:
            if not folder.is_dir():
                folder.mkdir(mode=0o700)
                _give(folder, self.user)
            return folder
        if not self._is_ours(folder.resolve()):
            # Anyone may write to /tmp, so the name is random and what is there is checked.
            short = Path(tempfile.mkdtemp(prefix="pigeonnier-", dir="/tmp"))
            _give(short, self.user)
            folder.unlink(missing_ok=True)
            folder.symlink_to(short)
        return folder.resolve()

    def _is_ours(self, folder: Path) -> bool:
        if folder.is_symlink() or not folder.is_dir():
            return False
        found, uid = folder.stat(), self.user.pw_uid if self.user else os.geteuid()
        return found.st_uid == uid and found.st_mode & 0o077 == 0

    def url(self, folder: Path | None = None) -> str:
        """`DATABASE_URL` for this server, by the socket in `folder`."""
        return (
            f"postgres://{NAME}:{self.password}@/{quote(str(folder or self.socket_folder))}/{NAME}"
        )

    def start(self, output: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start the server, wait until it answers, and make the database on the first run."""
        folder = programs.find(self.user)
        lock = self._lock()
        try:
            self._clear_pid_file()
            if not self.data.exists():
                self._init(folder)
            # The server inherits the lock: it is free only when its last process is gone.
            self.process = leash.start(
                [str(folder / "postgres"), "-D", str(self.data), *self._settings()],
                last=signal.SIGINT,
                pass_fds=[lock],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self._surroundings(),
            )
        finally:
            os.close(lock)
        self._wait_until_it_answers()
        self._create_database()
        return self.process

    def stop(self) -> None:
        """Stop the server as fast as nothing is lost."""
        if self.process is None or self.process.poll() is not None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(number)
            try:
                self.process.wait(STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
                continue

    def _surroundings(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return {"cwd": self.home, "env": environment, **programs.as_user(self.user)}

    def _lock(self) -> int:
        """Wait for the lock: a server whose parent was killed needs a moment to end."""
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + STOP_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    raise NotStarted(f"PostgreSQL is still running in {self.home}.") from None
                time.sleep(0.1)

    def _clear_pid_file(self) -> None:
        """Remove what a crash left: its number may be another program's by now."""
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        number = file.read_text().partition("\n")[0].strip()
        if str(self.data) in _command_line(number):
            raise NotStarted(f"PostgreSQL is running in {self.data} already (process {number}).")
        file.unlink()

    def _init(self, folder: Path) -> None:
        """Make the cluster beside its place, so that a half-made one is never taken for whole."""
        unfinished = self.home / "data.unfinished"
        subprocess.run(["/bin/rm", "-rf", str(unfinished)], check=True)
        self.password  # noqa: B018 - makes the file that initdb reads
        if programs.version(folder) >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            locale = ["--locale=C.UTF-8"]
        sync = ["--no-sync"] if self.options.get("fsync") == "off" else []
        made = subprocess.run(
            [str(folder / "initdb"), "-D", str(unfinished), "-U", NAME, "-A", "scram-sha-256",
             f"--pwfile={self.home / 'password'}", "-E", "UTF8", *locale, *sync],
            capture_output=True,
            text=True,
            check=False,
            **self._surroundings(),
        )  # fmt: skip
        if made.returncode != 0:
            raise NotStarted(f"PostgreSQL cannot make its data: {made.stderr.strip()}")
        unfinished.rename(self.data)

    def _settings(self) -> list[str]:
        folders = [str(folder) for folder in (self.socket_folder, *self.further_sockets)]
        quoted = ", ".join('"{}"'.format(folder.replace('"', '""')) for folder in folders)
        settings = {**SETTINGS, "unix_socket_directories": quoted, **self.options}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def connect(self, database: str) -> Any:
        """A connection of the only user that there is."""
        return psycopg2.connect(
            host=str(self.socket_folder),
            port=5432,
            user=NAME,
            password=self.password,
            dbname=database,
            connect_timeout=5,
        )

    def _wait_until_it_answers(self) -> None:
        """Read what it says of itself: asking too early would fill its log with refusals."""
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process is None or self.process.poll() is not None:
                raise NotStarted("PostgreSQL did not start.")
            if time.monotonic() > deadline:
                self.stop()
                raise NotStarted(f"PostgreSQL was not ready after {START_SECONDS} seconds.")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"

    def _create_database(self) -> None:
        with closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{NAME}"')


def _command_line(number: str) -> str:
    """How the process was called; empty when there is none."""
    try:
        return Path(f"/proc/{int(number)}/cmdline").read_text().replace("\0", " ")
    except (OSError, ValueError):
        pass
    listed = subprocess.run(
        ["/bin/ps", "-o", "args=", "-p", number or "0"], capture_output=True, text=True, check=False
    )
    return listed.stdout
