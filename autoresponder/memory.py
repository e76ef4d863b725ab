"""Limits, held by PostgreSQL: whom an autoresponder has answered, and the pace of an account.

Whoever answers for an account holds the lock on its service row until the answer is committed, so
counting and sending are one. All of it runs inside the transaction of the caller.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from autoresponder.models import AnswerEvent

HOUR = timedelta(hours=1)

# An autoresponder and an address in its one spelling; and on which day it was answered.
Pair = tuple[int, str]
Remembered = tuple[int, str, date]

_LOCK = """
SELECT account_id, hour_began, hour_answers FROM autoresponder_autoreply
WHERE account_id = ANY(%s) ORDER BY account_id FOR NO KEY UPDATE
"""

_RECALL = """
SELECT asked.id, asked.address, known.day, known.today, one.answers_a_day
FROM unnest(%s::bigint[], %s::text[]) AS asked (id, address)
JOIN autoresponder_autoresponder AS one ON one.id = asked.id
LEFT JOIN autoresponder_answered AS known
    ON known.autoresponder_id = asked.id AND known.address = asked.address
"""

_REMEMBER = """
WITH paced AS (
    UPDATE autoresponder_autoreply AS service
    SET hour_began = CASE WHEN hour_began > %s THEN hour_began ELSE %s END,
        hour_answers = CASE WHEN hour_began > %s THEN hour_answers ELSE 0 END + sent.times
    FROM unnest(%s::bigint[], %s::int[]) AS sent (id, times) WHERE service.account_id = sent.id
), told AS (
    INSERT INTO autoresponder_answered AS known (autoresponder_id, address, day, today, at)
    SELECT id, address, day, times, %s
    FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::int[]) AS sent (id, address, day, times)
    JOIN autoresponder_autoresponder AS one USING (id)
    ORDER BY id, address
    ON CONFLICT (autoresponder_id, address) DO UPDATE
    SET today = CASE WHEN known.day = excluded.day THEN known.today ELSE 0 END + excluded.today,
        day = excluded.day, at = excluded.at
    RETURNING autoresponder_id AS id, xmax = 0 AS is_new
), counted AS (
    SELECT id, count(*) FILTER (WHERE is_new) AS new FROM told GROUP BY id
)
UPDATE autoresponder_autoresponder AS one
SET answers = one.answers + sent.times, stored = one.stored + counted.new
FROM counted, (
    SELECT id, sum(times) AS times FROM unnest(%s::bigint[], %s::int[]) AS s (id, times) GROUP BY id
) AS sent
WHERE one.id = counted.id AND one.id = sent.id
RETURNING one.id, one.stored - one.stored_limit
"""

_FORGET = """
WITH gone AS (
    DELETE FROM autoresponder_answered WHERE autoresponder_id = %s AND address IN (
        SELECT address FROM autoresponder_answered WHERE autoresponder_id = %s
        ORDER BY at LIMIT %s
    ) RETURNING address
)
UPDATE autoresponder_autoresponder SET stored = stored - (SELECT count(*) FROM gone) WHERE id = %s
"""

_LOG = """
INSERT INTO autoresponder_answerevent
    (autoresponder_id, at, address, is_answered, because, params)
SELECT id, at, address, is_answered, because, params::jsonb
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::boolean[], %s::text[], %s::text[])
    AS event (id, at, address, is_answered, because, params)
JOIN autoresponder_autoresponder AS one USING (id)
"""


@dataclass(frozen=True)
class Pace:
    """The answers of an account since the first one of its running hour."""

    began: datetime | None
    answers: int

    def since(self, moment: datetime) -> int:
        """How many count when the running hour must have begun after the moment."""
        return self.answers if self.began and self.began > moment else 0


@dataclass(frozen=True)
class Known:
    """What an autoresponder knows of an address, and how often it may answer it a day."""

    day: date | None
    today: int
    limit: int

    def times(self, day: date) -> int:
        """How often it has answered on that day."""
        return self.today if self.day == day else 0


def lock_paces(accounts: Collection[int]) -> dict[int, Pace]:
    """Hold these accounts until the transaction ends, always in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(accounts)])
        return {account: Pace(began, answers) for account, began, answers in cursor.fetchall()}


def recall(pairs: Collection[Pair]) -> dict[Pair, Known]:
    """What is known of each; an autoresponder that is gone is left out."""
    ids, addresses = _columns(set(pairs), 2)
    with connection.cursor() as cursor:
        cursor.execute(_RECALL, [ids, addresses])
        return {
            (one, address): Known(day, today or 0, limit)
            for one, address, day, today, limit in cursor.fetchall()
        }


def remember(sent: Mapping[Remembered, int], by_account: Mapping[int, int], now: datetime) -> None:
    """Count these answers, in the running hour too, and forget the oldest addresses above limits.

    The accounts are locked by whoever admitted the answers; after a failure that was another
    transaction, and PostgreSQL may have to choose between two who wait for each other.
    """
    ids, addresses, days = _columns(sent, 3)
    times, hour_ago = list(sent.values()), now - HOUR
    pace: list[Any] = [hour_ago, now, hour_ago, list(by_account), list(by_account.values())]
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [*pace, now, ids, addresses, days, times, ids, times])
        for one, surplus in cursor.fetchall():
            if surplus > 0:
                cursor.execute(_FORGET, [one, one, surplus, one])


def log(events: Sequence[AnswerEvent]) -> None:
    """Keep what came of each message, for autoresponders that are still there."""
    rows = [
        (e.autoresponder_id, e.at, e.address, e.is_answered, e.because, json.dumps(e.params))
        for e in events
    ]
    with connection.cursor() as cursor:
        cursor.execute(_LOG, _columns(rows, 6))


def _columns(rows: Collection[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as arrays, one for each column."""
    return [[row[index] for row in rows] for index in range(width)]
