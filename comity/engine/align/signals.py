"""What speaks for a pair of clauses: one matrix a signal, a tile of sources at a time.

Every signal is put on one scale, per source: how far a target stands out from all targets (z), with what is below
the mean counting for little (softplus). So a signal that says nothing of a source adds nothing to its order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

import numpy as np

from comity.engine.align.encoding import Encoded, Words
from comity.engine.align.sparse import BUCKETS, Bags, Floats, Places, column, products

LIKE = 0.45
"""Words whose vectors are less alike than this do not say the same."""
IN_CACHE = 1 << 16
"""Cells that are put on one scale at a time: they stay near the processor."""
COMMON = 0.1
"""Weight of a term that stands everywhere."""
K1, B = 1.2, 0.75  # BM25, after Robertson and Zaragoza 2009


@lru_cache(maxsize=1)
def domain() -> tuple[dict[str, int], int]:
    """(in how many clauses of instruments each stem stands, of how many): `domain.tsv`, made by training."""
    lines = resources.files(__package__).joinpath("domain.tsv").read_text(encoding="utf-8").splitlines()
    counts = {stem: int(count) for stem, _tab, count in (line.partition("\t") for line in lines)}
    return counts, counts.pop("")


@lru_cache(maxsize=1)
def rare_columns() -> Floats:
    """The weight of each column by how rare its stem is in the domain: shape (BUCKETS,)."""
    counts, total = domain()
    weights = np.full(BUCKETS, np.log(total + 1), np.float32)
    for stem, count in counts.items():
        weights[column(stem)] = np.log((total + 1) / (count + 1))
    return weights


def rarity(stem: str) -> float:
    """How much a stem tells, by the domain."""
    counts, total = domain()
    return float(np.log((total + 1) / (counts.get(stem, 0) + 1)))


class Signals:
    """The signals of one pair of instruments."""

    def __init__(self, source: Encoded, target: Encoded) -> None:
        self.source, self.target = source, target

    def raw(self, name: str, start: int, end: int) -> Floats:
        """One signal of the sources from `start` to `end`: shape (end - start, targets)."""
        return SIGNALS[name](self, start, end)

    # Weights that depend on the pair

    @cached_property
    def stems(self) -> tuple[Bags, Bags]:
        def weights(names: Places) -> Floats:
            idf = _idf(self.source.stems_alone, self.target.stems_alone, names)
            return np.maximum((idf + rare_columns()[names]) / 2, COMMON)

        return _weighted(self.source.stems, self.target.stems, weights)

    @cached_property
    def pairs(self) -> tuple[Bags, Bags]:
        def weights(names: Places) -> Floats:
            return np.maximum(_idf(self.source.pairs_alone, self.target.pairs_alone, names), COMMON)

        return _weighted(self.source.pairs, self.target.pairs, weights)

    @cached_property
    def guided(self) -> tuple[Bags, Bags]:
        return _weighted(self.source.stems_guided, self.target.stems_guided, lambda names: rare_columns()[names])

    @cached_property
    def characters(self) -> tuple[Bags, Bags]:
        return _smooth(self.source.characters, self.target.characters)

    @cached_property
    def characters_above(self) -> tuple[Bags, Bags]:
        return _smooth(self.source.characters_above, self.target.characters_above)

    @cached_property
    def okapi(self) -> tuple[Bags, Bags]:
        """The question's terms by IDF of the target, and the target's by BM25's saturation."""
        target = self.target.stems_alone
        question = self.source.stems_alone
        seen = target.frequencies(question.names)
        idf = np.log(1 + (len(target) - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        counts = np.rint(np.exp(target.weights - 1))  # weights are 1 + log(count)
        lengths = np.bincount(target.rows, weights=counts, minlength=len(target))
        mean = lengths.mean() or 1
        saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths[target.rows] / mean))
        return question.reweighted(idf[question.places]), target.reweighted(saturated.astype(np.float32))

    # Words

    @cached_property
    def _alike(self) -> tuple[Floats, Floats]:
        """(best likeness of each source word in each target, weight of each source word)."""
        left, right = self.source.words, self.target.words
        likeness = np.ascontiguousarray(alike(left, right).T)
        best = np.zeros((len(right.rows), len(left.spelt)), np.float32)
        for place, row in enumerate(right.rows):
            if row and len(left.spelt):
                likeness[row].max(axis=0, out=best[place])
        del likeness
        return np.ascontiguousarray(best.T), np.array([rarity(stem) for stem in left.stems], np.float32)

    def words_found(self, start: int, end: int) -> Floats:
        """The share of a source's words, by what they tell, that the target says in some word."""
        best, weights = self._alike
        found = np.zeros((end - start, len(self.target)), np.float32)
        for place, row in enumerate(self.source.words.rows[start:end]):
            if row:
                found[place] = weights[row] @ best[row] / max(float(weights[row].sum()), 1e-6)
        return found


