"""Queries of the ORM whose SQL is put together once, not at every request.

Django takes .3 to .5 ms to compile a query and as long again to make its rows into models, several
times what the database takes for a page. So a query that every page makes is written with the ORM as
any other, with `visible_to` as any other, compiled once for each viewer, and run with what is asked
in the places held for it. Its rows come as the database gives them.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

VIEWERS = 64  # of whom a process keeps the queries: the anonymous one, and those who are at work now


class Place(str):
    """Stands among the parameters of a query for a value that is named when it is run."""


def given(name: str) -> RawSQL:
    """The value of that name, to compare a column with."""
    return RawSQL("%s", [Place(name)])


def among(model: type[Model], field: str, name: str) -> RawSQL:
    """Whether a column of the model that is read is one of the values of that name.

    One parameter however many they are, so that the statement stays the same.
    """
    column = f'"{model._meta.db_table}"."{model._meta.get_field(field).column}"'
    listed = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    return RawSQL(f"{column} {listed}", [Place(name)], output_field=BooleanField())  # noqa: S611  (two names of ours)


class Compiled:
    """A query of values, ready to be run."""

    def __init__(self, found: QuerySet[Any, Any]) -> None:
        self._sql, self._parameters = found.query.sql_with_params()

    def rows(self, **values: str | int | list[str] | list[int]) -> list[tuple[Any, ...]]:
        """The rows, for the values of all its places. One query."""
        parameters = [_for_database(values[one]) if isinstance(one, Place) else one for one in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            return cursor.fetchall()


def _for_database(value: str | int | list[str] | list[int]) -> Any:
    return json.dumps(value) if isinstance(value, list) and connection.vendor == "sqlite" else value
