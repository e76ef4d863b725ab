"""Objects from rows of plain SQL, for what is asked so often that building the query costs most."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model


class Columns:
    """The columns of one model in a row."""

    def __init__(self, model: type[Model], without: Collection[str] = ()) -> None:
        self._model = model
        fields = [field for field in model._meta.concrete_fields if field.name not in without]
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