def alike(left: Words, right: Words) -> Floats:
    """Likeness of words, none below LIKE: by their vectors, or 1 for the same stem."""
    if left.vectors.shape[1] == right.vectors.shape[1]:
        found = left.vectors @ right.vectors.T
    else:  # a text without a word has no vectors
        found = np.zeros((len(left.spelt), len(right.spelt)), np.float32)
    if found.shape[0] and found.shape[1]:
        same = {stem: [] for stem in left.stems}  # type: dict[str, list[int]]
        for place, stem in enumerate(right.stems):
            if stem in same:
                same[stem].append(place)
        for place, stem in enumerate(left.stems):
            found[place, same[stem]] = 1.0
    found[found <= LIKE] = 0
    return found


def standout(raw: Floats) -> Floats:
    """Per source, how far each target stands out: log(1 + exp(z)); zero where all are equal."""
    found = np.empty(raw.shape, np.float32)
    height = max(1, IN_CACHE // max(raw.shape[1], 1))
    for start in range(0, len(raw), height):
        values = raw[start : start + height].astype(np.float32)
        values -= values.mean(axis=1, keepdims=True)
        spread = np.sqrt((values * values).mean(axis=1, keepdims=True))
        flat = spread < 1e-6
        values /= np.where(flat, 1, spread)
        # The same as log(1 + exp(z)), whose own function is ten times slower.
        out = np.log1p(np.exp(-np.abs(values)))
        out += np.maximum(values, 0)
        out[flat[:, 0]] = 0
        found[start : start + height] = out
    return found


def ordered(scores: Floats, most: int) -> Any:
    """The places of the `most` best of each row, best first; equal scores in the order of the clauses."""
    least = -scores
    if scores.shape[1] <= most:
        return np.argsort(least, axis=1, kind="stable")
    bound = np.partition(least, most - 1, axis=1)[:, most - 1 : most]
    rows, places = np.nonzero(least <= bound)  # in the order of the clauses, which the stable sort keeps
    order = np.lexsort((least[rows, places], rows))
    firsts = np.searchsorted(rows, np.arange(len(scores)))
    return places[order][firsts[:, None] + np.arange(most)]


def _weighted(left: Bags, right: Bags, weights: Callable[[Places], Floats]) -> tuple[Bags, Bags]:
    return left.weighted(weights(left.names)), right.weighted(weights(right.names))


def _idf(left: Bags, right: Bags, names: Places) -> Floats:
    seen = left.frequencies(names) + right.frequencies(names)
    return np.log((len(left) + len(right)) / (seen + np.float32(0.5))).astype(np.float32)


def _smooth(left: Bags, right: Bags) -> tuple[Bags, Bags]:
    """Rows by smoothed IDF over both sides, as scikit-learn has it."""

    def weights(names: Places) -> Floats:
        seen = left.frequencies(names) + right.frequencies(names)
        return (np.log((1 + len(left) + len(right)) / (1 + seen)) + 1).astype(np.float32)

    return _weighted(left, right, weights)


def _of_bags(name: str) -> Callable[[Signals, int, int], Floats]:
    def found(signals: Signals, start: int, end: int) -> Floats:
        left, right = getattr(signals, name)
        return products(left, right, start, end)

    return found


def _of_vectors(left: str, right: str) -> Callable[[Signals, int, int], Floats]:
    def found(signals: Signals, start: int, end: int) -> Floats:
        one, other = getattr(signals.source, left), getattr(signals.target, right)
        if one.shape[1] != other.shape[1]:
            return np.zeros((end - start, len(other)), np.float32)
        return np.asarray(one[start:end] @ other.T, np.float32)

    return found


SIGNALS: dict[str, Callable[[Signals, int, int], Floats]] = {
    "stems": _of_bags("stems"),
    "bm25": _of_bags("okapi"),
    "pairs": _of_bags("pairs"),
    "characters": _of_bags("characters"),
    "characters-above": _of_bags("characters_above"),
    "guidance-stems": _of_bags("guided"),
    "dense": _of_vectors("dense", "dense"),
    "dense-within": _of_vectors("dense_within", "dense_within"),
    "dense-headings": _of_vectors("dense_headings", "dense_headings"),
    "dense-parents": _of_vectors("dense_parents", "dense_parents"),
    "dense-parent-clause": _of_vectors("dense_parents", "dense"),
    "guidance-dense": _of_vectors("dense_guided", "dense_guided"),
    "words": Signals.words_found,
}
"""Every signal of the texts, by the name its weight has in `coefficients.json`."""
