"""Concepts suggested for documents, against labels made by hand, beside two plain ways.

    python -m bench.classification [--data DIR] [--fit] [--errors]

Titles, keywords, committee and ICS are what a node knows of a document; abstracts are shown beside it only, since no
node has them. Only the set "report" is counted: nothing was fitted or chosen on it. See classification_labels/README.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench import classification_training as training
from bench.harness import Figure, at_least, at_most, finish, options
from comity.engine import topics
from comity.engine.embedding import Embedder, UniversalSentenceEncoder
from comity.engine.text import terms
from comity.engine.topics import SCHEMES, SUGGEST, Subject

LABELS = Path(__file__).parent / "classification_labels" / "labels.tsv"
PRECISION, RECALL, CALIBRATION = 0.85, 0.6, 0.05
POSSIBLE = 0.1  # confidences from here on are looked at for calibration: nearly all others are nearly nothing


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with the concepts that are right: as each pass gave them, and as agreed."""

    id: str
    set: str
    subject: Subject
    first: frozenset[str]
    second: frozenset[str]
    agreed: frozenset[str]


def read(data: Path) -> list[Labelled]:
    """The labelled documents with what the catalogue's file says of them."""
    with gzip.open(data / "ai_standards.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = {(row["id"], row["src"]): row for row in map(json.loads, lines)}
    with open(LABELS, encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file, delimiter="\t"))
    return [
        Labelled(
            one["id"],
            one["set"],
            subject(rows[one["id"], one["src"]]),
            *(frozenset(one[name].split()) for name in ("first", "second", "agreed")),
        )
        for one in labels
    ]


def subject(row: dict[str, Any]) -> Subject:
    """A line of the catalogue's file, as a node would ask about it."""
    groups = (f"{one.get('identifier', '')} {one.get('name', '')}" for one in row.get("group", ()))
    return Subject(
        titles=tuple(row["title"].items()),
        keywords=tuple(row.get("kw", ())),
        body=next(iter(row.get("publisher", ())), row["body"].upper()),
        committee="; ".join(groups),
        ics=tuple(row.get("ics", ())),
        abstract=re.sub(r"<[^>]+>", " ", " ".join((row.get("abstract") or {}).values())),
    )


# ways to answer


def by_label(documents: Sequence[Labelled]) -> list[frozenset[str]]:
    """Baseline: a concept of whose English label a part (between commas and "and") stands in title or keywords."""
    phrases = {
        concept: [tuple(terms(part)) for part in re.split(r",|;| and ", label) if terms(part)]
        for concept, label in _labels().items()
    }
    found = []
    for one in documents:
        texts = [terms(text) for text in (*(text for _tag, text in one.subject.titles), *one.subject.keywords)]
        found.append(frozenset(c for c, said in phrases.items() if any(topics._holds(text, said) for text in texts)))
    return found


def _labels() -> dict[str, str]:
    path = Path(topics.__file__).parent.parent / "records" / "facts" / "concepts.tsv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {f"{row['scheme']}:{row['code']}": row["en"] for row in rows}


def by_tfidf(develop: Sequence[Labelled], documents: Sequence[Labelled]) -> list[frozenset[str]]:
    """Baseline: the nearest concept of each scheme by TF-IDF, if it is near enough; how near, `develop` decides."""
    described = dict(zip(topics.table().concepts, topics.table().descriptions, strict=True))
    labels = _labels()
    concepts = {name: Counter(terms(f"{labels[name]} {text}")) for name, text in described.items()}
    words = {one.id: Counter(_words(one.subject)) for one in (*develop, *documents)}
    seen = Counter(word for bag in (*concepts.values(), *words.values()) for word in bag)
    rare = {word: float(np.log(1 + (len(concepts) + len(words)) / count)) for word, count in seen.items()}

    def cosine(one: Counter[str], other: Counter[str]) -> float:
        dot = sum(one[word] * other[word] * rare[word] ** 2 for word in one if word in other)
        lengths = [np.sqrt(sum((bag[word] * rare[word]) ** 2 for word in bag)) or 1 for bag in (one, other)]
        return float(dot / (lengths[0] * lengths[1]))

    def nearest(one: Labelled) -> list[tuple[str, float]]:
        scores = {name: cosine(words[one.id], bag) for name, bag in concepts.items()}
        best = (max((n for n in scores if n.startswith(f"{scheme}:")), key=scores.__getitem__) for scheme in SCHEMES)
        return [(name, scores[name]) for name in best]

    answers = {one.id: nearest(one) for one in (*develop, *documents)}

    def kept(some: Sequence[Labelled], least: float) -> list[frozenset[str]]:
        return [frozenset(name for name, score in answers[one.id] if score >= least) for one in some]

    least = max(np.arange(0.02, 0.6, 0.02), key=lambda cut: score(develop, kept(develop, cut)).f1)
    return kept(documents, float(least))


