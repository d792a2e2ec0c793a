"""The relationships that the engine states, beside those that publishers state.

Of the words of publishers only `subset`, `superset` and `equal` tell something; a provision in two languages is equal
to itself. `intersect` and `related` stand in whole lists and are not counted against a relationship.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.crosswalks import Question
from bench.harness import Figure, at_least

SAID = {"subset": "subset", "superset": "superset", "equal": "equal", "same provision": "equal"}
TOP = 5


def stated(crosswalks: Path, question: Question) -> dict[tuple[str, str], str]:
    """What the publisher says of each pair of refs, from source to target, where that tells something."""
    with open(crosswalks / f"{question.name}.tsv", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {
            (row["source_ref"], row["target_ref"]): SAID[row["relationship"]]
            for row in rows
            if row["relationship"] in SAID
        }


def proposed(material: Any, question: Question) -> list[tuple[str, str, str]]:
    """(source, target, relationship or "") of the first five proposals of every clause, by the shipped weights."""
    from comity.engine.align.ranking import shipped
    from comity.engine.align.signals import ordered

    fusion = material.fusion(question, shipped())
    best = ordered(fusion.scores(0, len(question.source.units))[0], TOP)
    sources = [unit.key for unit in question.source.units]
    targets = [unit.key for unit in question.target.units]
    found = []
    for row, places in enumerate(best):
        equal = fusion.equal(row, [int(place) for place in places])
        found += [
            (sources[row], targets[place], "equal" if equal and not rank else "") for rank, place in enumerate(places)
        ]
    return found


def relations(bench: Any) -> list[Figure]:
    """How often a relationship is stated, and how often it is the publisher's where the publisher states one."""
    from bench.bridges_training import Material

    figures = []
    for kind, questions in (("crosswalks", bench.expert), ("the same provision in two languages", bench.other)):
        counts: Counter[str] = Counter()
        material = Material([], bench.material.embed, {})
        for one in questions:
            counts.update(_counted(proposed(material, one), stated(bench.given.crosswalks, one), one))
        figures += _figures(kind, counts)
    return figures


def _counted(found: Sequence[tuple[str, str, str]], said: dict[tuple[str, str], str], question: Question) -> Any:
    counts: Counter[str] = Counter(proposals=len(found), said=len(said))
    published = _published(question)
    for source, target, relation in found:
        theirs = said.get((source, target), "")
        counts["seen"] += bool(theirs)
        if relation:
            counts["stated"] += 1
            counts["published"] += (source, target) in published
            counts["comparable"] += bool(theirs)
            counts["right"] += relation == theirs
    return counts


def _published(question: Question) -> set[tuple[str, str]]:
    rows, places = np.nonzero(question.gold)
    left, right = question.source.units, question.target.units
    return {(left[row].key, right[place].key) for row, place in zip(rows, places, strict=True)}


def _figures(kind: str, counts: Counter[str]) -> list[Figure]:
    share = counts["stated"] / max(counts["proposals"], 1)
    figures = [
        Figure(
            f"relations, {kind}: proposals with a relationship stated",
            f"of {counts['proposals']}",
            f"{counts['stated']} ({share:.1%})",
            value=share,
        ),
        Figure(
            "  of them on a published pair",
            "",
            f"{counts['published']} of {counts['stated']}",
            value=counts["published"],
        ),
    ]
    beside = f"{counts['said']} pairs with the publisher's relationship, {counts['seen']} of them proposed"
    if counts["comparable"]:
        right = counts["right"] / counts["comparable"]
        return [*figures, at_least(f"  right, of {counts['comparable']} comparable", beside, right, 0.95, "")]
    return [*figures, Figure("  right", beside, "none comparable")]
