"""From signals to proposals: fusion, confidence, no counterpart, relation, and the order of teaching.

Fusion is linear over standout scores. Its weights are learned listwise (after Cao et al. 2007, ListNet) and drawn
strongly towards equal ones: with fourteen published crosswalks to learn from, freer models did
worse on those left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from comity.engine.align import evidence as why
from comity.engine.align.encoding import Encoded
from comity.engine.align.known import KNOWN, Memory, contradictions
from comity.engine.align.model import DECIDED, Alignment, ClauseSet, Embed, Evidence, Known, Proposal
from comity.engine.align.signals import SIGNALS, Signals, ordered, standout
from comity.engine.align.sparse import Floats
from comity.engine.embedding import UniversalSentenceEncoder

VERSION = "align-2"
CELLS = 1_000_000
"""Pairs of clauses looked at at once: bounds the memory, whatever the size of the instruments."""
DIGITS = 6

MODEL_LANGUAGES = UniversalSentenceEncoder.languages
"""Languages the shipped model was trained on."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What training found (`python -m bench.bridges --train`).

    Attributes:
        same: weight of each signal where both texts are in one language; `cross`, where they are not.
        known: weight of what known bridges say.
        confidence, none: logistic weights of the features of a candidate, and of a source.
    """

    same: Mapping[str, float]
    cross: Mapping[str, float]
    known: Mapping[str, float]
    confidence: Mapping[str, float]
    none: Mapping[str, float]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Coefficients:
        return cls(**{name: dict(data[name]) for name in cls.__slots__})


@lru_cache(maxsize=1)
def shipped() -> Coefficients:
    return Coefficients.of(json.loads(resources.files(__package__).joinpath("coefficients.json").read_bytes()))


def align(
    source: ClauseSet,
    target: ClauseSet,
    *,
    embed: Embed | None,
    known: Sequence[Known] = (),
    others: Mapping[str, ClauseSet] | None = None,
    top: int = 5,
    model_languages: frozenset[str] = MODEL_LANGUAGES,
) -> Alignment:
    """Propose, for each clause of `source`, its likeliest counterparts in `target`.

    Where the two are in different languages and one has a version in the other's, that version is read instead.

    Args:
        embed: None to go without vectors.
        known: bridges that are known; those between these two instruments teach, and what they reject is left out.
        others: the instruments that known bridges touch, by name.
        top: at most so many proposals for a clause.

    Time: O(n·m) for n and m clauses. Memory: bounded by CELLS for the texts; known bridges need O(n·m).
    """
    if not source.units or not target.units:
        return Alignment((), {one.key: 1.0 for one in source.units}, (), (("empty", {}),))
    left, right = pivoted(source, target)
    if model_languages and not {_language(left), _language(right)} <= model_languages:
        embed = None  # vectors of a language the model does not know say nothing: by words alone, and said so
    sets = {name: Encoded(one, embed) for name, one in (others or {}).items()}
    return aligned(
        Encoded(left, embed), Encoded(right, embed), known=known, sets=sets, top=top, model_languages=model_languages
    )


def aligned(
    source: Encoded,
    target: Encoded,
    *,
    known: Sequence[Known] = (),
    sets: Mapping[str, Encoded] | None = None,
    top: int = 5,
    model_languages: frozenset[str] = MODEL_LANGUAGES,
    coefficients: Coefficients | None = None,
    explain: bool = True,
) -> Alignment:
    """The same for sets that are encoded already: of one instrument aligned with many, that is done once."""
    weights = coefficients or shipped()
    fusion = Fusion(source, target, known=known, sets=sets or {}, coefficients=weights)
    proposals: list[Proposal] = []
    none: dict[str, float] = {}
    for tile in fusion.candidates(top, keep=explain):
        for row, scores in enumerate(tile.scores):
            none[source.units[tile.start + row].key] = round(float(tile.absent[row]), DIGITS)
            proposals += fusion.proposals(tile, row, scores, top, explain)
    return Alignment(
        tuple(proposals),
        none,
        _order(proposals, source, fusion),
        tuple(_warnings(source, target, known, model_languages)),
    )


def pivoted(source: ClauseSet, target: ClauseSet) -> tuple[ClauseSet, ClauseSet]:
    """The two as they are compared: in one language where one of them has a version in the other's."""
    if _language(source) == _language(target) or source.name == target.name:
        return source, target
    for language, version in sorted(target.versions.items()):
        if language.partition("-")[0] == _language(source) and _covers(version, target):
            return source, version
    for language, version in sorted(source.versions.items()):
        if language.partition("-")[0] == _language(target) and _covers(version, source):
            return version, target
    return source, target


