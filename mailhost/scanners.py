"""spamd and clamd: how they are called, and which signatures there are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from ipaddress import IPv4Network
from pathlib import Path

# Where freshclam of Debian's package keeps what it fetches.
SIGNATURES = Path("/var/lib/clamav")


def spamd_command(
    folder: Path,
    *,
    user: str,
    port: int,
    address: str = "127.0.0.1",
    clients: Sequence[IPv4Network] = (IPv4Network("127.0.0.1"),),
    network: bool = False,
) -> list[str]:
    """How spamd is called as `user`, with `etc` and `home` in its folder; it serves `clients`.

    Accounts are no users of the machine: their preferences and what their filter has learned are in
    PostgreSQL (`-q`). It asks nobody beyond this host, unless it may use the `network`.
    """
    return [
        *("/usr/sbin/spamd", f"--siteconfigpath={folder}/etc", f"--username={user}"),
        *(f"--helper-home-dir={folder}/home", f"--pidfile={folder}/home/pid"),
        f"--listen={address}:{port}",
        f"--allowed-ips={','.join(map(str, clients))}",
        *("--sql-config", "--nouser-config", "--allow-tell", *([] if network else ["--local"])),
        *("--min-children=1", f"--max-children={max(2, os.cpu_count() or 1)}"),
        *("--syslog=stderr", "--log-timestamp-fmt="),
    ]


def clamd_command(folder: Path) -> list[str]:
    """How clamd is called, with `etc` in its folder."""
    return ["/usr/sbin/clamd", "-c", f"{folder}/etc/clamd.conf"]


def signatures(folder: Path) -> Path:
    """The folder of clamd's signatures: freshclam's, or one that knows the test virus alone."""
    fetched = [*SIGNATURES.glob("*.cvd"), *SIGNATURES.glob("*.cld")]
    return SIGNATURES if fetched else folder / "etc"
