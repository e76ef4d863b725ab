"""What the worker does for this app in the background. Each is safe to repeat."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from mailaccounts.store import StoreUnavailable, mail_store

logger = logging.getLogger(__name__)

_PAUSE = timedelta(minutes=1)
_TRIES = 60


@task()
def disconnect(addresses: list[str], tries: int = 1) -> None:
    """End what mail programs have open, again and again while the store does not answer."""
    try:
        mail_store().disconnect(addresses)
    except StoreUnavailable as error:
        if tries >= _TRIES:
            logger.error("Connections of %s were not ended: %s", ", ".join(addresses), error)
            return
        disconnect.using(run_after=timezone.now() + _PAUSE).enqueue(addresses, tries=tries + 1)
