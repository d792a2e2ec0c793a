"""One ranking from three kinds of evidence: an exact identifier, shared words, shared meaning."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from comity.engine import termbase, text
from comity.engine.embedding import clean
from comity.records import kinds
from comity.records.search import lexical, vectors
from comity.records.search.scope import Scope
from comity.records.viewer import Viewer

LONGEST = 500  # characters of a query that are read
POOL = 200  # entries of each kind of evidence that compete for the first places
# What each kind of evidence may add at most (boost: a point of it); chosen on the topics and titles of bench/.
WORDS, MEANING, NUMBERS, BOOST = 0.5, 0.5, 0.15, 0.04
SHORT, LONG = 6, 14  # words of a question about a topic, and of a title
KNOWN_ITEM = 5  # so many words that all match few entries are somebody's memory of a title
FEW = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, and why: "identifier", "words" or "meaning" (then `matched` says what matched)."""

    kind: str
    object: int
    score: float
    reason: str
    matched: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """Attributes:
    hits: best first.
    more: more match than were ranked.
    words: the query's words that are in the index, for marking them.
    translated: the query's terms of the field in English, where the term base knows them.
    """

    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    every: bool = False
    translated: str = ""


def search(
    query: str,
    *,
    viewer: Viewer,
    within: Mapping[str, QuerySet[Any] | None] | None = None,
    most: int = 500,
    meaning: bool = True,
) -> Results:
    """Records that answer `query`, in any language, best first; at most `most`."""
    asked = clean(query)[:LONGEST]
    words = text.terms(asked)
    if not words:
        return Results()
    scope = Scope(viewer, within or {})
    exact = _exact(asked, scope)
    by_meaning = meaning and vectors.ready()
    # A long question is a title: what its terms are in English tells little, and where some of them stand neither.
    short = len(words) < LONG
    english = termbase.english(asked) if by_meaning and short else ""
    questions = lexical.weigh(words, *([text.terms(english)] if english else []))
    found, *translated = lexical.find(questions, scope, either=short or not by_meaning)
    if not by_meaning or _is_known_item(words, found, exact):
        return _in_order(exact, [_by_words(c) for c in found.candidates], found, most)
    ranked = _fuse(asked, words, questions, [found, *translated], scope)
    return _in_order(exact, ranked, found, most, english)


def _is_known_item(words: list[str], found: lexical.Found, exact: list[Hit]) -> bool:
    return bool(exact) or (found.every and len(words) >= KNOWN_ITEM and len(found.candidates) <= FEW)


def _exact(asked: str, scope: Scope) -> list[Hit]:
    hits = []
    for kind in kinds.every():
        if kind.lookup is None or (scope.within and kind.name not in scope.within):
            continue
        keys = kind.lookup(asked)
        if not keys:
            continue
        records = kind.model._default_manager.visible_to(scope.viewer).filter(pk__in=keys)
        if scope.within.get(kind.name) is not None:
            records = records.filter(pk__in=scope.within[kind.name])
        seen = set(records.values_list("pk", flat=True))
        hits += [Hit(kind.name, key, 2.0, "identifier", asked) for key in keys if key in seen]
    return hits


def _by_words(candidate: lexical.Candidate) -> Hit:
    return Hit(candidate.kind, candidate.object, candidate.score, "words")


def _fuse(
    asked: str,
    words: list[str],
    questions: Sequence[lexical.Weights],
    answers: Sequence[lexical.Found],
    scope: Scope,
) -> list[Hit]:
    """What shares words with the question (or with its terms in English), and what means the same, in one order."""
    pool = {candidate.entry for found in answers for candidate in found.candidates[:POOL]}
    near = vectors.near([asked], scope, most=POOL, beside=pool)
    rows = {row[0]: row for found in answers for row in found.rows if row[0] in pool}
    rows |= {entry: one.row for entry, one in near.items()}
    weights, *others = questions
    strengths = _strengths(rows.values(), weights)
    trust, field = _trust(asked, words, strengths) if near else (1.0, 1.0)
    for other in others:
        in_english = _strengths(rows.values(), other)
        strengths = {entry: max(value, in_english[entry]) for entry, value in strengths.items()}
    numbers = {word for word in weights.idf if word.isdigit()}
    hits = []
    for entry, kind, key, boost, _length, terms in rows.values():
        similarity, title, _row = near.get(entry, _FAR)
        score = trust * WORDS * strengths[entry] + field * BOOST * boost + MEANING * max(similarity, 0.0)
        if numbers:  # "Part 2-37" says in every language which of a series is meant
            score += NUMBERS * len(numbers.intersection(terms.split())) / len(numbers)
        by_words = trust * strengths[entry] >= 0.5
        hit = Hit(kind, key, score, "words") if by_words else Hit(kind, key, score, "meaning", title)
        hits.append((score, entry, hit))
    ranked = [hit for _score, _entry, hit in sorted(hits, key=lambda item: (-item[0], item[1]))]
    found = answers[0]
    if found.every:
        seen = {(hit.kind, hit.object) for hit in ranked}
        ranked += [_by_words(c) for c in found.candidates if (c.kind, c.object) not in seen]
    return ranked


_FAR = (0.0, "", None)


def _trust(asked: str, words: list[str], strengths: Mapping[int, float]) -> tuple[float, float]:
    """How far shared words count, and how far it counts what people usually look for; both 0 to 1.

    Words count in a short question, as far as it speaks in terms of the field or one title has all of
    them. A long one is a title, perhaps in another language: some of its words stand in many titles by
    chance, and its meaning tells more.
    """
    short = 1 - _ramp(len(words), SHORT, LONG)
    field = short * _ramp(_share_of_field(asked, words), 0.2, 0.5) if short else 0.0
    return max(field, short * _ramp(max(strengths.values(), default=0.0), 0.7, 1.0)), field


def _share_of_field(asked: str, words: list[str]) -> float:
    """The share of the question's words that stand in a term of the field which the question has whole."""
    here = set(words)
    known: set[str] = set()
    for concept in termbase.recognise(asked):
        for names in concept.terms.values():
            for name in names:
                parts = set(text.terms(name))
                if parts <= here:
                    known |= parts
    return sum(word in known for word in words) / len(words) if words else 0.0


def _ramp(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high` on, and straight between them."""
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _strengths(rows: Collection[lexical.Row], weights: lexical.Weights) -> dict[int, float]:
    """How much of the query's weight each row's words carry; about 1 for all of it in a title of usual length."""
    total = weights.total
    return {entry: min(value / total, 1.3) for entry, value in lexical.strengths(rows, weights).items()}


def _in_order(exact: list[Hit], ranked: list[Hit], found: lexical.Found, most: int, english: str = "") -> Results:
    first = {(hit.kind, hit.object) for hit in exact}
    hits = exact + [hit for hit in ranked if (hit.kind, hit.object) not in first]
    return Results(hits[:most], found.capped or len(hits) > most, found.every, english)
