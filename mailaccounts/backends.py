"""Who may log in, and what they may do."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Model

from mailaccounts.models import MailAccount
from mailaccounts.prepared import Prepared
from mailaccounts.rows import AccountRows

AnyUser = MailAccount | AnonymousUser

# Every page asks, and building these queries in the ORM takes six times as long as running them.
_GRANTED = Prepared(
    "mailaccounts_granted",
    ["bigint"],
    """
    SELECT app_label || '.' || codename
      FROM mailaccounts_mailaccount_groups AS plan
      JOIN auth_group_permissions USING (group_id)
      JOIN auth_permission AS permission ON permission.id = permission_id
      JOIN django_content_type AS content_type ON content_type.id = content_type_id
     WHERE plan.mailaccount_id = $1
    """,
)


class MailAccountBackend(ModelBackend):
    """Django's, with the services read along and permissions from plans alone."""

    def get_user(self, user_id: int) -> MailAccount | None:
        rows, by_id = _by_id()
        with connection.cursor() as cursor:
            by_id.execute(cursor, [user_id])
            row = cursor.fetchone()
        account = rows.account(row) if row else None
        return account if account is not None and self.user_can_authenticate(account) else None

    def get_user_permissions(self, user_obj: AnyUser, obj: Model | None = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: AnyUser, obj: Model | None = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_group_permissions(user_obj, obj)
        with connection.cursor() as cursor:
            _GRANTED.execute(cursor, [user_obj.pk])
            return {name for (name,) in cursor.fetchall()}


@cache
def _by_id() -> tuple[AccountRows, Prepared]:
    rows = AccountRows()
    table = MailAccount._meta.db_table
    sql = f"SELECT {rows.columns} FROM {rows.tables} WHERE {table}.id = $1"  # noqa: S608
    return rows, Prepared("mailaccounts_account", ["bigint"], sql)
