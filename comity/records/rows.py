"""Writing thousands of rows at once, past the ORM.

Django's `bulk_create` asks every field of every row how to print itself in SQL, which took two thirds of an
import's time. Here a table's columns are converted by functions chosen once, and the database's own
driver repeats one statement. Call inside `log.hold`: keys are given without asking the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Row = Sequence[Any]
SLICE = 5_000  # rows converted before they are handed over
# Fields whose Python value is what both drivers take.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def reserve(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys that no row has had before, ascending."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "nextval(pg_get_serial_sequence(%s, 'id'))"
            cursor.execute(f"SELECT {sequence} FROM generate_series(1, %s)", [f'"{table}"', count])  # noqa: S608
            return sorted(key for (key,) in cursor.fetchall())
        # The sequence of an AUTOINCREMENT table follows the highest key that is written.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return range(last + 1, last + 1 + count)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], *, ignore: bool = False) -> None:
    """Insert rows of values for `columns` (names of fields); with `ignore`, those that are there already stay."""
    fields = [model._meta.get_field(name) for name in columns]
    names = ", ".join(_quoted(field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    rest = " ON CONFLICT DO NOTHING" if ignore else ""
    _repeat(f"INSERT INTO {_table(model)} ({names}) VALUES ({marks}){rest}", fields, rows)  # noqa: S608


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Overwrite `columns` of rows; each row has the primary key last."""
    fields = [model._meta.get_field(name) for name in columns]
    changes = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    key = model._meta.pk
    _repeat(f"UPDATE {_table(model)} SET {changes} WHERE {_quoted(key)} = %s", [*fields, key], rows)  # noqa: S608


def save(model: type[models.Model], new: Sequence[Any], known: Sequence[Any]) -> None:
    """Write objects whole: those of `new` are given keys, those of `known` overwritten."""
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    values = attrgetter(*(field.attname for field in model._meta.concrete_fields if not field.primary_key))
    if new:
        for one, key in zip(new, reserve(model, len(new)), strict=True):
            one.pk, one._state.adding, one._state.db = key, False, connection.alias
        insert(model, ["id", *columns], [(one.pk, *values(one)) for one in new])
    if known:
        update(model, columns, [(*values(one), one.pk) for one in known])


def _repeat(sql: str, fields: Sequence[Any], rows: Iterable[Row]) -> None:
    here = connections[DEFAULT_DB_ALIAS]
    converters = [(place, convert) for place, field in enumerate(fields) if (convert := _converter(field, here))]
    rows = iter(rows)
    with here.cursor() as cursor:
        while part := [list(row) for row in islice(rows, SLICE)]:
            for row in part:
                for place, convert in converters:
                    row[place] = convert(row[place])
            cursor.executemany(sql, part)


def _converter(field: Any, here: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, _PLAIN):
        return None

    def convert(value: Any) -> Any:
        return field.get_db_prep_save(value, here)

    # The moments of a batch are few.
    return lru_cache(maxsize=256)(convert) if isinstance(field, models.DateTimeField) else convert


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)
