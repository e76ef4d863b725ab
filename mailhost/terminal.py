"""What the commands have in common that run servers in one terminal, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mailhost import environment, machines, ports, welcome
from mailhost.lock import only_one
from mailhost.postgres import Server
from mailhost.programs import NotStarted
from mailhost.supervisor import Program, Supervisor

PATIENCE = 30.0  # seconds
MANAGE = [sys.executable, str(environment.CHECKOUT / "manage.py")]
# Does the background work of all apps.
WORKER = [*MANAGE, "db_worker", "--queue-name=*", "--interval=0.5", "--no-startup-delay"]
# Brings the translations up to date, in the checkout.
COMPILE = [sys.executable, "-m", "panel.translations", "compile"]
# What brings the installation up to date.
SET_UP = (
    [*MANAGE, "migrate", "--verbosity=0"],
    [*MANAGE, "collectstatic", "--no-input", "--verbosity=0"],
)
# Fills an empty panel, and only that; it needs the mail store.
DEMO = [*MANAGE, "demo"]


class Supervised(BaseCommand):
    """Starts servers and keeps them running; Ctrl-C ends them all."""

    requires_system_checks = []  # some need the database, which is not there yet

    def start(self, supervisor: Supervisor) -> Callable[[], None]:
        """Start everything; the answer is called again and again while all run."""
        raise NotImplementedError

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
        try:
            supervisor.run(self.start(supervisor))
        finally:
            # A second Ctrl-C must not leave anybody behind.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            if supervisor.programs:
                supervisor.say("run", "stopping")
            supervisor.stop()


def start_database(supervisor: Supervisor, server: Server | None) -> None:
    """Start the embedded database, if there is one, as what all others need."""
    if server is None:
        return
    supervisor.start(Program("database", server.start, last=signal.SIGINT))
    if not supervisor.programs[0].runs:
        raise NotStarted("The database does not run; the reason stands above.")


def require_ports(names: Mapping[str, str], call: str) -> list[str]:
    """Refuse when a port is taken; `names` of settings, with addresses. Where the panel listens."""
    hosts = ports.bindings(settings.PANEL_HOST) if machines.runs("panel") else []
    for host in hosts:
        ports.require_free("PANEL_PORT", host, settings.PANEL_PORT, call)
    for name, address in names.items():
        ports.require_free(name, address, getattr(settings, name), call)
    return hosts


def wait_for(supervisor: Supervisor, name: str, address: str, port: int) -> None:
    """Go on when a server listens, because the next step needs it."""
    deadline = time.monotonic() + PATIENCE
    while not ports.is_open(address, port):
        if time.monotonic() > deadline:
            raise NotStarted(f"{name} does not listen on port {port}; the reason stands above.")
        supervisor.pump(0.05)


def welcome_once(
    supervisor: Supervisor, names: Mapping[str, str], place: welcome.Place
) -> Callable[[], None]:
    """Print what there is as soon as it can be used, and say nothing afterwards."""
    waiting = {(address, getattr(settings, name)) for name, address in names.items()}
    if machines.runs("panel"):
        waiting.add(("localhost", settings.PANEL_PORT))

    def tick() -> None:
        if not waiting:
            return
        waiting.difference_update([door for door in waiting if ports.is_open(*door)])
        if not waiting:
            for line in welcome.lines(place):
                supervisor.write(line)

    return tick
