"""The session engine: rows that say whose a session is and whence it came.

The row is the session: deleting it ends the session, and nothing here brings it back. Visitors who
are not logged in have none.
"""

from __future__ import annotations

import logging
import re
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import connection
from django.utils import timezone

from mailaccounts.browsers import browser_of
from mailaccounts.columns import Columns
from mailaccounts.models.account import MailAccount
from mailaccounts.models.session import Session
from mailaccounts.prepared import Prepared

logger = logging.getLogger(__name__)

LANGUAGE = "language"
ENDED = "ended"
ACTIVITY_IS_WRITTEN_EVERY = timedelta(minutes=1)
USER_AGENT = 255  # characters of it that are kept

# One statement, so that a login needs no transaction of several. It locks the account's row before
# it writes the session's: of two logins at once, the later one finds the session of the earlier.
# Nobody waits for the disk: a machine that goes down takes the sessions of its last second along.
_INSERT = Prepared(
    "mailaccounts_session_new",
    ["text", "text", "timestamptz", "bigint", "inet", "text", "timestamptz", "timestamptz", "bool"],
    """
    WITH noted AS (
        UPDATE mailaccounts_mailaccount SET last_login = $7
         WHERE id = $4 AND $9
        RETURNING multiple_sessions
    )
    INSERT INTO mailaccounts_session (session_key, session_data, expire_date, account_id,
                                      ip_address, user_agent, started, last_activity)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8
      FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
      LEFT JOIN noted ON true
    RETURNING id, (SELECT multiple_sessions FROM noted)
    """,
)


class SessionStore(SessionBase):
    """`ip_address` and `user_agent` are set by the middleware before the session is saved."""

    ip_address: str | None = None
    user_agent: str | None = None  # none: not told, and so not compared
    row: Session | None = None
    is_only: bool = False  # whether its account wants no other beside it
    _written: dict[str, Any] | None = None  # what the row holds, as far as this has written it

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        self.row = _read(self.session_key or "", now)
        if self.row is not None and self._is_copied(self.row):
            self.row.delete()
            self.row = None
        if self.row is None:
            self._session_key = None
            return {}
        # Or the clock was set back: what was noted in the future would hold for too long.
        if abs(now - self.row.last_activity) >= ACTIVITY_IS_WRITTEN_EVERY:
            self._note_activity(self.row, now)
        return self.decode(self.row.session_data)

    def _is_copied(self, row: Session) -> bool:
        """Whether the key comes from another browser than the one that it was given to.

        Then somebody has got hold of it, and the session ends for both. Versions are not compared:
        a browser that was updated goes on.
        """
        if self.user_agent is None or not row.user_agent:
            return False
        now, before = browser_of(self.user_agent[:USER_AGENT]), browser_of(row.user_agent)
        if now == before:
            return False
        logger.warning(
            "A session of account %s came from another browser (%s, %s, before: %s, %s) and ended",
            row.account_id,
            self.ip_address,
            f"{now.name} {now.system}",
            row.ip_address,
            f"{before.name} {before.system}",
        )
        return True

    def _note_activity(self, row: Session, now: datetime) -> None:
        row.started = min(row.started, now)
        row.last_activity = now
        row.expire_date = expiry(row.started, now)
        Session.objects.filter(pk=row.pk).update(
            started=row.started, last_activity=now, expire_date=row.expire_date
        )

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=session_key).exists()

    def create(self) -> None:
        self._session_key = secrets.token_hex(16)
        self.save(must_create=True)
        self.modified = True

    def cycle_key(self) -> None:
        """A new key at the login; a visitor has no row, and gets one when there is an account."""
        if self._get_session() is not None and self.session_key is None:  # type: ignore[attr-defined] # not in the stubs
            self.modified = True
        else:
            super().cycle_key()

    def save(self, must_create: bool = False) -> None:
        """Written at once where it matters, and by the middleware only if it has changed since."""
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined] # not in the stubs
        if self.session_key is None:
            self.create()
        elif must_create:
            self._insert(data)
        elif data != self._written:
            self._update(data)
        self._written = dict(data)

    def _insert(self, data: dict[str, Any]) -> None:
        """A new row, of which its account notes when the login was.

        A session that only changes its key keeps the time of its login.
        """
        now = timezone.now()
        account_id = account_of(data)
        goes_on = self.row is not None and account_id is not None
        started = self.row.started if self.row and goes_on else now
        row = Session(
            session_key=self.session_key or "",
            session_data=self.encode(data),
            expire_date=expiry(started, now),
            account_id=account_id,
            ip_address=self.ip_address,
            user_agent=(self.user_agent or "")[:USER_AGENT],
            started=started,
            last_activity=now,
        )
        with connection.cursor() as cursor:
            _INSERT.execute(
                cursor,
                [
                    *(row.session_key, row.session_data, row.expire_date, account_id),
                    *(row.ip_address, row.user_agent, started, now, not goes_on),
                ],
            )
            row.pk, several = cursor.fetchone()
        self.row, self.is_only = row, several is False

    def _update(self, data: dict[str, Any]) -> None:
        """Change the row, unless it was deleted, or taken from its account, in the meantime."""
        before = self.row.account_id if self.row else None
        account_id = account_of(data)
        changed = Session.objects.filter(session_key=self.session_key, account=before).update(
            session_data=self.encode(data), account=account_id
        )
        if not changed:
            raise UpdateError
        if self.row:
            self.row.account_id = account_id

    def delete(self, session_key: str | None = None) -> None:
        Session.objects.filter(session_key=session_key or self.session_key).delete()

    def flush(self) -> None:
        super().flush()
        self.row = self._written = None

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expire_date__lte=timezone.now()).delete()

    def _validate_session_key(self, key: str | None) -> bool:
        # A cookie can hold anything, also bytes that the database refuses.
        return key is not None and re.fullmatch(r"[a-z0-9]{32}", key) is not None