def _words(subject: Subject) -> list[str]:
    return terms(" ".join((*(text for _tag, text in subject.titles), *subject.keywords)))


def by_engine(documents: Sequence[Labelled], embedder: Embedder | None) -> tuple[list[frozenset[str]], np.ndarray]:
    """What the engine suggests, and all its confidences: shape (documents, concepts)."""
    confidence = confidences(documents, embedder)
    names = np.array(topics.table().concepts)
    return [frozenset(names[row >= SUGGEST].tolist()) for row in confidence], confidence


def confidences(documents: Sequence[Labelled], embedder: Embedder | None) -> np.ndarray:
    weigh = topics.weights(meaning=embedder is not None)
    return np.array([weigh.confidence(one.signs) for one in examples(documents, embedder)])


def examples(documents: Sequence[Labelled], embedder: Embedder | None) -> list[training.Example]:
    """Documents as the numbers that are weighed."""
    nears = topics._nears([one.subject for one in documents], embedder)
    names = topics.table().concepts
    return [
        training.Example(topics.signs(one.subject, near)[0], np.array([float(name in one.agreed) for name in names]))
        for one, near in zip(documents, nears, strict=True)
    ]


# figures


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 over all concepts at once, and means over concepts."""

    precision: float
    recall: float
    f1: float
    macro_precision: float
    macro_recall: float
    suggested: int
    right: int


def score(documents: Sequence[Labelled], answers: Sequence[frozenset[str]], scheme: str = "") -> Score:
    """Of one scheme, or of all. Macro means are over the concepts that were suggested, and those that are right."""
    hits, said, right = Counter[str](), Counter[str](), Counter[str]()
    for one, answer in zip(documents, answers, strict=True):
        mine = {name for name in answer if name.startswith(scheme)}
        truth = {name for name in one.agreed if name.startswith(scheme)}
        said.update(mine)
        right.update(truth)
        hits.update(mine & truth)
    precision, recall = _share(hits.total(), said.total()), _share(hits.total(), right.total())
    return Score(
        precision,
        recall,
        _share(2 * precision * recall, precision + recall),
        _mean([hits[name] / count for name, count in said.items()]),
        _mean([hits[name] / count for name, count in right.items()]),
        said.total(),
        right.total(),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def calibration(documents: Sequence[Labelled], confidence: np.ndarray, bins: int = 10) -> tuple[float, int]:
    """Expected calibration error over concepts that are possible at all, and how many those are."""
    right = np.array([[float(name in one.agreed) for name in topics.table().concepts] for one in documents])
    possible = confidence >= POSSIBLE
    said, truth = confidence[possible], right[possible]
    places = np.minimum((said * bins).astype(int), bins - 1)
    error = sum(
        abs(said[places == place].mean() - truth[places == place].mean()) * (places == place).sum()
        for place in range(bins)
        if (places == place).any()
    )
    return float(error / max(len(said), 1)), len(said)


def kappa(documents: Sequence[Labelled], scheme: str) -> float:
    """Cohen's kappa of the two passes, over every concept of a scheme for every document."""
    names = [name for name in topics.table().concepts if name.startswith(f"{scheme}:")]
    first = np.array([[name in one.first for name in names] for one in documents])
    second = np.array([[name in one.second for name in names] for one in documents])
    same = float((first == second).mean())
    chance = first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean())
    return float((same - chance) / (1 - chance))


def measure(given: argparse.Namespace) -> list[Figure]:
    documents = read(given.data)
    whole = [one for one in documents if one.set == "report"]
    develop, report = (_as_known([one for one in documents if one.set == name]) for name in ("develop", "report"))
    embedder = UniversalSentenceEncoder()
    answers, confidence = by_engine(report, embedder)
    plain = {"label": by_label(report), "TF-IDF": by_tfidf(develop, report)}
    if given.errors:
        _print_errors(develop, by_engine(develop, embedder)[0])
    figures = [
        Figure(f"two passes, {scheme}", "kappa, same labeller", f"{kappa(documents, scheme):.3f}")
        for scheme in SCHEMES
    ]
    for scheme in SCHEMES:
        figures.append(_scheme(scheme, report, answers, plain))
    figures += _all(report, answers, plain, confidence)
    figures += _variants(whole, embedder)
    return [*figures, _speed(report, embedder)]


