"""Documents by titles that are not written as the catalogue has them: by the rarest of their words."""

from __future__ import annotations

from collections.abc import Sequence

from comity.engine import references, text
from comity.records.models import EntryText
from comity.records.search import lexical
from comity.records.search.scope import Scope
from comity.records.viewer import Viewer

AT_ONCE = 400  # questions in one statement: SQLite takes 500
# Which of a title's words, the rarest first, all have to be there; each round asks for what is left. A word that is
# misspelt is the rarest, if it stands anywhere: later rounds go without it.
ROUNDS = (slice(0, 6), slice(1, 5), slice(0, 2), slice(2, 4))
MOST = 40  # entries looked at for each title
CLOSE = 0.6  # shared pairs of signs from which on titles are worth comparing
KEPT = 6


def by_words(titles: Sequence[str], viewer: Viewer) -> list[list[int]]:
    """For each title the documents with one like it, the likest first. A few queries for each 400 titles."""
    found: list[list[int]] = []
    for start in range(0, len(titles), AT_ONCE):
        found += _some(titles[start : start + AT_ONCE], viewer)
    return found


def _some(titles: Sequence[str], viewer: Viewer) -> list[list[int]]:
    questions = lexical.weigh(*[text.terms(title) for title in titles])
    found: list[list[int]] = [[] for _title in titles]
    scope = Scope(viewer, {"document": None})
    for rarest in ROUNDS:
        left = [place for place, some in enumerate(found) if not some and questions[place].idf]
        rows = lexical.find([_rarest(questions[place], rarest) for place in left], scope, most=MOST, either=False)
        entries = {one.entry: one.object for each in rows for one in each.candidates}
        known = _titles(list(entries))
        for place, each in zip(left, rows, strict=True):
            found[place] = _likest(titles[place], {one.object: known.get(one.entry, ()) for one in each.candidates})
    return found


def _rarest(weights: lexical.Weights, which: slice) -> lexical.Weights:
    """The question of its rarest words that stand somewhere; what stands nowhere is a slip of the pen."""
    terms = [term for term in weights.idf if weights.entries[term]][which]
    return lexical.Weights({term: weights.idf[term] for term in terms}, weights.entries, weights.average)


def _titles(entries: Sequence[int]) -> dict[int, list[str]]:
    """The titles of entries. One query."""
    found: dict[int, list[str]] = {}
    if entries:
        rows = EntryText.objects.filter(entry__in=entries).values_list("entry_id", "text__text")
        for entry, title in rows:
            found.setdefault(entry, []).append(title)
    return found


def _likest(title: str, known: dict[int, Sequence[str]]) -> list[int]:
    strengths = {
        pk: max((references.overlap(title, one) for one in titles), default=0.0) for pk, titles in known.items()
    }
    near = sorted((pk for pk, strength in strengths.items() if strength >= CLOSE), key=lambda pk: -strengths[pk])
    return near[:KEPT]
