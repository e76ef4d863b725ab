"""What spamd has learned, in its own tables: the schema `bayes` of our database.

spamd writes there on a mail host of ours (`mailhost.bayes`). One elsewhere keeps it elsewhere, and
then nothing is known here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

_TABLES = ("bayes_token", "bayes_seen", "bayes_expire", "bayes_vars")


@dataclass(frozen=True)
class Lessons:
    """How many messages an account's filter has learned."""

    spam: int
    ham: int


def lessons(address: str) -> Lessons | None:
    """Those of one account; `None` where spamd keeps them elsewhere."""
    if not _is_here():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT spam_count, ham_count FROM bayes.bayes_vars WHERE username = %s", [address]
        )
        return Lessons(*(cursor.fetchone() or (0, 0)))


@transaction.atomic
def forget_all(address: str) -> bool:
    """Delete what one account's filter has learned; whether it is for us to do so."""
    if not _is_here():
        return False
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                f"DELETE FROM bayes.{table} WHERE id IN"  # noqa: S608 - names of our own
                " (SELECT id FROM bayes.bayes_vars WHERE username = %s)",
                [address],
            )
    return True


@transaction.atomic
def forget_the_departed() -> None:
    """Delete what filters of accounts that are no more have learned."""
    if not _is_here():
        return
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(
                f"DELETE FROM bayes.{table} WHERE id IN (SELECT id FROM bayes.bayes_vars"  # noqa: S608 - see above
                " WHERE NOT EXISTS (SELECT FROM mailaccounts_mailaccount WHERE address = username))"
            )


def _is_here() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bayes.bayes_vars') IS NOT NULL")
        return bool(cursor.fetchone()[0])
