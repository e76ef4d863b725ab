"""PostgreSQL with a standby under a flow of mail: the first one is killed, the second one promoted.

    python benchmarks/failover.py [--rate 4]

Needs Debian's PostgreSQL; as root. The host is told both by one DATABASE_URL. Counts in and out as
reliability.py does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reliability import ACCOUNTS, KINDS, SETTLE, WholeHost, eventually, marks
from reliability_flow import Flow

from tests.mailhost.whole_host import free_ports

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parts[-2]))
PASSWORD, FIRST, SECOND = "failover", "127.0.0.2", "127.0.0.1"
AS_POSTGRES = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")


class Pair:
    """Two servers on one port of two addresses, the second a copy that follows the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "pair"
        self.folder.mkdir(mode=0o700)
        shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_ports(("database",))["database"]
        first = self.folder / FIRST
        self._run("initdb", "-D", str(first), "--auth-local=trust", "--auth-host=scram-sha-256")
        # The first line that fits counts.
        (first / "pg_hba.conf").write_text(
            "local all all trust\n"
            "host replication postgres 127.0.0.0/8 trust\n"
            "host all all 127.0.0.0/8 scram-sha-256\n"
        )
        self._start(FIRST)
        role = f"CREATE ROLE pigeonnier LOGIN CREATEROLE PASSWORD '{PASSWORD}'"
        for statement in (role, "CREATE DATABASE pigeonnier OWNER pigeonnier"):
            self._run("psql", "-qc", statement, f"--host={self.folder}", f"--port={self.port}")
        copy = (
            "--no-password",
            "-R",
            "-D",
            str(self.folder / SECOND),
            "-h",
            FIRST,
            "-p",
            str(self.port),
        )
        self._run("pg_basebackup", *copy)
        self._start(SECOND)

    @property
    def url(self) -> str:
        hosts = f"{FIRST}:{self.port},{SECOND}:{self.port}"
        wanted = "target_session_attrs=read-write"
        return f"postgres://pigeonnier:{PASSWORD}@{hosts}/pigeonnier?{wanted}"

    def fail_over(self) -> None:
        """The first one is gone at once; somebody notices, and promotes the second one."""
        self._run("pg_ctl", "-D", str(self.folder / FIRST), "-m", "immediate", "stop")
        time.sleep(10)
        self._run("pg_ctl", "-D", str(self.folder / SECOND), "promote")

    def stop(self) -> None:
        for address in (FIRST, SECOND):
            if (self.folder / address / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self.folder / address), "-m", "fast", "stop")

    def _start(self, address: str) -> None:
        data = self.folder / address
        sockets = self.folder if address == FIRST else data
        options = f"-p {self.port} -c listen_addresses={address} -k {sockets}"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")

    def _run(self, program: str, *arguments: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "cwd": self.folder}
        subprocess.run([*AS_POSTGRES, str(BIN / program), *arguments], check=True, **quiet)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=4, help="messages a second")
    options = parser.parse_args()
    host = WholeHost()
    pair = Pair(host.folder)
    host.environment["DATABASE_URL"] = pair.url
    try:
        host.start()
        host.do(ACCOUNTS)
        flow = Flow(host.ports["SMTP_PORT"], "failover", KINDS, options.rate)
        flow.start()
        time.sleep(10)
        pair.fail_over()
        time.sleep(10)
        return _count(host, flow)
    finally:
        host.stop()
        pair.stop()
        host.remove()


def _count(host: WholeHost, flow: Flow) -> int:
    sent = flow.stop()
    to_keep, to_send_on = sent.of("kept", "scanned", "copied"), sent.of("copied", "away")
    folder = host.folder / "var/mailhost/mail/host.example"

    def missing() -> int:
        etc = f"{host.folder}/var/mailhost/postfix/etc"
        subprocess.run(["postqueue", "-c", etc, "-f"], check=False, stderr=subprocess.DEVNULL)
        files = [*folder.glob("*/Maildir/*/*"), *folder.glob("*/Maildir/.Junk/*/*")]
        kept = {m for file in files if file.is_file() for m in marks(file.read_bytes(), "failover")}
        gone = {m for taken in host.sink.taken for m in marks(taken.message, "failover")}
        return len(to_keep - kept) + len(to_send_on - gone)

    eventually(lambda: missing() == 0, SETTLE)
    lost, bounced = missing(), sum(1 for taken in host.sink.taken if not taken.sender)
    print(f"accepted {len(sent.accepted)}, came again {sent.again}, lost {lost}, bounced {bounced}")
    print(f"refused for good {len(sent.refused)}")
    return 0 if lost == bounced == len(sent.refused) == 0 else 1


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
