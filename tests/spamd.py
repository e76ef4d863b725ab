"""A private spamd, the real one, configured as the mail host's is.

    spamd = Spamd()                    # or Spamd(database=True), see `spamd_with_database`
    spamd.start()
    ... settings.SPAMD_URL = spamd.url
    spamd.remove()

With `database=True` it reads preferences from `mailhost.spam_preferences` of the test database and
learns into its schema `bayes`: only what is committed there, hence in tests with
`@pytest.mark.django_db(transaction=True)`.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from django.db import connection

from mailhost import rendering, scanners
from mailhost.roles import ensure_roles, role_name
from tests.private_server import PrivateServer

_PROGRAMS = ("/usr/sbin/spamd", "/var/lib/dpkg/info/libdbd-pg-perl.list")


def left_out() -> str:
    """Why it cannot run here; empty where it can."""
    missing = [name for name in _PROGRAMS if not Path(name).exists()]
    return f"not installed: {', '.join(missing)}" if missing else ""


class Spamd(PrivateServer):
    """It answers at `url`. `log()` has what it wrote."""

    name = "spamd"
    question = b"PING SPAMC/1.5\r\n\r\n"
    answer = b"SPAMD/1.5 0 PONG"

    def __init__(self, *, database: bool = False, bayes_minimum: int = 20) -> None:
        super().__init__()
        for folder in ("etc", "home"):
            (self.home / folder).mkdir()
        values: dict[str, object] = dict.fromkeys(
            ("database_name", "database_host", "database_port"), ""
        )
        values |= {
            "dns_available": "no",
            "spamd_role": "",
            "spamd_password": "",
            "bayes_minimum": bayes_minimum,
        }
        if database:
            values |= _database()
        for name, text in rendering.texts("spamd", values).items():
            if database or name != "sql.cf":
                (self.home / "etc" / name).write_text(text)

    def command(self) -> list[str]:
        return scanners.spamd_command(self.home, user=self.user_name, port=self.port)


def _database() -> dict[str, str]:
    """Make the role of this test database, and say how it logs in."""
    password = secrets.token_hex(16)
    ensure_roles({"spamd": password})
    known = connection.settings_dict
    return {
        "database_name": known["NAME"],
        "database_host": known["HOST"],
        "database_port": str(known["PORT"] or 5432),
        "spamd_role": role_name("spamd"),
        "spamd_password": password,
    }
