"""Finding entries by their words: all of them first, then the rarest.

Ranking is BM25 (Robertson and Zaragoza 2009) with the constants and the inverse document frequency of
SQLite's FTS5, computed here so that both databases order alike. Reading the postings of common words
is what makes a plain OR slow, so an OR reads postings from the rarest term upwards until a budget is
spent, and scores the entries that gathered most on all terms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

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


def weigh(*questions: Sequence[str]) -> list[Weights]:
    """Look up how rare each question's terms are. One query for them all."""
    wanted = list(dict.fromkeys(term for terms in questions for term in terms))
    marks = ",".join(["%s"] * len(wanted)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term, entries, 0 FROM records_term WHERE term IN ({marks}) "  # noqa: S608
            "UNION ALL SELECT '', entries, terms FROM records_indexsize WHERE id = 1",
            wanted,
        )
        rows = cursor.fetchall()
    size, total = next(((entries, terms) for term, entries, terms in rows if not term), (0, 0))
    counts = {term: entries for term, entries, _terms in rows if term}
    return [_weights(dict.fromkeys(terms), counts, size, total) for terms in questions]


def _weights(terms: Iterable[str], known: Mapping[str, int], size: int, total: int) -> Weights:
    counts = {term: known.get(term, 0) for term in terms}
    idf = {
        term: max(math.log((size - counts[term] + 0.5) / (counts[term] + 0.5)), 1e-6) if size else 1e-6
        for term in sorted(counts, key=lambda term: (counts[term], term))
    }
    return Weights(idf, counts, total / size if size else 1.0)


NOTHING = Found([], every=False, capped=False)


def find(questions: Sequence[Weights], scope: Scope, *, most: int = MOST, either: bool = True) -> list[Found]:
    """The best entries for each question, best first: those with all its terms, else, if `either`, with some.

    One query, and two more if there is a question of which no entry has all the terms.
    """
    whole = _all_of(questions, scope, most + 1)
    found = [
        Found(score(rows[:most], one), every=True, capped=len(rows) > most, rows=rows[:most]) if rows else NOTHING
        for one, rows in zip(questions, whole, strict=True)
    ]
    lacking = [place for place, rows in enumerate(whole) if not rows] if either else []
    some = _some_of([questions[place] for place in lacking], scope, min(most, RESCORED))
    for place, one in zip(lacking, some, strict=True):
        found[place] = one
    return found


COLUMNS = "e.id, e.kind, e.object, e.boost, e.length, e.terms"
_SLOT = 6  # its place after them


def _all_of(questions: Sequence[Weights], scope: Scope, limit: int) -> list[list[Row]]:
    """For each question, the rows of the entries that have all its terms, at most `limit`. One query."""
    found: list[list[Row]] = [[] for _one in questions]
    asked = [place for place, one in enumerate(questions) if one.idf and all(one.entries[term] for term in one.idf)]
    if not asked:
        return found
    backend = backends.current()
    condition, parameters = scope.sql()
    sql = (
        f"SELECT * FROM (SELECT {{place}}, {COLUMNS} FROM records_terms t CROSS JOIN records_entry e "  # noqa: S608
        f"WHERE {backend.matching} AND e.slot = {backend.slot} AND {condition} ORDER BY {backend.slot} LIMIT %s) q"
    )
    values = [[backend.all_of(list(questions[place].idf)), *parameters, limit] for place in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql.replace("{place}", str(place)) for place in asked), list(chain(*values))
        )
        for place, *row in cursor.fetchall():
            found[place].append(tuple(row))
    return found


def _some_of(questions: Sequence[Weights], scope: Scope, most: int) -> list[Found]:
    """For each question, the entries that have most of its rarest terms. Two queries."""
    read = [_affordable(one) for one in questions]
    postings = _postings(sorted(set(chain(*read))), scope)
    gathered = [
        _gather([(postings[term], one.idf[term]) for term in terms], most)
        for one, terms in zip(questions, read, strict=True)
    ]
    rows = {row[_SLOT]: row[:_SLOT] for row in _of_slots(set(chain(*(slots for slots, _capped in gathered))), scope)}
    found = []
    for one, (slots, capped) in zip(questions, gathered, strict=True):
        mine = [rows[slot] for slot in slots if slot in rows]
        found.append(Found(score(mine, one), every=False, capped=capped, rows=mine))
    return found


def _affordable(weights: Weights) -> list[str]:
    """The terms whose postings are read: the rarest, and more until the budget is spent."""
    chosen: list[str] = []
    spent = 0
    for term in weights.idf:
        count = weights.entries[term]
        if not count:
            continue
        if spent and spent + count > BUDGET:
            break
        spent += count
        chosen.append(term)
    return chosen


def _gather(read: Sequence[tuple[np.ndarray, float]], most: int) -> tuple[list[int], bool]:
    """Of postings with their weights: the slots that gathered most, at most `most`, and whether any were left out."""
    if not read:
        return [], False
    distinct, place = np.unique(np.concatenate([slots for slots, _idf in read]), return_inverse=True)
    gains = np.concatenate([np.full(len(slots), idf) for slots, idf in read])
    gathered = np.bincount(place, weights=gains, minlength=len(distinct))
    best = np.lexsort((distinct, -gathered))[:most]  # of equal weight, the shortest first
    return distinct[best].tolist(), len(distinct) > most


def _postings(terms: Sequence[str], scope: Scope) -> dict[str, np.ndarray]:
    """Slots of the entries with each term. What the viewer may not see is left out when rows are read. One query."""
    if not terms:
        return {}
    backend = backends.current()
    sql, parameters = f"SELECT {{place}}, {backend.slot} FROM records_terms t WHERE {backend.matching}", []  # noqa: S608
    if scope.within:
        condition, parameters = scope.sql()
        sql = (
            f"SELECT {{place}}, {backend.slot} FROM records_terms t CROSS JOIN records_entry e "  # noqa: S608
            f"WHERE {backend.matching} AND e.slot = {backend.slot} AND {condition}"
        )
    values = [[backend.all_of([term]), *parameters] for term in terms]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql.replace("{place}", str(place)) for place in range(len(terms))),
            list(chain(*values)),
        )
        pairs = np.array(cursor.fetchall(), np.int64).reshape(-1, 2)
    return {term: pairs[pairs[:, 0] == place, 1] for place, term in enumerate(terms)}


def _of_slots(slots: Iterable[int], scope: Scope) -> list[tuple[Any, ...]]:
    """The rows in scope of entries by their slots, each with its slot at the end."""
    return lookup.by_key(f"SELECT {COLUMNS}, e.slot FROM records_entry e", "e.slot", slots, *scope.sql())  # noqa: S608


def score(rows: Sequence[Row], weights: Weights) -> list[Candidate]:
    """Candidates by BM25, best first; equal scores by entry, so the order never wavers."""
    values = strengths(rows, weights)
    found = [Candidate(entry, kind, key, boost, values[entry]) for entry, kind, key, boost, _length, _terms in rows]
    found.sort(key=lambda candidate: (-candidate.score, candidate.entry))
    return found


def strengths(rows: Iterable[Row], weights: Weights) -> dict[int, float]:
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
