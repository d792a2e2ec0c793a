"""Pairs of the EU AI Act that were judged, since nobody has published a crosswalk of it.

    python -m bench.bridges_judged --pool [--instruments DIR]

`--pool` makes the pool anew (`bench/judged/README.md` tells how it was judged); the part `judged` of `bench.bridges`
measures with it. Only judged targets are ranked (condensed lists, after Sakai 2007): of one that nobody looked at,
nothing is known.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from bench.crosswalks import Library, Question, published
from bench.harness import Figure, shared

ACT = "eu-ai-act.en"
FILE = Path(__file__).parent / "judged" / "eu-ai-act.tsv"
UNITS = {
    "nist-ai-rmf-1.0.en": r"re:^(GOVERN|MAP|MEASURE|MANAGE) \d+\.\d+$",
    "iso-42001.en": "leaf",
    "sg-ai-verify.en": r"re:^\d+\.\d+$",
    "cn-genai-measures.en": "law",
}
ASKED = {
    "nist-ai-rmf-1.0.en": ("Art.4", "Art.9(2)", "Art.9(6)", "Art.14(4)", "Art.15(1)", "Art.27(1)", "Art.72(2)"),
    "iso-42001.en": ("Art.10(3)", "Art.11(1)", "Art.12(1)", "Art.17(1)", "Art.25(4)", "Art.73(1)"),
    "sg-ai-verify.en": ("Art.10(2)", "Art.13(3)", "Art.15(5)", "Art.19(1)", "Art.26(2)", "Art.50(1)"),
    "cn-genai-measures.en": ("Art.20(1)", "Art.50(2)", "Art.50(4)", "Art.53(1)", "Art.55(1)", "Art.85"),
}
"""Which duties are asked of which instrument: chosen by subject, before any system had answered."""
EACH = 4
"""Targets judged for one clause."""
COUNTERPART, RELATED = 2, 1
SYSTEMS = ("engine", "bm25", "dense")
"""What was pooled; the engine by text only."""


@dataclass(frozen=True)
class Judgement:
    """One pair with what two readings said of it."""

    source: str
    target_doc: str
    target: str
    first: int
    second: int

    @property
    def agreed(self) -> int:
        """The lower of the two: a counterpart is what both readings call one."""
        return min(self.first, self.second)


def judgements(file: Path = FILE) -> list[Judgement]:
    with open(file, encoding="utf-8", newline="") as lines:
        return [
            Judgement(row["source_ref"], row["target_doc"], row["target_ref"], int(row["first"]), int(row["second"]))
            for row in csv.DictReader(lines, delimiter="\t")
        ]


class Asked:
    """The Act beside one instrument, ranked by the engine, with known lists and without, and by its peers."""

    def __init__(self, library: Library, target: str, material: Any, known: Sequence[Any] = ()) -> None:
        from comity.engine.align.ranking import confidences, shipped
        from comity.engine.align.signals import ordered

        sources = library.clause_set(ACT, library.refs(ACT, "law", set()))
        targets = library.clause_set(target, library.refs(target, UNITS[target], set()))
        nothing = np.zeros((len(sources.units), len(targets.units)), bool)
        question = Question(f"{ACT}__{target}", "judged", sources, targets, ACT, target, nothing)
        self.row = {unit.key: place for place, unit in enumerate(sources.units)}
        self.place = {unit.key: place for place, unit in enumerate(targets.units)}
        self.keys = [unit.key for unit in targets.units]
        coefficients = shipped()
        fusion = material.fusion(question, coefficients)
        count = len(sources.units)
        self.scores = {
            "engine": fusion.scores(0, count)[0],
            "bm25": fusion.signals.raw("bm25", 0, count),
            "dense": fusion.signals.raw("dense", 0, count),
        }
        if known:
            self.scores["known"] = material.fusion(question, coefficients, known).scores(0, count)[0]
        best = ordered(self.scores["engine"], 5)
        features = fusion.features(self.scores["engine"], best, 0, count)
        self.best, self.chances = best, confidences(features, coefficients.confidence)

    def ranked(self, system: str, source: str) -> list[str]:
        """Refs of targets, best first; equal ones in the order of the clauses."""
        scores = self.scores[system][self.row[source]]
        return [self.keys[place] for place in np.argsort(-scores, kind="stable")]

    def confidence(self, source: str, target: str) -> float | None:
        """That of a target among the first five of the engine."""
        row = self.row[source]
        at = np.flatnonzero(self.best[row] == self.place[target])
        return float(self.chances[row, at[0]]) if len(at) else None


# The pool


def pooled(source: str, lists: Sequence[Sequence[str]], each: int = EACH) -> list[str]:
    """The first `each` targets of all lists, place by place; who is heard first is drawn by the source's hash."""
    turn = _hash(source)[0] % len(lists)
    heard = [*lists[turn:], *lists[:turn]]
    found = dict.fromkeys(one for place in zip_longest(*heard) for one in place if one is not None)
    return list(found)[:each]


