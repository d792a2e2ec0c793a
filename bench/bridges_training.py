"""How the coefficients of the bridge engine are made from published crosswalks.

    python -m bench.bridges --train [--instruments DIR] [--crosswalks DIR] [--benchmark FILE]

Weights are fitted listwise, so that at least one right target comes first, each pair counting the same, and are
drawn towards equal ones (PRIOR) with strength DRAW; none may be negative. Confidence is a logistic model of scores
that the fusion gave to pairs it was not trained on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bench.crosswalks import Library, Question, shares
from comity.engine.align.encoding import Encoded
from comity.engine.align.known import KNOWN
from comity.engine.align.model import Known
from comity.engine.align.ranking import FEATURES, MODEL_LANGUAGES, Coefficients, Fusion, pivoted
from comity.engine.align.signals import SIGNALS, ordered, standout
from comity.engine.text import terms

SUM = 1.6
"""What the weights of the texts' signals sum to before training."""
PRIOR = {"path": 0.3, "memory-source": 0.2, "memory-target": 0.2, "memory-both": 0.1}
DRAW = 3.0
EQUAL = {name: SUM / len(SIGNALS) for name in SIGNALS}
NOTHING = Coefficients(EQUAL, EQUAL, PRIOR, {}, {})

Parts = dict[str, Any]


class Material:
    """The signals of every question, worked out once."""

    def __init__(
        self,
        questions: Sequence[Question],
        embed: Any,
        known: Mapping[str, Sequence[Known]] | None,
        beside: Sequence[Question] = (),
    ) -> None:
        self.sets: dict[tuple[str, str, int, bool], Encoded] = {}
        self.embed = embed
        self.known = known or {}
        self.units = self._units([*questions, *beside])
        self._others: dict[bool, dict[str, Encoded]] = {}
        self._text: dict[str, Parts] = {}
        self._known: dict[str, Parts] = {}

    def _units(self, questions: Sequence[Question]) -> dict[str, Any]:
        """Every instrument by name, with the units of all questions about it."""
        units: dict[str, dict[str, Any]] = {}
        sets: dict[str, Any] = {}
        for one in questions:
            if one.kind == "expert":
                for clauses in (one.source, one.target):
                    units.setdefault(clauses.name, {}).update({unit.key: unit for unit in clauses.units})
                    sets.setdefault(clauses.name, clauses)
        return {name: replace(sets[name], units=tuple(found.values()), versions={}) for name, found in units.items()}

    def others(self, dense: bool) -> dict[str, Encoded]:
        """The instruments that known lists touch."""
        if dense not in self._others:
            embed = self.embed if dense else None
            self._others[dense] = {name: Encoded(clauses, embed) for name, clauses in self.units.items()}
        return self._others[dense]

    def fusion(self, question: Question, coefficients: Coefficients = NOTHING, known: Sequence[Known] = ()) -> Fusion:
        left, right = pivoted(question.source, question.target)
        # As the engine does: by words alone where the model does not know a language.
        dense = {one.language.partition("-")[0] for one in (left, right)} <= MODEL_LANGUAGES
        return Fusion(
            self.encoded(left, dense),
            self.encoded(right, dense),
            known=known,
            sets=self.others(dense) if known else {},
            coefficients=coefficients,
        )

    def encoded(self, clauses: Any, dense: bool = True) -> Encoded:
        key = clauses.name, clauses.language, hash(tuple(unit.key for unit in clauses.units)), dense
        if key not in self.sets:
            self.sets[key] = Encoded(clauses, self.embed if dense else None)
        return self.sets[key]

    def text(self, question: Question) -> Parts:
        if question.name not in self._text:
            self._text[question.name] = self.fusion(question).parts(0, len(question.source.units))
        return self._text[question.name]

    def with_known(self, question: Question) -> Parts:
        if question.name not in self._known:
            fusion = self.fusion(question, known=self.known.get(question.name, ()))
            found = {name: standout(values) for name, values in fusion.remembered.items()}
            empty = np.zeros(question.gold.shape, np.float32)
            self._known[question.name] = {name: found.get(name, empty) for name in KNOWN}
        return self.text(question) | self._known[question.name]


def fit(examples: Sequence[tuple[Parts, Any]], names: Sequence[str], prior: Mapping[str, float]) -> dict[str, float]:
    """Weights of `names` by which some right target comes first, near to `prior`."""
    from scipy.optimize import minimize  # only training needs it

    start = np.array([prior[name] for name in names])
    blocks = []
    for parts, gold in examples:
        rows = np.flatnonzero(gold.any(axis=1))
        blocks.append((np.stack([parts[name][rows] for name in names], -1).astype(float), gold[rows]))

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = 0.0, np.zeros(len(names))
        for values, gold in blocks:
            scores = values @ weights
            share = np.exp(scores - scores.max(axis=1, keepdims=True))
            share /= share.sum(axis=1, keepdims=True)
            right = share * gold
            chance = np.maximum(right.sum(axis=1, keepdims=True), 1e-300)
            total -= float(np.log(chance).mean())
            slope += np.einsum("nm,nmf->f", share - right / chance, values) / len(values)
        away = weights - start
        return total / len(blocks) + DRAW * float(away @ away), slope / len(blocks) + 2 * DRAW * away

    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names), options={"maxiter": 200}
    )
    return dict(zip(names, (round(float(one), 6) for one in found.x), strict=True))


