"""Why two clauses were proposed for each other, in what people can check."""

from __future__ import annotations

import numpy as np

from comity.engine.align.known import Memory
from comity.engine.align.model import Step
from comity.engine.align.signals import Signals, rarity

MOST_TERMS = 8
TELLING = 0.72
"""Likeness of two words from which they are shown to people as saying the same."""


def shared_terms(signals: Signals, row: int, place: int) -> tuple[tuple[str, str], ...]:
    """Words of the two clauses that say the same, also across languages; most telling first."""
    left, right = signals.source.words, signals.target.words
    mine, theirs = left.rows[row], right.rows[place]
    if not mine or not theirs:
        return ()
    likeness = left.vectors[mine] @ right.vectors[theirs].T
    found: list[tuple[float, str, str]] = []
    for number, word in enumerate(mine):
        stem = left.stems[word]
        same = [other for other in theirs if right.stems[other] == stem]
        best = same[0] if same else theirs[int(likeness[number].argmax())]
        alike = 1.0 if same else float(likeness[number].max())
        if alike > TELLING:
            found.append((round(alike * rarity(stem), 6), left.spelt[word], right.spelt[best]))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    kept: list[tuple[str, str]] = []
    for _weight, mine_word, their_word in found:
        if their_word not in {pair[1] for pair in kept}:
            kept.append((mine_word, their_word))
    return tuple(kept[:MOST_TERMS])


def path(memory: Memory, row: int, place: int) -> tuple[tuple[Step, ...], int]:
    """(The strongest way over known bridges from source to target, which of its links is the weakest)."""
    best: tuple[float, tuple[Step, ...]] = (0.0, ())
    for edges in memory.paths():
        reached = {row: (1.0, ())}  # type: dict[int, tuple[float, tuple[Step, ...]]]
        for edge in edges:
            onward: dict[int, tuple[float, tuple[Step, ...]]] = {}
            likeness = memory.likeness(edge.source, edge.target)
            for clause, (weight, steps) in reached.items():
                for other in np.flatnonzero(edge.weights[clause]):
                    alike = float(likeness[clause, other])
                    worth = weight * edge.trust * max(alike, 0.01)
                    if worth > onward.get(int(other), (0.0, ()))[0]:
                        onward[int(other)] = worth, (*steps, edge.step(clause, int(other), memory.sets, alike))
            reached = onward
        if place in reached and reached[place][0] > best[0]:
            best = reached[place]
    steps = best[1]
    return steps, min(range(len(steps)), key=lambda at: steps[at].likeness) if steps else -1


def resembles(memory: Memory, row: int, place: int) -> Step | None:
    """The known mapping most like this one: of a clause like the source, or to a clause like the target."""
    here, there = memory.source.clauses.name, memory.target.clauses.name
    best: tuple[float, Step | None] = (0.0, None)
    for edge in memory.edges:
        if edge.target == there:
            worth = memory.nearest(here, edge.source)[row] * edge.weights[:, place]
            at = int(worth.argmax())
            if worth[at] * edge.trust > best[0]:
                alike = float(memory.likeness(here, edge.source)[row, at])
                best = float(worth[at] * edge.trust), edge.step(at, place, memory.sets, alike)
        if edge.source == here and edge.target != there:
            worth = edge.weights[row] * memory.nearest(edge.target, there)[:, place]
            at = int(worth.argmax())
            if worth[at] * edge.trust > best[0]:
                alike = float(memory.likeness(edge.target, there)[at, place])
                best = float(worth[at] * edge.trust), edge.step(row, at, memory.sets, alike)
    return best[1]
