"""What the spam filter has learned, for each account apart: SpamAssassin's own tables.

They are in a schema of the panel's database, so that they are saved with it and deleted with an
account, and spamd's role finds no other table there.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from psycopg2 import sql

# Of Debian's package `spamassassin`; it loads unchanged.
TABLES = Path("/usr/share/doc/spamassassin/sql/bayes_pg.sql")


def ensure_bayes(role: str) -> None:
    """Make the schema `bayes` with its tables, unless it is there, and open it to the role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_namespace WHERE nspname = 'bayes'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE SCHEMA bayes")
            cursor.execute("SET LOCAL search_path = bayes")
            cursor.execute(TABLES.read_text())
            cursor.execute("SET LOCAL search_path = DEFAULT")
        for statement in (
            "ALTER ROLE {role} SET search_path = bayes",
            "ALTER ROLE {role} RESET default_transaction_read_only",
            "GRANT USAGE ON SCHEMA bayes TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bayes TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA bayes TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
