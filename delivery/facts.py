"""The accounts that addresses reach, for all messages at hand in one query."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from django.db import connection

from mailaccounts.models import MailAccount
from mailaccounts.prepared import Prepared
from mailaccounts.rows import AccountRows

_SQL = """
SELECT asked.address, {columns}
FROM (SELECT address, account_id FROM mailaccounts_reached WHERE address = ANY($1)) AS asked
JOIN ({tables}) ON {account}.id = asked.account_id
"""


def accounts_by_address(names: Collection[str]) -> dict[str, MailAccount]:
    """Accounts by those of their addresses that are asked for; an account is one object."""
    if not names:
        return {}
    by_pk: dict[int, MailAccount] = {}
    found: dict[str, MailAccount] = {}
    with connection.cursor() as cursor:
        _query().execute(cursor, [list(names)])
        for address, *row in cursor.fetchall():
            account = _rows().account(row)
            found[address] = by_pk.setdefault(account.pk, account)
    return found


@cache
def _query() -> Prepared:
    account = MailAccount._meta.db_table
    rows = _rows()
    sql = _SQL.format(account=account, columns=rows.columns, tables=rows.tables)
    return Prepared("delivery_facts", ["text[]"], sql)


@cache
def _rows() -> AccountRows:
    # Nothing that is decided here needs the password, so it is not in this process's memory.
    return AccountRows(without={"password"})
