"""Statements that are planned once for each connection: planning takes longer than running them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from django.db import connection
from django.db.backends.utils import CursorWrapper


class Prepared:
    """A statement with `$1`, `$2`, …; `types` are what PostgreSQL calls those of its parameters.

    The names of statements are those of a connection, so each is used once in the whole program.
    """

    def __init__(self, name: str, types: Sequence[str], sql: str) -> None:
        self._prepare = f"PREPARE {name} ({', '.join(types)}) AS {sql}"
        places = ", ".join(["%s"] * len(types))
        self._execute = f"EXECUTE {name} ({places})"
        # The connections that know it. It outlives a transaction that is rolled back.
        self._known: WeakSet[Any] = WeakSet()

    def execute(self, cursor: CursorWrapper, parameters: Sequence[Any]) -> None:
        """Run it; the cursor has what it returns."""
        link = connection.connection
        if link not in self._known:
            # Not a query of whoever asks first.
            with connection.wrap_database_errors, link.cursor() as bare:
                bare.execute(self._prepare)
            self._known.add(link)
        cursor.execute(self._execute, parameters)
