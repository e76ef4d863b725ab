"""Housekeeping of all apps, by the delivery service, which always runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

_PAUSE = 300  # seconds
_GLANCE = 3


def do_chores(now: datetime) -> None:
    """All that `settings.HOUSEKEEPING` names; one that fails does not keep the others from it."""
    _do(settings.HOUSEKEEPING, now)


def _do(paths: Sequence[str], now: datetime) -> None:
    for path in paths:
        try:
            import_string(path)(now)
        except DatabaseError as error:
            logger.warning("%s waits for better times: %s", path, error)


async def keep_house() -> None:
    """Do it again and again, in every process: who comes second finds nothing to do."""
    while True:
        await asyncio.to_thread(_do_once, settings.HOUSEKEEPING)
        await asyncio.sleep(_PAUSE)


async def keep_watch() -> None:
    """What `settings.WATCHES` names, in the same way but every few seconds."""
    while True:
        await asyncio.to_thread(_do_once, settings.WATCHES)
        await asyncio.sleep(_GLANCE)


def _do_once(paths: Sequence[str]) -> None:
    try:
        _do(paths, timezone.now())
    finally:
        connection.close()