def _covers(version: ClauseSet, of: ClauseSet) -> bool:
    return [one.key for one in version.units] == [one.key for one in of.units]


@dataclass(frozen=True, slots=True)
class Tile:
    """Some sources from `start` on, with their best targets.

    Attributes:
        scores: below zero where a target is ruled out: shape (sources, targets).
        best: places of the best targets, best first; `chances` that they are right: shape (sources, candidates).
        absent: the chance that there is no counterpart: shape (sources,).
        parts: what each signal said, where that is kept.
    """

    start: int
    scores: Floats
    best: Any
    chances: Floats
    absent: Floats
    parts: Mapping[str, Floats]


class Fusion:
    """Scores of one pair of instruments, tile by tile."""

    def __init__(
        self,
        source: Encoded,
        target: Encoded,
        *,
        known: Sequence[Known],
        sets: Mapping[str, Encoded],
        coefficients: Coefficients,
    ) -> None:
        self.source, self.target = source, target
        self.signals = Signals(source, target)
        self.crossing = _language(source.clauses) != _language(target.clauses)
        self.coefficients = coefficients
        self.weights = coefficients.cross if self.crossing else coefficients.same
        self.known_weights = coefficients.known
        self.memory = Memory(source, target, known, sets)
        self.remembered = {} if self.memory.empty else self.memory.signals()
        self._again: dict[str, tuple[tuple[int, int], Floats]] = {}
        self.guided = source.guided or target.guided
        self.itself = source.clauses.name == target.clauses.name and not self.crossing
        self.rejected = {
            (source.place[one], target.place[other])
            for each in known
            if each.standing == DECIDED and (each.source, each.target) == (source.clauses.name, target.clauses.name)
            for one, other in each.rejected
            if one in source.place and other in target.place
        }

    def tiles(self) -> list[tuple[int, int]]:
        height = max(1, CELLS // len(self.target))
        return [(start, min(start + height, len(self.source))) for start in range(0, len(self.source), height)]

    def parts(self, start: int, end: int) -> dict[str, Floats]:
        """What each signal says, on one scale and before its weight."""
        return dict(self._parts(start, end))

    def _parts(self, start: int, end: int) -> Iterator[tuple[str, Floats]]:
        dense = None
        for name in SIGNALS:
            if not self.weights.get(name):
                continue
            if name == "guidance-dense" and dense is not None and not self.guided:
                yield name, dense  # where nobody gives guidance, it is that of the clauses
                continue
            found = standout(self._raw(name, start, end))
            if name == "dense":
                dense = found
            yield name, found
        for name, values in self.remembered.items():
            yield name, standout(values[start:end])

    def _raw(self, name: str, start: int, end: int) -> Floats:
        """A signal as it is; those that confidence is made of are worked out once for a tile."""
        if name not in AGAIN:
            return self.signals.raw(name, start, end)
        tile, found = self._again.get(name, ((0, 0), None))
        if found is None or tile != (start, end):
            found = self.signals.raw(name, start, end)
            self._again[name] = (start, end), found
        return found

    def scores(self, start: int, end: int, *, keep: bool = True) -> tuple[Floats, dict[str, Floats]]:
        """(scores, parts): the latter are left out unless they are to be kept, for they take much memory."""
        parts: dict[str, Floats] = {}
        total: Any = np.zeros((end - start, len(self.target)), np.float64)
        for name, values in self._parts(start, end):
            total += self._weight(name) * values
            if keep:
                parts[name] = values
        if self.itself:  # of an instrument aligned with itself, no clause is its own counterpart
            for row in range(start, end):
                if row < total.shape[1]:
                    total[row - start, row] = -1.0
        for row, place in self.rejected:
            if start <= row < end:
                total[row - start, place] = -1.0
        return np.round(total, DIGITS, out=total), parts

    def features(self, scores: Floats, best: Any, start: int, end: int) -> Floats:
        """What confidence is made of, for the best candidates: shape (sources, candidates, len(FEATURES))."""
        rows = np.arange(end - start)[:, None]
        top = scores[rows, best]
        others = np.where(np.arange(best.shape[1]) == 0, top[:, [min(1, top.shape[1] - 1)]], top[:, [0]])
        spread = scores.std(axis=1, keepdims=True)
        mean = scores.mean(axis=1, keepdims=True)
        alike = [self._raw(name, start, end)[rows, best] for name in AGAIN]
        shape = np.ones_like(top)
        columns = [
            shape,
            top,
            (top - mean) / np.where(spread < 1e-6, 1, spread),
            top - others,
            *alike,
            shape * np.log(len(self.target)),
            np.broadcast_to(np.log1p(np.arange(best.shape[1])), top.shape),
            shape * float(self.crossing),
            shape * float(bool(self.remembered)),
        ]
        return np.stack([np.broadcast_to(one, top.shape) for one in columns], axis=-1).astype(np.float64)

    def candidates(self, top: int, *, keep: bool = False) -> Iterator[Tile]:
        """The likeliest counterparts of every source, at least `top` where there are so many, a tile at a time."""
        for start, end in self.tiles():
            scores, parts = self.scores(start, end, keep=keep)
            best = ordered(scores, max(top, 5))
            features = self.features(scores, best, start, end)
            chances = confidences(features, self.coefficients.confidence)
            absent = logistic(features[:, 0], self.coefficients.none)
            yield Tile(start, scores, best, chances, absent, parts)

    def proposals(self, tile: Tile, row: int, scores: Floats, top: int, explain: bool) -> list[Proposal]:
        found: list[Proposal] = []
        source = tile.start + row
        best = [int(place) for place in tile.best[row, :top] if scores[place] >= 0]
        equal = self.equal(source, best) if explain else 0.0
        for number, place in enumerate(best):
            relation, certain = ("equal", equal) if equal and not number else ("", 0.0)
            found.append(
                Proposal(
                    source=self.source.units[source].key,
                    target=self.target.units[place].key,
                    rank=number + 1,
                    score=round(float(scores[place]), DIGITS),
                    confidence=round(float(tile.chances[row, number]), DIGITS),
                    relation=relation,
                    relation_confidence=certain,
                    evidence=self.evidence(source, int(place), tile.parts, row) if explain else Evidence(),
                )
            )
        return found

    def evidence(self, row: int, place: int, parts: Mapping[str, Floats], at: int) -> Evidence:
        added: dict[str, float] = {}
        for name, values in parts.items():
            # Where nobody gives guidance, these two read the clauses alone.
            plain = name if self.guided else name.removeprefix("guidance-")
            added[plain] = added.get(plain, 0.0) + float(self._weight(name) * values[at, place])
        said = [(name, round(value, DIGITS)) for name, value in added.items()]
        steps, weakest = ((), -1) if self.memory.empty else why.path(self.memory, row, place)
        return Evidence(
            signals=tuple(sorted((one for one in said if one[1]), key=lambda one: (-one[1], one[0]))),
            terms=why.shared_terms(self.signals, row, place),
            path=steps,
            weakest=weakest,
            resembles=None if self.memory.empty else why.resembles(self.memory, row, place),
        )

    def equal(self, row: int, places: Sequence[int]) -> float:
        """How far the first of `places` says the same as the source, word for word; 0 where that is not sure.

        Where several say the same (a heading that stands in every chapter), it tells of none of them.
        """
        shares = [self._same_words(row, place) for place in places]
        return shares[0] if shares and all(one == 0 for one in shares[1:]) else 0.0

    def _same_words(self, row: int, place: int) -> float:
        left, right = self.source.words, self.target.words
        mine, theirs = left.rows[row], right.rows[place]
        if min(len(mine), len(theirs)) < FEWEST:
            return 0.0
        likeness = left.vectors[mine] @ right.vectors[theirs].T
        same = np.array([[left.stems[one] == right.stems[other] for other in theirs] for one in mine])
        likeness = np.where(same, 1.0, likeness)
        return same_words(float(likeness.max(axis=1).mean()), float(likeness.max(axis=0).mean()))

    def _weight(self, name: str) -> float:
        return self.known_weights.get(name, 0.0) if name in KNOWN else self.weights.get(name, 0.0)


FEATURES = (
    "one", "score", "standout", "margin", "stems", "dense", "words", "targets", "rank", "crossing", "known",
)  # fmt: skip
AGAIN = ("stems", "dense-within", "words")
"""Signals that confidence reads beside the score."""
FEWEST = 4
INSIDE = 0.85
"""Share of a text's words, by likeness, from which it is said to be within the other."""


def same_words(forth: float, back: float) -> float:
    """The lower of two shares, of the source's words in the target and the other way, if both are high; else 0.

    That one clause is a part of the other is never said: of what publishers call a subset, words show nothing
    (`bench.bridges --part relations`).
    """
    lower = min(forth, back)
    return round(lower, DIGITS) if lower >= INSIDE else 0.0


def logistic(features: Floats, weights: Mapping[str, float]) -> Floats:
    total = features @ np.array([weights.get(name, 0.0) for name in FEATURES])
    return np.asarray(1 / (1 + np.exp(-np.clip(total, -30, 30))))


def confidences(features: Floats, weights: Mapping[str, float]) -> Floats:
    """The chance that each candidate is right: shape (sources, candidates). None is surer than one before it."""
    return np.asarray(np.minimum.accumulate(logistic(features, weights), axis=1))


def _order(proposals: Sequence[Proposal], source: Encoded, fusion: Fusion) -> tuple[str, ...]:
    """Sources in the order in which decisions teach most: unsure ones that many others read like come first.

    Uncertainty of the best proposal (its variance as a chance) times how many clauses are near, each time with
    what is near a chosen clause counting less (a greedy cover, after Wei et al. 2015).
    """
    unsure = np.zeros(len(source))
    for one in proposals:
        if one.rank == 1:
            unsure[source.place[one.source]] = one.confidence * (1 - one.confidence)
    if len(source) > MOST_ORDERED:
        return tuple(source.units[place].key for place in np.argsort(-unsure, kind="stable"))
    name = source.clauses.name
    near = fusion.memory.nearest(name, name)
    left = np.ones(len(source))
    worth = near.T @ unsure + unsure
    order: list[int] = []
    for _turn in range(len(source)):
        best = int(np.argmax(np.round(worth, DIGITS + 3)))
        order.append(best)
        worth[best] = -np.inf
        covered = np.flatnonzero(near[:, best])
        less = left[covered] * np.clip(near[covered, best], 0, 1)
        left[covered] -= less
        worth -= (unsure[covered] * less) @ near[covered]
    return tuple(source.units[place].key for place in order)


MOST_ORDERED = 3_000
"""Sources among which the teaching order looks at neighbours; of more, only at how unsure each is."""


def _warnings(
    source: Encoded, target: Encoded, known: Sequence[Known], model_languages: frozenset[str]
) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    if source.clauses.name == target.clauses.name:
        found.append(("same-instrument", {"name": source.clauses.name}))
    found += [
        ("language-unknown", {"language": language})
        for language in dict.fromkeys((_language(source.clauses), _language(target.clauses)))
        if model_languages and language not in model_languages
    ]
    found += [
        ("contradiction", {"one": one.publisher, "other": other.publisher, "source": pair[0], "target": pair[1]})
        for one, other, pair in contradictions(known)
    ]
    return found


def _language(clauses: ClauseSet) -> str:
    return clauses.language.partition("-")[0]
