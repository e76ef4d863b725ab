"""Accounts with all their services in one query of fixed text.

The same as `MailAccount.objects.with_services()`, which every message would build anew: that took
longer than everything else that is done with a small message together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from itertools import islice
from typing import Any, cast
from weakref import WeakSet

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from mailaccounts.models import Alias, MailAccount, Service
from mailaccounts.services import service_models

# The connections that know the query.
_prepared: WeakSet[Any] = WeakSet()

# Nothing that is decided here needs it, so it is not in this process's memory.
_LEFT_OUT = {"password"}

_SQL = """
SELECT asked.address, {columns}
FROM (SELECT address, id AS account_id FROM {account} WHERE address = ANY($1)
      UNION ALL
      SELECT address, account_id FROM {alias} WHERE address = ANY($1)) AS asked
JOIN {account} ON {account}.id = asked.account_id
{joins}
"""


def accounts_by_address(names: Collection[str]) -> dict[str, MailAccount]:
    """Accounts by those of their addresses that are asked for; an account is one object."""
    if not names:
        return {}
    by_pk: dict[int, MailAccount] = {}
    found: dict[str, MailAccount] = {}
    with connection.cursor() as cursor:
        _prepare(cursor)
        cursor.execute("EXECUTE delivery_facts (%s)", [list(names)])
        for address, *values in cursor.fetchall():
            account = _account(values)
            found[address] = by_pk.setdefault(account.pk, account)
    return found


def _prepare(cursor: CursorWrapper) -> None:
    """Have the query planned once for each connection: that takes longer than answering it."""
    link = connection.connection
    if link not in _prepared:
        cursor.execute(f"PREPARE delivery_facts (text[]) AS {_sql()}")
        _prepared.add(link)


def _account(values: list[Any]) -> MailAccount:
    """The account and, found at it as after a `select_related`, its services."""
    left = iter(values)
    own, *services = _parts()
    account = cast(MailAccount, own.take(left))
    for part in services:
        service = part.take(left)
        if service is not None:
            cast(Service, service).account = account
    return account


class _Part:
    """The columns of one model in the row."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        fields = [field for field in model._meta.concrete_fields if field.name not in _LEFT_OUT]
        self.columns = [f"{model._meta.db_table}.{field.column}" for field in fields]
        self._names = [field.attname for field in fields]
        # Fields whose value Django reads differently from what the database gives.
        self._readers = [
            (index, field.from_db_value)
            for index, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]

    def take(self, row: Iterator[Any]) -> Model | None:
        """The next object of the row; `None` where the outer join found none."""
        values = list(islice(row, len(self._names)))
        if all(value is None for value in values):
            return None
        for index, read in self._readers:
            values[index] = read(values[index], None, connection)
        return self._model.from_db(connection.alias, self._names, values)


@cache
def _parts() -> tuple[_Part, ...]:
    models: list[type[Model]] = [MailAccount, *service_models()]
    return tuple(_Part(model) for model in models)


@cache
def _sql() -> str:
    account = MailAccount._meta.db_table
    return _SQL.format(
        account=account,
        alias=Alias._meta.db_table,
        columns=", ".join(column for part in _parts() for column in part.columns),
        joins="\n".join(
            f"LEFT JOIN {model._meta.db_table} ON {model._meta.db_table}.account_id = {account}.id"
            for model in service_models()
        ),
    )
