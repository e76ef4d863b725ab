"""`manage.py delivery`: the delivery service."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from delivery.edge.processes import CannotListen, Processes, bind
from delivery.edge.worker import Listening, Speaks
from mailhost import machines
from mailhost.programs import NotStarted

log = logging.getLogger("delivery")


class Command(BaseCommand):
    """Takes mail in and does with it what the accounts want."""

    help = "Takes mail in by LMTP and SMTP, and keeps it, sends it on and records it."

    def handle(self, *args: object, **options: object) -> None:
        try:
            machines.require()
            listening = _sockets()
        except (CannotListen, NotStarted) as error:
            raise CommandError(str(error)) from error
        _wait_for_database()
        for sock, speaks in listening:
            address, port = sock.getsockname()[:2]
            log.info("%s on %s port %d", speaks.value, address, port)
        Processes(listening, max(settings.DELIVERY_PROCESSES, 1)).run()


def _sockets() -> Listening:
    """A machine with another part of the mail host has fewer doors, or none: it only watches."""
    doors = [
        (settings.PRIVATE_ADDRESS, "LMTP_PORT", Speaks.LMTP),
        # Where Postfix takes mail in, it asks us about what owners send.
        (settings.PRIVATE_ADDRESS, "SMTP_PORT", Speaks.SMTP)
        if settings.SMTP_PORT
        else ("127.0.0.1", "POLICY_PORT", Speaks.POLICY),
    ]
    return [
        (bind(address, port, name), speaks)
        for address, name, speaks in doors
        if (port := getattr(settings, name))
    ]


def _wait_for_database() -> None:
    """Nothing listens before that, so that clients try again instead of being kept waiting."""
    said = False
    while True:
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            if not said:
                log.warning("Waiting for the database: %s", str(error).strip().splitlines()[0])
            said = True
            time.sleep(1)
        else:
            connection.close()  # a connection must not be shared with the processes
            return