def pool(library: Library, material: Any) -> list[tuple[str, str, str]]:
    """(source, target document, target) of every pair to judge, in an order that tells nothing."""
    found = []
    for target_doc, sources in ASKED.items():
        asked = Asked(library, target_doc, material)
        for source in sources:
            lists = [asked.ranked(system, source) for system in SYSTEMS]
            found += [(source, target_doc, target) for target in pooled(source, lists)]
    return sorted(found, key=lambda pair: _hash("\t".join(pair)))


def _hash(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()


# Agreement


def kappa(first: Sequence[int], second: Sequence[int], *, weighted: bool = False) -> float:
    """Cohen's kappa (1960); weighted, by the distance of the labels (1968, linear). 1 where both always agree."""
    one, other = np.array(first), np.array(second)
    labels = np.union1d(one, other)
    apart = np.abs(labels[:, None] - labels[None]) if weighted else labels[:, None] != labels[None]
    seen = np.array([[((one == mine) & (other == theirs)).mean() for theirs in labels] for mine in labels])
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
    expected = float((chance * apart).sum())
    return 1 - float((seen * apart).sum()) / expected if expected else 1.0


# Measures


def ndcg(labels: Sequence[int]) -> float | None:
    """Normalised discounted cumulative gain of labels in ranked order, gain 2^label - 1; None without any gain."""
    discount = 1 / np.log2(np.arange(len(labels)) + 2)
    best = float(((2.0 ** np.sort(labels)[::-1] - 1) * discount).sum())
    return float(((2.0 ** np.array(labels) - 1) * discount).sum()) / best if best else None


def condensed(ranked: Sequence[str], labels: Mapping[str, int]) -> list[int]:
    """The labels of what was judged, in the order of the ranking."""
    return [labels[one] for one in ranked if one in labels]


def measured(labels: Sequence[int]) -> dict[str, float | None]:
    """Of one clause, labels in ranked order: is the first a counterpart, or at least related; reciprocal rank; gain.

    Reciprocal rank and gain are None where no target is any good: no order is better than another.
    """
    right = [place for place, label in enumerate(labels, 1) if label == COUNTERPART]
    return {
        "first": float(labels[0] == COUNTERPART),
        "related": float(labels[0] >= RELATED),
        "mrr": 1 / right[0] if right else None,
        "ndcg": ndcg(labels),
    }


def judged(bench: Any) -> list[Figure]:
    """The engine, BM25 and the embedding on the judged pairs, and how true the engine's confidence is there."""
    from bench.bridges_training import Material

    found = judgements()
    known = [published(one) for one in bench.beside]
    material = Material(bench.beside, bench.material.embed, {})
    by_clause: dict[tuple[str, str], dict[str, int]] = {}
    for one in found:
        by_clause.setdefault((one.target_doc, one.source), {})[one.target] = one.agreed
    asked = {target: Asked(bench.library, target, material, known) for target in UNITS}
    systems = (*SYSTEMS, "known")
    rows: dict[str, list[dict[str, float | None]]] = {system: [] for system in systems}
    said, right = [], []
    for (target_doc, source), labels in by_clause.items():
        for system in systems:
            ranked = asked[target_doc].ranked(system, source)
            rows[system].append(measured(condensed(ranked, labels)))
        for target, label in labels.items():
            chance = asked[target_doc].confidence(source, target)
            if chance is not None:
                said.append(chance), right.append(label == COUNTERPART)
    return [*_agreement(found), *_ranking(rows), *_calibration(np.array(said), np.array(right))]


def _agreement(found: Sequence[Judgement]) -> list[Figure]:
    first, second = [one.first for one in found], [one.second for one in found]
    counts = " · ".join(f"{sum(one.agreed == label for one in found)} × {label}" for label in (2, 1, 0))
    same = np.mean([one == other for one, other in zip(first, second, strict=True)])
    agreed = f"kappa {kappa(first, second):.2f}, weighted {kappa(first, second, weighted=True):.2f}"
    return [Figure(f"judged: {len(found)} pairs of the EU AI Act, {counts}", f"same label {same:.0%}", agreed)]


def _ranking(rows: Mapping[str, Sequence[Mapping[str, float | None]]]) -> list[Figure]:
    names = {
        "first": "first proposal is a counterpart",
        "related": "first proposal is a counterpart or related",
        "mrr": "MRR of the first counterpart",
        "ndcg": "nDCG",
    }
    figures = []
    for measure, name in names.items():
        means = {
            system: _interval([one[measure] for one in found if one[measure] is not None])
            for system, found in rows.items()
        }
        count = sum(one[measure] is not None for one in rows["engine"])
        beside = "; ".join(f"{system} {means[system][1]:.3f}" for system in ("bm25", "dense", "known"))
        low, mean, high = means["engine"]
        figures.append(
            Figure(f"  judged: {name}, {count} clauses", beside, f"{mean:.3f} [{low:.3f}, {high:.3f}]", value=mean)
        )
    difference = [
        one["ndcg"] - other["ndcg"]  # type: ignore[operator]
        for one, other in zip(rows["engine"], rows["bm25"], strict=True)
        if one["ndcg"] is not None
    ]
    low, mean, high = _interval(difference)
    return [
        *figures,
        Figure("  judged: nDCG, engine less BM25, paired", "", f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"),
    ]


def _calibration(said: Any, right: Any) -> list[Figure]:
    """How many of the pairs said to be right with some confidence are: three bins, since pairs are few."""
    figures = []
    for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 1.01)):
        within = (said >= low) & (said < high)
        if within.any():
            span = _interval(right[within].astype(float))
            figures.append(
                Figure(
                    f"  judged: confidence {low:.1f} to {min(high, 1):.1f}",
                    f"{int(within.sum())} pairs, {said[within].mean():.2f} said",
                    f"{span[1]:.2f} counterparts [{span[0]:.2f}, {span[2]:.2f}]",
                )
            )
    return figures


def _interval(values: Any) -> tuple[float, float, float]:
    """(low, mean, high): the middle 95 % of means over the values drawn again, 2,000 times."""
    values = np.array(values, float)
    drawn = np.random.default_rng(0).integers(len(values), size=(2_000, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(values.mean()), float(high)


def main() -> None:
    from bench.bridges_training import Material
    from bench.crosswalks import Cached

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instruments", type=Path, default=shared() / "data" / "instruments")
    parser.add_argument("--pool", action="store_true", help="print the pool, to be judged")
    given = parser.parse_args()
    if given.pool:
        print("source_doc\tsource_ref\ttarget_doc\ttarget_ref")
        for source, target_doc, target in pool(Library(given.instruments), Material([], Cached(), {})):
            print(f"{ACT}\t{source}\t{target_doc}\t{target}")


if __name__ == "__main__":
    main()
