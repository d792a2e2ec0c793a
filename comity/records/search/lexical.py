"""Finding entries by their words: all of them first, then the rarest.

Ranking is BM25 (Robertson and Zaragoza 2009) with the constants and the inverse document frequency of
SQLite's FTS5, computed here so that both databases order alike. Reading the postings of common words
is what makes a plain OR slow, so an OR reads postings from the rarest term upwards until a budget is
spent, and scores the entries that gathered most on all terms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db import connection

from comity.records.search import backends, lookup
from comity.records.search.scope import Scope

K1, B = 1.2, 0.75
MOST = 1_000  # entries scored at most, where all terms are in each
RESCORED = 500  # entries scored at most, where some terms are
BUDGET = 12_000  # postings read at most for an OR, beyond the rarest term's


Row = tuple[int, str, int, int, int, str]  # entry, kind, object, boost, length and terms


class Candidate(NamedTuple):
    """An entry and what its words are worth for the query."""

    entry: int
    kind: str
    object: int
    boost: int
    score: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The query's terms with their inverse document frequencies, rarest first."""

    idf: dict[str, float]
    entries: dict[str, int]
    average: float

    @property
    def total(self) -> float:
        return sum(self.idf.values()) or 1.0


@dataclass(frozen=True, slots=True)
class Found:
    candidates: list[Candidate]
    every: bool  # all terms of the query stand in each candidate
    capped: bool  # more matched than were looked at
    rows: Sequence[Row] = ()  # those of the candidates, in no order


def weigh(terms: Sequence[str]) -> Weights:
    """Look up how rare each distinct term is. One query for the terms, one for the sizes."""
    wanted = list(dict.fromkeys(terms))
    with connection.cursor() as cursor:
        marks = ",".join(["%s"] * len(wanted))
        cursor.execute(f"SELECT term, entries FROM records_term WHERE term IN ({marks})", wanted)  # noqa: S608
        counts = dict.fromkeys(wanted, 0) | dict(cursor.fetchall())
        cursor.execute("SELECT entries, terms FROM records_indexsize WHERE id = 1")
        size, total = cursor.fetchone() or (0, 0)
    idf = {
        term: max(math.log((size - counts[term] + 0.5) / (counts[term] + 0.5)), 1e-6) if size else 1e-6
        for term in sorted(wanted, key=lambda term: (counts[term], term))
    }
    return Weights(idf, counts, total / size if size else 1.0)


def find(weights: Weights, scope: Scope, *, most: int = MOST, either: bool = True) -> Found:
    """The best entries for the weighted terms, best first: those with all of them, else, if `either`, with some."""
    if not weights.idf:
        return Found([], every=False, capped=False)
    if all(weights.entries[term] for term in weights.idf):
        rows = _all_of(list(weights.idf), scope, most + 1)
        if rows:
            return Found(score(rows[:most], weights), every=True, capped=len(rows) > most, rows=rows[:most])
    if not either:
        return Found([], every=False, capped=False)
    slots, capped = _gather(weights, scope, min(most, RESCORED))
    rows = _rows(slots, scope)
    return Found(score(rows, weights), every=False, capped=capped, rows=rows)


_COLUMNS = "e.id, e.kind, e.object, e.boost, e.length, e.terms"


def _all_of(terms: list[str], scope: Scope, limit: int) -> list[Row]:
    backend = backends.current()
    condition, parameters = scope.sql()
    sql = (
        f"SELECT {_COLUMNS} FROM records_terms t CROSS JOIN records_entry e "  # noqa: S608
        f"WHERE {backend.matching} AND e.slot = {backend.slot} AND {condition} ORDER BY {backend.slot} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [backend.all_of(terms), *parameters, limit])
        return cursor.fetchall()


def _gather(weights: Weights, scope: Scope, most: int) -> tuple[list[int], bool]:
    """Slots that gathered most weight from the rarest terms, at most `most`, and whether any were left out."""
    slots: list[np.ndarray] = []
    gains: list[np.ndarray] = []
    spent = 0
    for term, idf in weights.idf.items():
        count = weights.entries[term]
        if not count:
            continue
        if spent and spent + count > BUDGET:
            break
        spent += count
        read = _postings(term, scope)
        slots.append(read)
        gains.append(np.full(len(read), idf))
    if not slots:
        return [], False
    distinct, place = np.unique(np.concatenate(slots), return_inverse=True)
    gathered = np.bincount(place, weights=np.concatenate(gains))
    best = np.lexsort((distinct, -gathered))[:most]  # of equal weight, the shortest first
    return distinct[best].tolist(), len(distinct) > most


def _postings(term: str, scope: Scope) -> np.ndarray:
    """Slots of the entries with `term`. What the viewer may not see is left out when rows are read."""
    backend = backends.current()
    sql, parameters = f"SELECT {backend.slot} FROM records_terms t WHERE {backend.matching}", []  # noqa: S608
    if scope.within:
        condition, parameters = scope.sql()
        sql = (
            f"SELECT {backend.slot} FROM records_terms t CROSS JOIN records_entry e "  # noqa: S608
            f"WHERE {backend.matching} AND e.slot = {backend.slot} AND {condition}"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [backend.all_of([term]), *parameters])
        return np.fromiter((row[0] for row in cursor.fetchall()), np.int64)


def _rows(keys: Sequence[int], scope: Scope, column: str = "e.slot") -> list[Row]:
    return lookup.by_key(f"SELECT {_COLUMNS} FROM records_entry e", column, keys, *scope.sql())  # noqa: S608


def rows_of(entries: Sequence[int], scope: Scope) -> list[Row]:
    """The rows of given entries that are in scope. One query."""
    return _rows(entries, scope, "e.id")


def score(rows: Sequence[Row], weights: Weights) -> list[Candidate]:
    """Candidates by BM25, best first; equal scores by entry, so the order never wavers."""
    values = strengths(rows, weights)
    found = [Candidate(entry, kind, key, boost, values[entry]) for entry, kind, key, boost, _length, _terms in rows]
    found.sort(key=lambda candidate: (-candidate.score, candidate.entry))
    return found


def strengths(rows: Sequence[Row], weights: Weights) -> dict[int, float]:
    """BM25 of each row, by entry."""
    wanted, pairs = set(weights.idf), list(weights.idf.items())
    fixed, growing = K1 * (1 - B), K1 * B / weights.average
    found = {}
    for entry, _kind, _key, _boost, length, terms in rows:
        words = terms.split()
        there = wanted.intersection(words)
        norm = fixed + growing * length
        value = 0.0
        for term, idf in pairs:  # in one order, so that sums are the same to the bit
            if term in there:
                often = words.count(term)
                value += idf * often * (K1 + 1) / (often + norm)
        found[entry] = value
    return found
