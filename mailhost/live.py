"""What changes while a live host runs: its domains, hence nginx's names, and its certificate.

Both are looked at every few seconds. Servers read them anew without letting go of anybody.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import DatabaseError, connection

from mailhost import host, machines
from mailhost.names import web_names
from mailhost.supervisor import Supervisor
from mailhost.web import ensure_certificate

LOOK_EVERY = 10.0  # seconds
# Who has read the certificate, and reads it again at SIGHUP.
SPEAK_TLS = ("postfix", "dovecot", "nginx", "web")
NOBODY = "nobody.invalid"  # a block of nginx without a name would be anybody's


def write_names(the_host: host.Host, domains: Iterable[str]) -> bool:
    """Tell nginx for which names it answers; whether that has changed."""
    changed = False
    for group, names in web_names(domains).items():
        file = the_host.folder / "nginx/names" / group
        text = "".join(f"server_name {name};\n" for name in names or [NOBODY])
        if not file.exists() or file.read_text() != text:
            host.write(file, text, group=0)
            changed = True
    return changed


def domains() -> list[str]:
    """All domains of the panel."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM mailhost.domains ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def watch(supervisor: Supervisor, the_host: host.Host) -> Callable[[], None]:
    """To be called again and again; it looks now and then."""
    seen, due = _stamp(), time.monotonic() + LOOK_EVERY

    def tick() -> None:
        nonlocal seen, due
        if time.monotonic() < due:
            return
        due = time.monotonic() + LOOK_EVERY
        if machines.runs("panel"):
            _follow_domains(supervisor, the_host)
        if (now := _stamp()) != seen:
            seen = now
            host.give_certificate(the_host, *ensure_certificate())
            _reload(supervisor, SPEAK_TLS)

    return tick


def _follow_domains(supervisor: Supervisor, the_host: host.Host) -> None:
    with contextlib.suppress(DatabaseError):  # it says so itself, and is back in a while
        if write_names(the_host, domains()):
            _reload(supervisor, ["nginx"])
    connection.close()


def _stamp() -> list[tuple[Path, int]]:
    return [(file, file.stat().st_mtime_ns) for file in ensure_certificate()]


def _reload(supervisor: Supervisor, names: Iterable[str]) -> None:
    for program in supervisor.programs:
        if program.name in names and program.process is not None and program.runs:
            supervisor.say(program.name, "reads its names and its certificate anew")
            program.process.send_signal(signal.SIGHUP)
