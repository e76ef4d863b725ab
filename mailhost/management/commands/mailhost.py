"""`manage.py mailhost`: a whole mail host in one terminal, until Ctrl-C."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection

from mailhost import (
    host,
    live,
    machines,
    places,
    programs,
    rendering,
    scanners,
    servers,
    signing,
    status,
    terminal,
    told,
    webmail,
    welcome,
)
from mailhost.names import panel_name, web_names, webmail_url
from mailhost.programs import NotStarted
from mailhost.roles import VIEWS, ensure_roles
from mailhost.supervisor import Program, Supervisor, command
from mailhost.web import ensure_certificate, web_command

CALL = "make mailhost"


class Command(terminal.Supervised):
    help = "Run a mail host: its servers, database and panel. Ctrl-C ends them all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--status",
            action="store_true",
            help="Say of each server of the running host where it is and what it answers.",
        )
        parser.add_argument(
            "--production",  # read by manage.py, before the settings are
            action="store_true",
            help="A live host: standard ports, open to everybody, and nginx before the panel.",
        )
        parser.add_argument(
            "--names",
            action="store_true",
            help="Say for which names the running live host needs a certificate.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if os.geteuid() != 0:
            raise CommandError("A mail host needs root; “make run” shows the panel without.")
        if settings.PRODUCTION:
            _require_names()
        if options["names"]:
            groups = web_names(live.domains())
            self.stdout.writelines(f"{name}\n" for group in groups.values() for name in group)
        elif options["status"]:
            self._say_status()
        else:
            super().handle(*args, **options)

    def _say_status(self) -> None:
        answers = status.ask_all()
        self.stdout.writelines(f"{line}\n" for line in status.table(answers))
        if not all(answer.is_good for answer in answers):
            raise SystemExit(1)

    def start(self, supervisor: Supervisor) -> Callable[[], None]:
        the_host = host.prepare(settings.VAR, os.environ["DATABASE_URL"])
        ports = servers.ports_here()
        hosts = terminal.require_ports(ports, CALL)
        panel: dict[str, Any] = {
            "env": told.tell_panel(the_host),
            **programs.as_user(the_host.panel),
        }
        if the_host.panel.pw_uid == 0:
            supervisor.say("web", "runs as root: the checkout or its Python is closed to others")
        terminal.start_database(supervisor, the_host.database)
        if machines.runs("panel"):
            _set_up(supervisor, the_host, panel)
        chain, key = host.give_certificate(the_host, *ensure_certificate())
        _configure(supervisor, the_host)
        for server in servers.here():
            supervisor.start(server.program(the_host.folder))
        if machines.runs("postfix"):
            supervisor.start(signing.program(the_host.folder, the_host.signer))
        if machines.runs("panel"):
            _start_panel(supervisor, panel, web_command(hosts, chain, key))
        if machines.runs("delivery", "postfix", "dovecot"):
            surroundings = {**panel, "env": panel["env"] | places.doors_of_delivery()}
            delivery = command([*terminal.MANAGE, "delivery"], **surroundings)
            supervisor.start(Program("delivery", delivery))
        place = welcome.Place(
            tuple((name, getattr(settings, port)) for name, port in servers.DOORS if port in ports),
            the_host.logins,
            webmail_url() if machines.runs("panel") else "",
        )
        welcome_once = terminal.welcome_once(supervisor, ports, place)
        look = live.watch(supervisor, the_host) if settings.PRODUCTION else lambda: None

        def tick() -> None:
            welcome_once()
            look()

        return tick


def _require_names() -> None:
    if panel_name() == "localhost" or settings.MAIL_HOST == "localhost":
        raise CommandError(
            "A live host needs its names: PANEL_URL, such as https://panel.example.com, and"
            " MAIL_HOST, such as mail.example.com."
        )


def _set_up(supervisor: Supervisor, the_host: host.Host, panel: dict[str, Any]) -> None:
    """What all machines of the host need once: tables, roles, and the panel's files."""
    # Root's, and for everybody to read: they stand in the checkout.
    supervisor.once("set-up", terminal.COMPILE, umask=0o022)
    for argv in terminal.SET_UP:
        supervisor.once("set-up", argv, **panel)
    ensure_roles({name: the_host.secrets[f"{name.upper()}_PASSWORD"] for name in VIEWS})
    webmail.ensure_schema()


def _configure(supervisor: Supervisor, the_host: host.Host) -> None:
    values = told.values(the_host)
    try:
        if machines.runs("postfix"):
            signing.refresh(the_host.folder / "opendkim", connection)
        if settings.PRODUCTION and machines.runs("panel"):
            live.write_names(the_host, live.domains())
    except DatabaseError as error:
        raise NotStarted(f"The machine with the panel sets the database up: {error}") from error
    connection.close()
    if machines.runs("scanners"):
        _look_for_signatures(supervisor, the_host)
    for server in servers.here():
        rendering.render(the_host.folder, server.name, values, group=server.gid)
        if server.prepare is not None and (argv := server.prepare(the_host.folder)):
            supervisor.once(server.name, argv, umask=0o022)


def _look_for_signatures(supervisor: Supervisor, the_host: host.Host) -> None:
    if scanners.signatures(the_host.folder / "clamd") != scanners.SIGNATURES:
        supervisor.say("clamd", "knows the test virus alone: freshclam has fetched no signatures")


def _start_panel(supervisor: Supervisor, panel: dict[str, Any], web: list[str]) -> None:
    if machines.runs("dovecot"):
        door = settings.PRIVATE_ADDRESS, settings.DOVECOT_LMTP_PORT
        terminal.wait_for(supervisor, "Dovecot", *door)
    if not settings.PRODUCTION:
        supervisor.once("set-up", terminal.DEMO, **panel)
    supervisor.start(Program("web", command(web, **panel)))
    supervisor.start(Program("worker", command(terminal.WORKER, **panel)))
