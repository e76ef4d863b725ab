"""Whether the scanners are there, for the screens: asked at once, remembered since when not.

Any process that meets a silent scanner writes that down, and takes it back when it answers again.
Housekeeping does both every few minutes, so what no message came by to see is known too.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseError

from delivery.job import with_database
from spamfilter.clamd import Clamd, clamd
from spamfilter.link import ScannerDown
from spamfilter.models import Outage
from spamfilter.spamd import Spamd, spamd

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Health:
    """`is_available`: there is one on this server. `down_since`: it does not answer since then."""

    is_available: bool
    down_since: datetime | None = None

    @property
    def is_up(self) -> bool:
        return self.is_available and self.down_since is None


def spamd_health(now: datetime) -> Health:
    """How the spam filter's engine is; waits two seconds at most."""
    return _health("spamd", spamd(), now)


def clamd_health(now: datetime) -> Health:
    """How the antivirus's engine is; waits two seconds at most."""
    return _health("clamd", clamd(), now)


def _health(name: str, scanner: Spamd | Clamd | None, now: datetime) -> Health:
    if scanner is None:
        return Health(is_available=False)
    try:
        scanner.ping()
    except ScannerDown:
        outage = Outage.objects.filter(scanner=name).first()
        return Health(is_available=True, down_since=outage.since if outage else now)
    return Health(is_available=True)


def note_down(name: str, now: datetime) -> None:
    """Remember since when, for all processes. Mail goes on when this cannot be written."""
    try:
        with_database(lambda: Outage.objects.get_or_create(scanner=name, defaults={"since": now}))
    except DatabaseError as error:
        logger.warning("Outage of %s not noted: %s", name, error)


def note_up(name: str) -> None:
    """Forget the outage."""
    try:
        with_database(Outage.objects.filter(scanner=name).delete)
    except DatabaseError as error:
        logger.warning("End of the outage of %s not noted: %s", name, error)


def look_after(now: datetime) -> None:
    """Ask both, and bring what is remembered up to date."""
    for name, scanner in (("spamd", spamd()), ("clamd", clamd())):
        if scanner is None:
            continue
        try:
            scanner.ping()
        except ScannerDown as error:
            logger.warning("%s", error)
            note_down(name, now)
        else:
            note_up(name)
