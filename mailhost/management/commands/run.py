"""`manage.py run`: the whole panel in one terminal, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mailhost import environment, ports, welcome
from mailhost.lock import only_one
from mailhost.programs import NotStarted
from mailhost.supervisor import Program, Supervisor, command
from mailhost.web import web_command

MANAGE = [sys.executable, str(environment.CHECKOUT / "manage.py")]
# What brings the installation up to date; the demo fills an empty panel only.
SET_UP = (
    [sys.executable, "-m", "panel.translations", "compile"],
    [*MANAGE, "migrate", "--verbosity=0"],
    [*MANAGE, "collectstatic", "--no-input", "--verbosity=0"],
    [*MANAGE, "demo"],
)


class Command(BaseCommand):
    help = "Run the panel and its servers: database, web, delivery. Ctrl-C ends them all."
    requires_system_checks = []  # some need the database, which is not there yet

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        os.chdir(environment.CHECKOUT)
        os.umask(0o077)  # mail and keys are nobody else's business
        supervisor = Supervisor()
        try:
            with only_one(settings.VAR):
                self._run(supervisor)
        except NotStarted as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass  # wanted, and all is stopped

    def _run(self, supervisor: Supervisor) -> None:
        hosts = _require_ports()
        try:
            _start_database(supervisor)
            for argv in SET_UP:
                supervisor.once("set-up", argv)
            supervisor.start(Program("web", command(web_command(hosts))))
            supervisor.start(Program("delivery", command([*MANAGE, "delivery"])))
            supervisor.run(_welcome_once(supervisor))
        finally:
            # A second Ctrl-C must not leave anybody behind.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            supervisor.say("run", "stopping")
            supervisor.stop()


def _require_ports() -> list[str]:
    hosts = ports.bindings(settings.PANEL_HOST)
    for host in hosts:
        ports.require_free("PANEL_PORT", host, settings.PANEL_PORT)
    ports.require_free("SMTP_PORT", "127.0.0.1", settings.SMTP_PORT)
    ports.require_free("LMTP_PORT", "127.0.0.1", settings.LMTP_PORT)
    return hosts


def _start_database(supervisor: Supervisor) -> None:
    server = environment.embedded_server(settings.VAR, os.environ["DATABASE_URL"])
    if server is None:
        return
    supervisor.start(Program("database", server.start, last=signal.SIGINT))
    if not supervisor.programs[0].runs:
        raise NotStarted("The database does not run; the reason stands above.")


def _welcome_once(supervisor: Supervisor) -> Callable[[], None]:
    """Print what there is as soon as it can be used, and say nothing afterwards."""
    waiting = {settings.PANEL_PORT, settings.SMTP_PORT, settings.LMTP_PORT}

    def tick() -> None:
        if not waiting:
            return
        waiting.difference_update([port for port in waiting if ports.is_open("localhost", port)])
        if not waiting:
            for line in welcome.lines():
                supervisor.write(line)

    return tick
