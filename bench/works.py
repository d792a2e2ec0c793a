"""Finds works that several bodies publish, where what tells it is masked.

For each kind of truth the masked field is named beside its recall (`bench.works_data.MASKED`). Beside: equal
titles. Precision is that of labelled proposals (`bench/works_labels`), read there how they were labelled.
"""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from bench.harness import ROOT, Figure, at_least, at_most, finish, options
from bench.works_data import MASKED, Truth, catalogue, masked
from comity.engine.works import Candidate, propose

GOAL = 0.95
SECONDS = 360.0
LABELS = ROOT / "bench" / "works_labels" / "proposals.tsv"
# Masked IEEE records would stand beside what the relations lead to, so joint numbers are asked apart.
TOGETHER = (("same identifier", "ITU twin", "adoptedFrom", "ETSI transposes 3GPP"), ("joint",))

Pairs = set[frozenset[str]]


def main() -> None:
    given = options(__doc__ or "", "catalogue").parse_args()
    figures = [*recall(given.data), *whole(given.data)]
    finish(figures, given)


def recall(data: Path) -> list[Figure]:
    figures, shares = [], []
    for kinds in TOGETHER:
        truth = masked(data, kinds)
        found = _pairs(propose(truth.publications))
        for kind in kinds:
            share = _share(truth.pairs[kind], found)
            same = _share(truth.pairs[kind], _equal_titles(truth, truth.pairs[kind]))
            asked = f"{len(truth.pairs[kind]):,} pairs, {truth.left_out[kind]} not in the data"
            told = f"equal titles {same:.3f}; masked: {MASKED[kind]}"
            shares.append(share)
            figures.append(at_least(f"recall, {kind} ({asked})", told, round(share, 3), GOAL, ""))
    figures.append(at_least("recall, macro", "", round(sum(shares) / len(shares), 3), GOAL, ""))
    return figures


def _pairs(found: Collection[Candidate]) -> Pairs:
    return {frozenset((one.a, one.b)) for one in found}


def _share(asked: set[tuple[str, str]], found: Pairs) -> float:
    return sum(frozenset(pair) in found for pair in asked) / max(1, len(asked))


def _equal_titles(truth: Truth, asked: set[tuple[str, str]]) -> Pairs:
    """Pairs of which both carry one title, but for case and spaces."""
    wanted = {key for pair in asked for key in pair}
    titles: dict[str, set[str]] = defaultdict(set)
    for one in truth.publications:
        if one.key in wanted:
            titles[one.key] = {" ".join(title.casefold().split()) for _language, title in one.titles}
    return {frozenset(pair) for pair in asked if not titles[pair[0]].isdisjoint(titles[pair[1]])}


def whole(data: Path) -> list[Figure]:
    """The whole catalogue with nothing masked: CPU time with reading, and precision by the labels."""
    began = time.process_time()
    publications, count = catalogue(data)
    found = {frozenset((one.a, one.b)): one.confidence for one in propose(publications)}
    seconds = time.process_time() - began
    told = f"{count:,} records, {len(publications):,} documents, {len(found):,} proposals"
    with LABELS.open(encoding="utf-8") as lines:
        labels = {
            frozenset((row["a"], row["b"])): row["label"] == "1" for row in csv.DictReader(lines, delimiter="\t")
        }
    figures = [at_most("CPU seconds, reading included", told, round(seconds, 1), SECONDS, "s")]
    for least, goal in ((0.5, GOAL), (0.8, None)):
        judged = [right for pair, right in labels.items() if found.get(pair, 0.0) >= least]
        share = round(sum(judged) / max(1, len(judged)), 3)
        claim = f"precision of labelled proposals, confidence from {least}"
        beside = f"{len(judged)} of {len(labels)} labelled pairs are proposed"
        figures.append(at_least(claim, beside, share, goal, "") if goal else Figure(claim, beside, f"{share:.3g}"))
    return figures


if __name__ == "__main__":
    main()
