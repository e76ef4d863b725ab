"""Roundcube, Debian's, under php-fpm: its schema in our database, and how it starts.

Contacts, identities and settings of the webmail are rows in PostgreSQL like everything else: they
are in the same backup, and several hosts can serve it.
"""

from __future__ import annotations

import re
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from psycopg2 import sql

from mailhost.packages import WEB_USER
from mailhost.roles import role_name

if TYPE_CHECKING:
    from mailhost.host import Host  # which knows all servers

ROUNDCUBE = Path("/var/lib/roundcube")
# Roundcube insists on these two.
DEBIAN_PLUGINS = ("filesystem_attachments", "jqueryui")
FPM = "/usr/sbin/php-fpm[0-9]*"


def command(folder: Path) -> list[str]:
    """How php-fpm is called; its master stays in the foreground."""
    newest = max(glob(FPM), key=lambda path: [int(n) for n in re.findall(r"\d+", path)])
    return [newest, "--nodaemonize", "--fpm-config", str(folder / "webmail/etc/php-fpm.conf")]


def values(host: Host, place: str, port: int) -> dict[str, object]:
    """What its templates name; PostgreSQL answers at `place`, a folder of sockets or a host."""
    protocol = "unix" if place.startswith("/") else "tcp"
    login = f"{role_name('webmail')}:{host.secrets['WEBMAIL_PASSWORD']}"
    name = connection.settings_dict["NAME"]
    return {
        "roundcube": ROUNDCUBE,
        "web_user": WEB_USER,
        "webmail_database": f"pgsql://{login}@{protocol}({place}:{port})/{name}",
        "webmail_key": host.secrets["WEBMAIL_KEY"][:32],  # what AES-256 takes
        "session_minutes": settings.SESSION_IDLE_MINUTES,
    }


def ensure_schema() -> None:
    """A schema in which its role, and only that, may make tables; to be called after the roles."""
    role = sql.Identifier(role_name("webmail"))
    with connection.cursor() as cursor:
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS webmail",
            "GRANT USAGE, CREATE ON SCHEMA webmail TO {role}",
            "ALTER ROLE {role} SET search_path = webmail",
            "ALTER ROLE {role} SET default_transaction_read_only = off",
        ):
            cursor.execute(sql.SQL(statement).format(role=role))


def preparation(folder: Path) -> list[str]:
    """What makes its tables, as its own user; its plugins are put together before."""
    plugins = folder / "webmail/plugins"
    for name, target in (
        *((name, ROUNDCUBE / "plugins" / name) for name in DEBIAN_PLUGINS),
        ("panel/panel.php", folder / "webmail/etc/panel.php"),
    ):
        if not (plugins / name).is_symlink():
            (plugins / name).symlink_to(target)
    return [
        *("setpriv", f"--reuid={WEB_USER}", f"--regid={WEB_USER}", "--clear-groups"),
        *("env", "-i", f"ROUNDCUBE_CONFIG_DIR={folder}/webmail/etc"),
        *("/usr/bin/php", f"{folder}/webmail/etc/tables.php"),
    ]


def version() -> str:
    """Roundcube's own."""
    text = (ROUNDCUBE / "program/include/iniset.php").read_text()
    found = re.search(r"RCMAIL_VERSION', '([^']+)'", text)
    return found[1] if found else "?"
