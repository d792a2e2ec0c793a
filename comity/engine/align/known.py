"""What known bridges say: paths that lead from source to target, and how clauses that read alike were mapped.

A bridge is trusted as far as its pairs read alike more than chance has it: a list of random pairs weighs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from comity.engine.align.encoding import Encoded
from comity.engine.align.model import DECIDED, PROPOSED, PUBLISHED, Known, Step
from comity.engine.align.signals import ordered, rare_columns
from comity.engine.align.sparse import Floats, products

WEIGHTS = {DECIDED: 2.0, PUBLISHED: 1.0, PROPOSED: 0.25}
NEIGHBOURS = 8
STEEP = 12.0
TRUST_FROM, TRUST_TO = 0.6, 0.75
"""Share of other targets that a pair's target beats in likeness, on average: no trust below, full trust above."""
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Edge:
    """A known bridge in one direction.

    Attributes:
        weights: 1 for each pair: shape (clauses of source, clauses of target).
        trust: what it counts, by its standing and by how alike its pairs read.
    """

    source: str
    target: str
    weights: Floats
    trust: float
    known: Known

    def step(self, row: int, place: int, names: Mapping[str, Encoded], likeness: float = 1.0) -> Step:
        return Step(
            publisher=self.known.publisher,
            standing=self.known.standing,
            source=self.source,
            source_key=names[self.source].units[row].key,
            target=self.target,
            target_key=names[self.target].units[place].key,
            likeness=round(likeness, 6),
        )


class Memory:
    """The known bridges beside one pair of instruments.

    Args:
        sets: every instrument that a known bridge touches, and the two that are aligned, by name.
    """

    def __init__(self, source: Encoded, target: Encoded, known: Sequence[Known], sets: Mapping[str, Encoded]) -> None:
        self.source, self.target = source, target
        self.sets = {**sets, source.clauses.name: source, target.clauses.name: target}
        self._likeness: dict[tuple[str, str], Floats] = {}
        self._nearest: dict[tuple[str, str], Floats] = {}
        # Within one instrument a name does not tell the side, and nobody's list of another would lead there.
        itself = source.clauses.name == target.clauses.name
        self.edges = [] if itself else [edge for one in known for edge in self._edges(one)]

    @property
    def empty(self) -> bool:
        return not self.edges

    def likeness(self, left: str, right: str) -> Floats:
        """How alike clauses of two instruments read, by stems and vectors."""
        found = self._likeness.get((left, right))
        if found is None:
            one, other = self.sets[left], self.sets[right]
            likeness: Floats = np.zeros((len(one), len(other)), np.float32)
            if one.dense_within.shape[1] == other.dense_within.shape[1]:
                likeness = one.dense_within @ other.dense_within.T
            if _language(one) == _language(other):
                rare = rare_columns()
                mine, theirs = (each.stems.weighted(rare[each.stems.names]) for each in (one, other))
                stems = products(mine, theirs, 0, len(one))
                likeness = ((likeness + stems) / 2).astype(np.float32)
            found = self._likeness[left, right] = likeness
            self._likeness[right, left] = likeness.T
        return found

    def nearest(self, left: str, right: str) -> Floats:
        """The few clauses of `right` most like each of `left`, weighed by how alike they are."""
        found = self._nearest.get((left, right))
        if found is None:
            likeness = self.likeness(left, right)
            found = np.zeros_like(likeness)
            best = ordered(likeness, NEIGHBOURS)
            rows = np.arange(len(likeness))[:, None]
            found[rows, best] = np.exp(STEEP * (likeness[rows, best] - 1))
            if left == right:
                np.fill_diagonal(found, 0)  # of its own mappings a clause needs no memory
            self._nearest[left, right] = found
        return found

    def signals(self) -> dict[str, Floats]:
        """Path, and memory by source, by target and by both: each of shape (sources, targets)."""
        here, there = self.source.clauses.name, self.target.clauses.name
        shape = (len(self.source), len(self.target))
        found = {name: np.zeros(shape, np.float32) for name in KNOWN}
        for edge in self.edges:
            share = _shares(edge.weights) * edge.trust
            if edge.source == here and edge.target == there:
                found["memory-source"] += self.nearest(here, here) @ share
                found["memory-target"] += share @ self.nearest(there, there)
            elif edge.target == there and edge.source != here:
                found["memory-source"] += self.nearest(here, edge.source) @ share
            elif edge.source == here and edge.target != there:
                found["memory-target"] += share @ self.nearest(edge.target, there)
            elif here not in (edge.source, edge.target) and there not in (edge.source, edge.target):
                found["memory-both"] += self.nearest(here, edge.source) @ share @ self.nearest(edge.target, there)
        for edges in self.paths():
            step = _shares(edges[0].weights) * edges[0].trust
            for edge in edges[1:]:
                step = step @ (_shares(edge.weights) * edge.trust)
            found["path"] += step * (2 if len(edges) == 2 else 1)
        return found

    def paths(self) -> list[tuple[Edge, ...]]:
        """Bridges that lead from the source to the target over one or two other instruments."""
        here, there = self.source.clauses.name, self.target.clauses.name
        found: list[tuple[Edge, ...]] = []
        for first in self.edges:
            if first.source != here or first.target == there:
                continue
            for second in self.edges:
                if second.source != first.target or second.target == here:
                    continue
                if second.target == there:
                    found.append((first, second))
                    continue
                found += [
                    (first, second, third)
                    for third in self.edges
                    if third.source == second.target and third.target == there and second.target != first.target
                ]
        return found

    def _edges(self, known: Known) -> list[Edge]:
        if known.source not in self.sets or known.target not in self.sets or known.source == known.target:
            return []
        left, right = self.sets[known.source], self.sets[known.target]
        weights = np.zeros((len(left), len(right)), np.float32)
        for one, other in known.pairs:
            if one in left.place and other in right.place:
                weights[left.place[one], right.place[other]] = 1
        if not weights.any():
            return []
        trust = WEIGHTS[known.standing] * (1.0 if known.standing == DECIDED else self._trust(known, weights))
        if not trust:
            return []
        edge = Edge(known.source, known.target, weights, trust, known)
        return [edge, replace(edge, source=known.target, target=known.source, weights=weights.T)]

    def _trust(self, known: Known, weights: Floats) -> float:
        rows, places = np.nonzero(weights)
        likeness = self.likeness(known.source, known.target)
        if likeness.shape[1] < ENOUGH or len(rows) < ENOUGH:
            return 0.5
        beaten = (likeness[rows] < likeness[rows, places][:, None]).mean(axis=1)
        return float(np.clip((beaten.mean() - TRUST_FROM) / (TRUST_TO - TRUST_FROM), 0, 1))


KNOWN = ("path", "memory-source", "memory-target", "memory-both")


def contradictions(known: Sequence[Known]) -> list[tuple[Known, Known, tuple[str, str]]]:
    """Pairs that one bridge holds and another between the same instruments rejects."""
    found = []
    for one in known:
        held = set(one.pairs)
        for other in known:
            if (one.source, one.target) == (other.source, other.target):
                found += [(one, other, pair) for pair in other.rejected if pair in held]
    return found


def _shares(weights: Floats) -> Floats:
    """Rows that sum to one, or to zero."""
    sums = weights.sum(axis=1, keepdims=True)
    return np.asarray(weights / np.where(sums == 0, 1, sums), np.float32)


def _language(one: Encoded) -> str:
    return one.clauses.language.partition("-")[0]
