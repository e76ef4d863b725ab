"""Database roles of the servers: each reads its own views and nothing else of ours.

spamd and the webmail also have tables of their own.
"""

from __future__ import annotations

from django.db import connection, transaction
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from mailhost.bayes import ensure_bayes

VIEWS = {
    "postfix": ("domains", "recipients", "senders"),
    "dovecot": ("logins",),
    "spamd": ("spam_preferences",),
    "webmail": ("languages",),
    "opendkim": ("signing_keys",),
}


def role_name(server: str) -> str:
    """Roles belong to the whole PostgreSQL server, so the database's name is in theirs."""
    return f"{connection.settings_dict['NAME']}_{server}"


def ensure_roles(passwords: dict[str, str]) -> None:
    """Make the roles, or bring them up to date; `passwords` by server."""
    with transaction.atomic():
        for server, password in passwords.items():
            _ensure_role(role_name(server), password, VIEWS[server])
            if server == "spamd":
                ensure_bayes(role_name(server))


def ensure_names() -> None:
    """Make those roles that are missing, without a login: what is restored belongs to them."""
    with connection.cursor() as cursor:
        for server in VIEWS:
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role_name(server)])
            if cursor.fetchone() is None:
                name = sql.Identifier(role_name(server))
                cursor.execute(sql.SQL("CREATE ROLE {name} NOLOGIN").format(name=name))


def _ensure_role(name: str, password: str, views: tuple[str, ...]) -> None:
    role = sql.Identifier(name)
    with connection.cursor() as cursor:
        # What is logged or seen over a shoulder is not the password.
        verifier = encrypt_password(password, name, cursor.connection, "scram-sha-256")
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() is not None else "CREATE"
        for statement in (
            f"{verb} ROLE {{role}} LOGIN NOINHERIT PASSWORD {{verifier}}",
            "ALTER ROLE {role} SET default_transaction_read_only = on",
            "ALTER ROLE {role} SET statement_timeout = '10s'",
            "REVOKE ALL ON ALL TABLES IN SCHEMA mailhost FROM {role}",
            "GRANT USAGE ON SCHEMA mailhost TO {role}",
            "GRANT SELECT ON {views} TO {role}",
        ):
            cursor.execute(
                sql.SQL(statement).format(
                    role=role,
                    verifier=sql.Literal(verifier),
                    views=sql.SQL(", ").join(sql.Identifier("mailhost", view) for view in views),
                )
            )
