"""Accounts with all their services as rows of a query whose text never changes.

The same as `MailAccount.objects.with_services()`, which is built anew each time it is asked: that
takes longer than running it, and every page and every message asks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from django.db.models import Model

from mailaccounts.columns import Columns
from mailaccounts.models import MailAccount, Service
from mailaccounts.services import service_models

_LIMIT = "SELECT octets FROM mailhost.limits WHERE account_id ="


class AccountRows:
    """`SELECT {columns} FROM {tables}` gives rows of which `account` makes objects.

    Beside the services they have the account's `mailbox_limit`.
    """

    def __init__(self, *, without: Collection[str] = ()) -> None:
        models: list[type[Model]] = [MailAccount, *service_models()]
        own = MailAccount._meta.db_table
        services = [model._meta.db_table for model in service_models()]
        self._parts = [Columns(model, without) for model in models]
        columns = [column for part in self._parts for column in part.columns]
        self.columns = ", ".join([*columns, f"({_LIMIT} {own}.id)"])
        self.tables = own + "".join(
            f" LEFT JOIN {table} ON {table}.account_id = {own}.id" for table in services
        )

    def account(self, row: Sequence[Any]) -> MailAccount:
        """The account and, found at it as after a `select_related`, its services."""
        left = iter(row)
        own, *services = self._parts
        account = cast(MailAccount, own.take(left))
        for part in services:
            service = part.take(left)
            if service is not None:
                cast(Service, service).account = account
        account.mailbox_limit = next(left)
        return account
