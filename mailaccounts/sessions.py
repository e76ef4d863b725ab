"""The session engine: Django's database sessions, with whose and whence in the row."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from mailaccounts.models.session import Session


class SessionStore(DatabaseStore):
    """`ip_address` and `user_agent` are set by the middleware before the session is saved."""

    ip_address: str | None = None
    user_agent: str = ""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        now = timezone.now()
        row.account_id = data.get(SESSION_KEY)
        row.ip_address = self.ip_address
        row.user_agent = self.user_agent[:255]
        row.started = now
        row.last_activity = now
        return row