def _read(session_key: str, now: datetime) -> Session | None:
    """The session that has not ended by now."""
    columns, query = _alive()
    with connection.cursor() as cursor:
        query.execute(cursor, [session_key, now])
        row = cursor.fetchone()
    return None if row is None else cast(Session, columns.take(iter(row)))


@cache
def _alive() -> tuple[Columns, Prepared]:
    """Every page asks, and building this query takes longer than running it."""
    columns = Columns(Session)
    table, names = Session._meta.db_table, ", ".join(columns.columns)
    sql = f"SELECT {names} FROM {table} WHERE session_key = $1 AND expire_date > $2"  # noqa: S608
    return columns, Prepared("mailaccounts_session", ["text", "timestamptz"], sql)


def expiry(started: datetime, now: datetime) -> datetime:
    """When a session ends that is not used again."""
    return min(
        started + timedelta(hours=settings.SESSION_HOURS),
        now + timedelta(minutes=settings.SESSION_IDLE_MINUTES),
    )


def seconds_left(session: SessionBase, now: datetime) -> int:
    """How long a session goes on without a further click; 0 where nobody is logged in."""
    row = session.row if isinstance(session, SessionStore) else None
    return 0 if row is None else max(0, int((row.expire_date - now).total_seconds()))


def account_of(data: dict[str, Any]) -> int | None:
    account_id = data.get(SESSION_KEY)
    return None if account_id is None else int(account_id)


def end_older_sessions(
    *, account: MailAccount, keep: str | None, ip_address: str | None, now: datetime
) -> None:
    """End all sessions but one because of a new login, and leave word of it.

    What is left in the row belongs to nobody; the older browser finds it at its next click.
    """
    word = {"at": now.isoformat(), "from": ip_address, "time_zone": account.time_zone}
    account.sessions.exclude(session_key=keep).update(
        account=None, session_data=SessionStore().encode({ENDED: word})
    )