def _scheme(
    scheme: str, report: Sequence[Labelled], answers: list[frozenset[str]], plain: dict[str, list[frozenset[str]]]
) -> Figure:
    found = score(report, answers, f"{scheme}:")
    beside = ", ".join(f"{name} {_said(score(report, one, f'{scheme}:'))}" for name, one in plain.items())
    macro = f"macro {found.macro_precision:.2f} / {found.macro_recall:.2f}"
    counts = f"{found.suggested} suggested, {found.right} right"
    return Figure(f"{scheme}: precision / recall", beside, f"{_said(found)}, {macro} ({counts})")


def _said(found: Score) -> str:
    return f"{found.precision:.2f} / {found.recall:.2f}"


def _all(
    report: Sequence[Labelled],
    answers: list[frozenset[str]],
    plain: dict[str, list[frozenset[str]]],
    confidence: np.ndarray,
) -> list[Figure]:
    found = score(report, answers)
    best = max((score(report, one) for one in plain.values()), key=lambda one: one.f1)
    error, count = calibration(report, confidence)
    return [
        at_least("all schemes, precision", f"best plain {best.precision:.2f}", found.precision, PRECISION, ""),
        at_least("all schemes, recall", f"best plain {best.recall:.2f}", found.recall, RECALL, ""),
        at_least("all schemes, F1 against the better plain way", f"{best.f1:.2f}", found.f1 / best.f1, 1.2),
        at_most("calibration error", f"{count} pairs from {POSSIBLE} on", error, CALIBRATION, ""),
    ]


def _variants(report: Sequence[Labelled], embedder: Embedder) -> list[Figure]:
    """The same with less, or with more: words only, titles only, French titles only, abstracts as well."""
    cases: list[tuple[str, Callable[[Subject], Subject], Embedder | None]] = [
        ("without the model of meaning", lambda one: replace(one, abstract=""), None),
        ("titles only", lambda one: Subject(one.titles), embedder),
        ("with abstracts, which no node has", lambda one: one, embedder),
    ]
    figures = []
    for said, change, model in cases:
        some = [replace(one, subject=change(one.subject)) for one in report]
        figures.append(Figure(f"{said}: precision / recall", "", _said(score(some, by_engine(some, model)[0]))))
    french = [one for one in report if any(tag == "fr" for tag, _text in one.subject.titles)]
    for tag in ("fr", "en"):
        some = [
            replace(one, subject=Subject([pair for pair in one.subject.titles if pair[0] == tag])) for one in french
        ]
        said = f"{tag} titles only, {len(french)} documents that have both: precision / recall"
        figures.append(Figure(said, "", _said(score(some, by_engine(some, embedder)[0]))))
    return figures


def _as_known(documents: Sequence[Labelled]) -> list[Labelled]:
    """Documents with what a node knows of them: no abstracts."""
    return [replace(one, subject=replace(one.subject, abstract="")) for one in documents]


def _speed(report: Sequence[Labelled], embedder: Embedder) -> Figure:
    begun = time.process_time()
    topics.suggest([one.subject for one in report], embedder)
    return Figure("documents a CPU second", "", f"{len(report) / (time.process_time() - begun):.0f}")


def _print_errors(documents: Sequence[Labelled], answers: Sequence[frozenset[str]]) -> None:
    """What the engine gets wrong of the set that may be looked at."""
    for one, answer in zip(documents, answers, strict=True):
        wrong, missed = sorted(answer - one.agreed), sorted(one.agreed - answer)
        if wrong or missed:
            print(f"{one.id}\t{one.subject.titles[0][1][:90]}\twrong: {wrong}\tmissed: {missed}")


def fit(given: argparse.Namespace) -> None:
    """Make the engine's weights anew from the set "develop", and print what each threshold would give there."""
    develop = _as_known(whole := [one for one in read(given.data) if one.set == "develop"])
    embedder = UniversalSentenceEncoder()
    meaning, words = examples(develop, embedder), examples(develop, None)
    # Documents with their abstracts are there as well, so that the weight of an abstract is known.
    training.write(training.fit(meaning + examples(whole, embedder)), training.fit(words + examples(whole, None)))
    names = np.array(topics.table().concepts)
    for said, some in (("with meaning", meaning), ("words only", words)):
        held = training.held_out(some)
        for least in (0.3, 0.4, 0.5, 0.6, 0.7):
            answers = [frozenset(names[row >= least].tolist()) for row in held]
            parts = ", ".join(f"{scheme} {_said(score(develop, answers, f'{scheme}:'))}" for scheme in SCHEMES)
            print(f"{said} {least}: {_said(score(develop, answers))} ({parts})")


def main() -> None:
    parser = options("Concepts suggested for documents", "catalogue")
    parser.add_argument("--fit", action="store_true", help="make the engine's weights anew")
    parser.add_argument("--errors", action="store_true", help="print what is wrong of the set that may be looked at")
    given = parser.parse_args()
    if given.fit:
        return fit(given)
    return finish(measure(given), given)


if __name__ == "__main__":
    main()
