"""How much an owner may send in an hour: what Postfix is told at the end of each message.

An account whose password was stolen would otherwise send a hundred thousand messages in a night,
and the whole host would be known for it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Max

from delivery.job import with_database
from delivery.models import Sending
from delivery.models.sending import Limits
from mailaccounts.models import MailAccount

logger = logging.getLogger(__name__)

# What Postfix does (access(5)): go on, put off, refuse.
GO_ON = "DUNNO"
_LATER = "DEFER 4.3.0 Sending is not possible for a moment, try again later"
_OVER = (
    "DEFER 4.7.1 You have sent what you may (messages an hour: {0.messages}, recipients:"
    " {0.recipients}); more from {1:%H:%M} UTC on"
)
_TOO_MANY = "REJECT 5.7.1 Too many recipients (an hour: {0.recipients})"


def action(attributes: Mapping[str, str], now: datetime) -> str:
    """The answer to a request of Postfix's policy protocol; only what is let go on is counted."""
    login = attributes.get("sasl_username", "").lower()
    if not login:
        return GO_ON  # nobody has logged in, and Postfix itself says what that means
    try:
        recipients = max(int(attributes.get("recipient_count") or 1), 1)
        return with_database(lambda: _of(login, recipients, now))
    except DatabaseError as error:
        logger.error("Counting what %s sends: %s", login, error)
        return _LATER


def _of(login: str, recipients: int, now: datetime) -> str:
    account = MailAccount.objects.filter(address=login).annotate(
        messages=Max("groups__plan__messages_per_hour"),
        recipients=Max("groups__plan__recipients_per_hour"),
    )
    found = account.values_list("pk", "messages", "recipients").first()
    if found is None:
        return _LATER
    pk, *own = found
    limits = _limits(*own)
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if Sending.objects.add(pk, hour, recipients, most=limits):
        return GO_ON
    logger.warning(
        "%s has sent what it may (messages an hour: %d, recipients: %d); one to %d was not taken",
        *(login, limits.messages, limits.recipients, recipients),
    )
    if recipients > limits.recipients:
        return _TOO_MANY.format(limits)
    return _OVER.format(limits, hour + timedelta(hours=1))


def _limits(messages: int | None, recipients: int | None) -> Limits:
    """Those of the account's plan, or else the server's."""
    return Limits(
        settings.MESSAGES_PER_HOUR if messages is None else messages,
        settings.RECIPIENTS_PER_HOUR if recipients is None else recipients,
    )
