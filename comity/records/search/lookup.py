"""Reading some hundred rows by their keys, without the cost of as many parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def by_key(
    select: str, column: str, keys: Iterable[int], condition: str = "", parameters: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """The rows of `select` whose `column` is one of `keys` and that meet `condition`. One query, in no order."""
    listed = ",".join(str(int(key)) for key in keys)  # whole numbers, so they can stand in the statement
    if not listed:
        return []
    sql = f"{select} WHERE {column} IN ({listed})"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} AND {condition}" if condition else sql, parameters)
        return cursor.fetchall()
