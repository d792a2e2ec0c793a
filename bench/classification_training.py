"""How the weights of `engine.topics` are made from documents labelled by hand: those of the set "develop" only.

    python -m bench.classification --fit

A logistic regression over every concept of every document, drawn towards zero (DRAW); schemes begin apart. Below it
are the confidences that ten folds give to documents they were not fitted on: what the threshold was chosen by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from comity.engine import topics
from comity.engine.topics import SCHEMES, SIGNS, Weights

DRAW = 1.0
FOLDS = 10
FILE = Path(topics.__file__).parent / "topics_weights.tsv"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled document as numbers: signs of shape (concepts, SIGNS), and 1 where a concept is right."""

    signs: Floats
    right: Floats


def fit(examples: Sequence[Example]) -> Weights:
    """The weights under which the labels are likeliest. No sign may speak against what it is a sign of."""
    schemes = np.array([SCHEMES.index(one.split(":")[0]) for one in topics.table().concepts])
    begins = np.tile(np.eye(len(SCHEMES))[schemes], (len(examples), 1))
    given = np.hstack([np.vstack([one.signs for one in examples]), begins])
    right = np.concatenate([one.right for one in examples])
    middle = np.zeros(given.shape[1])
    middle[len(SIGNS) :] = -4.0  # a concept is rarely right

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = given @ weights
        drawn = weights - middle
        value = float(np.sum(np.logaddexp(0, logits) - right * logits) + DRAW / 2 * drawn @ drawn)
        return value, given.T @ (1 / (1 + np.exp(-logits)) - right) + DRAW * drawn

    bounds = [(0, None)] * len(SIGNS) + [(None, None)] * len(SCHEMES)
    found = minimize(loss, middle, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Weights(found[: len(SIGNS)], dict(zip(SCHEMES, found[len(SIGNS) :].tolist(), strict=True)))


def held_out(examples: Sequence[Example]) -> list[Floats]:
    """The confidence of every concept of every document, by weights it had no part in."""
    found: list[Floats] = [np.zeros(0)] * len(examples)
    for fold in range(FOLDS):
        weights = fit([one for place, one in enumerate(examples) if place % FOLDS != fold])
        for place in range(fold, len(examples), FOLDS):
            found[place] = weights.confidence(examples[place].signs)
    return found


def write(meaning: Weights, words: Weights) -> None:
    """The weights as the engine reads them."""
    rows = [("name", "with meaning", "words only")]
    for place, name in enumerate(SIGNS):
        rows.append((name, f"{meaning.signs[place]:.4f}", f"{words.signs[place]:.4f}"))
    for name in SCHEMES:
        rows.append((name, f"{meaning.schemes[name]:.4f}", f"{words.schemes[name]:.4f}"))
    FILE.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