def weights(material: Material, questions: Sequence[Question], *, known: bool) -> dict[str, float]:
    names = [*SIGNALS, *KNOWN] if known else list(SIGNALS)
    parts = material.with_known if known else material.text
    return fit([(parts(one), one.gold) for one in questions], names, EQUAL | PRIOR)


def total(parts: Parts, found: Mapping[str, float]) -> Any:
    return np.round(sum(weight * parts[name] for name, weight in found.items() if name in parts), 6)


def left_out(material: Material, questions: Sequence[Question], *, known: bool) -> dict[str, dict[str, float]]:
    """For each question, weights from those that share no instrument with it."""
    return {
        one.name: weights(
            material, [other for other in questions if other is not one and not shares(one, other)], known=known
        )
        for one in questions
    }


def candidates(material: Material, question: Question, found: Mapping[str, float], *, known: bool) -> tuple[Any, Any]:
    """(features of the five best of each source, which of them are right)."""
    coefficients = Coefficients(found, found, found, {}, {})
    beside = material.known.get(question.name, ()) if known else ()
    fusion = material.fusion(question, coefficients, beside)
    scores = total(material.with_known(question) if known else material.text(question), found)
    best = ordered(scores, 5)
    features = fusion.features(scores, best, 0, len(scores))
    return features, np.take_along_axis(question.gold, best, axis=1)


def logistic(rows: Any, right: Any, importance: Any, draw: float = 2e-4) -> dict[str, float]:
    """Logistic weights of FEATURES; `importance` weighs the rows."""
    from scipy.optimize import minimize

    scale = np.maximum(np.abs(rows).max(axis=0), 1e-9)
    values = rows / scale
    importance = importance / importance.sum()

    def loss(found: Any) -> tuple[float, Any]:
        margin = values @ found
        chance = 1 / (1 + np.exp(-np.clip(margin, -30, 30)))
        worth = np.where(right, np.log(np.maximum(chance, 1e-12)), np.log(np.maximum(1 - chance, 1e-12)))
        return (
            -float((importance * worth).sum()) + draw * float(found @ found),
            values.T @ (importance * (chance - right)) + 2 * draw * found,
        )

    best = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(FEATURES, (round(float(one), 6) for one in best.x / scale), strict=True))


def confidence(examples: Sequence[tuple[Any, Any]]) -> dict[str, float]:
    """Of the candidates with this confidence, that share is right. Every pair counts the same."""
    rows = np.concatenate([features.reshape(-1, features.shape[-1]) for features, _right in examples])
    right = np.concatenate([right.reshape(-1) for _features, right in examples])
    importance = np.concatenate([np.full(right.size, 1 / right.size) for _features, right in examples])
    return logistic(rows, right, importance)


def absence(examples: Sequence[tuple[Any, Any]]) -> dict[str, float]:
    """The chance that a source has no counterpart at all, by the features of its best candidate."""
    rows = np.concatenate([features[:, 0] for features, _none in examples])
    none = np.concatenate([none for _features, none in examples])
    importance = np.concatenate([np.full(len(none), 1 / len(none)) for _features, none in examples])
    return logistic(rows, none, importance, draw=1e-3)


def domain(library: Library, least: int = 3) -> str:
    """`domain.tsv`: in how many clauses of how many a stem stands, over instruments that may be redistributed."""
    counts: Counter[str] = Counter()
    clauses = 0
    for file in sorted(library.folder.glob("*.json")):
        if json.loads(file.read_text(encoding="utf-8")).get("redistribute") != "yes":
            continue
        for clause in library.clauses(file.stem).values():
            stems = set(terms(f"{clause.get('heading') or ''} {clause.get('text') or ''}"))
            if stems:
                counts.update(stems)
                clauses += 1
    rows = [f"{stem}\t{count}" for stem, count in sorted(counts.items()) if count >= least]
    return "\n".join([f"\t{clauses}", *rows]) + "\n"


def train(material: Material, questions: Sequence[Question]) -> dict[str, Any]:
    """What goes into `coefficients.json`."""
    expert = [one for one in questions if one.kind == "expert"]
    parallel = [one for one in questions if one.kind != "expert"]
    same = weights(material, expert, known=False)
    known = weights(material, expert, known=True)
    cross = weights(material, parallel, known=False) if parallel else same
    folds = left_out(material, expert, known=False)
    found = {one.name: candidates(material, one, folds[one.name], known=False) for one in expert}
    both = list(found.values())
    folds = left_out(material, expert, known=True)
    both += [candidates(material, one, folds[one.name], known=True) for one in expert]
    none = [(found[one.name][0], ~one.gold.any(axis=1)) for one in expert if not one.gold.any(axis=1).all()]
    return {
        "same": same,
        "cross": cross,
        "known": {name: known[name] for name in KNOWN},
        "confidence": confidence(both),
        "none": absence(none),
    }
