"""Matching terms, by SQLite's FTS5 or PostgreSQL's tsvector.

Both are given terms that are final (`engine.text`), so neither tokenises; both match the same slots.
The FTS5 table holds no text, positions or sizes: only which slots a term stands in, which is all that
matching needs and a third of the space.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db import connection


class Backend(Protocol):
    """What search asks of a database.

    Attributes:
        matching: an SQL condition with one parameter, over the table `records_terms t`.
        slot: the column of `records_terms t` that holds the slot.
    """

    matching: str
    slot: str

    def add(self, rows: Sequence[tuple[int, str]]) -> None:
        """Index (slot, terms) rows."""
        ...

    def remove(self, rows: Sequence[tuple[int, str]]) -> None:
        """Forget (slot, terms) rows; the terms must be those that were added."""
        ...

    def all_of(self, terms: Sequence[str]) -> str:
        """The parameter of `matching` for entries that hold every one of `terms`."""
        ...


class Sqlite:
    matching = "t.records_terms MATCH %s"  # the whole row: with detail=none there are no columns
    slot = "t.rowid"

    def add(self, rows: Sequence[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO records_terms(rowid, terms) VALUES (%s, %s)", rows)

    def remove(self, rows: Sequence[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO records_terms(records_terms, rowid, terms) VALUES ('delete', %s, %s)", rows
            )

    def all_of(self, terms: Sequence[str]) -> str:
        return " AND ".join(f'"{term}"' for term in terms)


class Postgres:
    matching = "t.terms @@ %s::tsquery"
    slot = "t.slot"

    def add(self, rows: Sequence[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO records_terms(slot, terms) VALUES (%s, array_to_tsvector(%s::text[]))",
                [(slot, sorted(set(terms.split()))) for slot, terms in rows],
            )

    def remove(self, rows: Sequence[tuple[int, str]]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM records_terms WHERE slot = ANY(%s)", [[slot for slot, _terms in rows]])

    def all_of(self, terms: Sequence[str]) -> str:
        return " & ".join(f"'{term}'" for term in terms)


def current() -> Backend:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()
