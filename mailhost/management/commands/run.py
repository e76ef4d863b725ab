"""`manage.py run`: the whole panel in one terminal, until Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.conf import settings

from mailhost import environment, terminal, welcome
from mailhost.supervisor import Program, Supervisor, command
from mailhost.web import ensure_certificate, web_command

PORTS = dict.fromkeys(("SMTP_PORT", "LMTP_PORT"), "127.0.0.1")


class Command(terminal.Supervised):
    help = "Run the panel and its servers: database, web, delivery, worker. Ctrl-C ends them all."

    def start(self, supervisor: Supervisor) -> Callable[[], None]:
        hosts = terminal.require_ports(PORTS, "make run")
        server = environment.embedded_server(settings.VAR, os.environ["DATABASE_URL"])
        terminal.start_database(supervisor, server)
        for argv in (terminal.COMPILE, *terminal.SET_UP, terminal.DEMO):
            supervisor.once("set-up", argv)
        supervisor.start(Program("web", command(web_command(hosts, *ensure_certificate()))))
        supervisor.start(Program("delivery", command([*terminal.MANAGE, "delivery"])))
        supervisor.start(Program("worker", command(terminal.WORKER)))
        servers = (("SMTP", settings.SMTP_PORT), ("LMTP", settings.LMTP_PORT))
        place = welcome.Place(servers, settings.VAR / "demo-logins.json")
        return terminal.welcome_once(supervisor, PORTS, place)
