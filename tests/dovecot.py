"""A private Dovecot, the real one: in a folder of its own, with accounts that stand in a file.

`python -m tests.dovecot` says what keeps it from running here, and fails if anything does.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from mailaccounts.smtp.connection import Patience
from mailaccounts.store.doveadm import Doveadm
from mailaccounts.store.dovecot import DovecotStore
from mailaccounts.store.imap import Server
from mailhost import certificate, leash

MASTER, SECRET, KEY = "panel", "master secret", "administration"
# The accounts there are, with their quotas. Of OFF the mailbox is off.
OFF = "off@example.com"
ACCOUNTS = {
    "alice@example.com": "*:storage=1G",
    "bob@example.com": "*:storage=1G",
    "full@example.com": "*:storage=20K",
    OFF: "*:storage=1G",
}
PATIENCE = Patience(connecting=2, replying=5, accepting=10)
_PROGRAMS = ("/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp")
_SIEVE = "/usr/lib/dovecot/modules/lib90_sieve_plugin.so"
_SECONDS = 20

_CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
instance_name = {name}
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovecot
log_path = {home}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/tls/certificate.pem
ssl_key = <{home}/tls/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
auth_username_format = %Lu
auth_failure_delay = 0
first_valid_uid = 1
mail_uid = dovecot
mail_gid = dovecot
mail_location = maildir:~/Maildir
mail_plugins = quota
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
}}
passdb {{
  driver = passwd-file
  args = {home}/master-users
  master = yes
}}
passdb {{
  driver = passwd-file
  args = {home}/accounts-lmtp
}}
userdb {{
  driver = passwd-file
  args = {home}/accounts-%s
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service doveadm {{
  inet_listener http {{
    address = 127.0.0.1
    port = {doveadm}
  }}
}}
doveadm_api_key = {key}
quota_full_tempfail = yes
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
lmtp_add_received_header = no
lmtp_hdr_delivery_address = none
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@example.com
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  sieve_duplicate_max_period = 7d
  sieve_before = {home}/sieve/once.sieve
}}
"""

_ONCE = Path(__file__).parents[1] / "mailhost/templates/dovecot/once.sieve"


def left_out() -> str:
    """Why it cannot run here; empty where it can."""
    if os.geteuid() != 0:
        return "Dovecot is started by root"
    missing = [name for name in (*_PROGRAMS, _SIEVE) if not os.path.exists(name)]
    return f"not installed: {', '.join(missing)}" if missing else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """Started by root, it runs as the user `dovecot` and keeps all it has below `home`."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="pigeonnier-dovecot-"))
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.doveadm = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("run", "state", "mail", "sieve"):
            (self.home / name).mkdir()
        (self.home / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                home=self.home,
                name=self.home.name,
                imap=self.imap,
                imaps=self.imaps,
                lmtp=self.lmtp,
                doveadm=self.doveadm,
                key=KEY,
            )
        )
        self.certificate, _ = certificate.ensure(self.home / "tls", datetime.now(UTC))
        shutil.copy(_ONCE, self.home / "sieve")
        (self.home / "master-users").write_text(f"{MASTER}:{{PLAIN}}{SECRET}\n")
        # Whose mailbox is off has no login and gets no mail; the master user may enter it still.
        lines = {address: self._account(address) for address in ACCOUNTS}
        (self.home / "accounts-imap").write_text("".join(lines.values()))
        del lines[OFF]
        (self.home / "accounts-lmtp").write_text("".join(lines.values()))
        self.own()

    def own(self) -> None:
        """Give it all that is in its folder."""
        for path in (self.home, *self.home.rglob("*")):
            shutil.chown(path, "dovecot", "dovecot")

    def store(self, *, secret: str = SECRET, patience: Patience = PATIENCE) -> DovecotStore:
        """The panel's way to it."""
        imap = Server("127.0.0.1", self.imap, MASTER, secret)
        doveadm = Doveadm("127.0.0.1", self.doveadm, KEY)
        return DovecotStore("127.0.0.1", self.lmtp, imap, doveadm, patience)

    def empty(self) -> None:
        """Forget all mailboxes."""
        for folder in (self.home / "mail").iterdir():
            shutil.rmtree(folder)

    def maildir(self, address: str) -> Path:
        return self.home / "mail" / address / "Maildir"

    def start(self) -> None:
        self._process = leash.start(
            ["/usr/sbin/dovecot", "-F", "-c", str(self.home / "dovecot.conf")],
            user="dovecot",
            group="dovecot",
            extra_groups=[],
            last=signal.SIGTERM,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in (self.imap, self.imaps, self.lmtp, self.doveadm):
            self._wait_for(port)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End all of it; with SIGKILL at once, as when a host dies."""
        if self._process is None:
            return
        if how == signal.SIGKILL:
            os.killpg(self._process.pid, how)
        else:
            self._process.send_signal(how)
        self._process.wait(_SECONDS)
        self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def log(self) -> str:
        return (self.home / "log").read_text()

    def _account(self, address: str) -> str:
        quota = f"userdb_quota_rule={ACCOUNTS[address]}"
        return f"{address}:{{PLAIN}}own::::{self.home}/mail/{address}::{quota}\n"

    def _wait_for(self, port: int) -> None:
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"Dovecot does not listen:\n{self.log()}")


if __name__ == "__main__":
    reason = left_out()
    if reason:
        sys.stdout.write(f"{reason}\n")
    sys.exit(bool(reason))
