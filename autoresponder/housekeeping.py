"""What this app has to do once in a while: forget whom it answered long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from autoresponder.models import AnswerEvent

KEPT = timedelta(days=90)
_AT_ONCE = 10_000

# The same lock as in `autoresponder.memory`, so that neither ever waits for the other in a circle.
_LOCK = """
SELECT account_id FROM autoresponder_autoreply WHERE account_id IN (
    SELECT one.service_id FROM autoresponder_answered AS known
    JOIN autoresponder_autoresponder AS one ON one.id = known.autoresponder_id
    WHERE known.at < %s
) ORDER BY account_id FOR NO KEY UPDATE
"""

_FORGET = """
WITH gone AS (
    DELETE FROM autoresponder_answered WHERE (autoresponder_id, address) IN (
        SELECT known.autoresponder_id, known.address FROM autoresponder_answered AS known
        JOIN autoresponder_autoresponder AS one ON one.id = known.autoresponder_id
        WHERE known.at < %s AND one.service_id = ANY(%s) LIMIT %s
    ) RETURNING autoresponder_id AS id
), counted AS (SELECT id, count(*) AS number FROM gone GROUP BY id)
UPDATE autoresponder_autoresponder AS one SET stored = one.stored - counted.number
FROM counted WHERE one.id = counted.id
"""


def housekeep(now: datetime) -> None:
    """Forget addresses and events that are too old. Safe to call as often as one likes."""
    AnswerEvent.objects.older_than(now - KEPT).delete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [now - KEPT])
        accounts = [account for (account,) in cursor.fetchall()]
        if accounts:
            cursor.execute(_FORGET, [now - KEPT, accounts, _AT_ONCE])
