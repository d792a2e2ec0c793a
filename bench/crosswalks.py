"""Published crosswalks as questions: which clause of one instrument corresponds to which of another."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from comity.engine.align import ClauseSet, Known, Unit
from comity.engine.embedding import UniversalSentenceEncoder, Vectors

GUIDANCE = {"nist-ai-rmf-1.0.en": "nist-ai-rmf-playbook.en"}
"""Documents whose publisher's guidance is a document of its own, with the same refs."""
SAME = {"nist-csf-1.1": "nist-csf", "nist-csf-2.0": "nist-csf"}
"""Editions of one instrument."""


@dataclass(frozen=True)
class Question:
    """One pair of documents with its published list.

    Attributes:
        gold: which targets are right: shape (sources, targets).
        none: refs of targets that the publisher says have no counterpart among the sources.
    """

    name: str
    kind: str
    source: ClauseSet
    target: ClauseSet
    source_doc: str
    target_doc: str
    gold: Any
    none: tuple[str, ...] = ()
    publisher: str = ""


class Library:
    """The instruments of a folder, as the engine sees them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cache  # noqa: B019  (one library a run)
    def clauses(self, name: str) -> dict[str, dict[str, str]]:
        data = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        return {clause["ref"]: clause for clause in data["clauses"]}

    @cache  # noqa: B019
    def children(self, name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for ref, clause in self.clauses(name).items():
            found.setdefault(clause.get("parent") or "", []).append(ref)
        return found

    def languages(self, name: str) -> list[str]:
        base = instrument(name)
        files = (file.stem for file in sorted(self.folder.glob(f"{base}.*.json")))
        return [file for file in files if file != name and instrument(file) == base]

    def words(self, name: str, ref: str, *, below: bool = True) -> str:
        """The text of a clause, with everything below it."""
        parts = [self.clauses(name)[ref].get("text") or ""]
        if below:
            for child in self.children(name).get(ref, ()):
                parts += [self.clauses(name)[child].get("heading") or "", self.words(name, child)]
        return " ".join(part for part in parts if part)

    def above(self, name: str, ref: str) -> list[str]:
        clauses, found = self.clauses(name), []
        parent = clauses[ref].get("parent")
        while parent in clauses and parent not in found:
            found.append(parent)
            parent = clauses[parent].get("parent")
        return found[::-1]

    def refs(self, name: str, rule: str, also: set[str]) -> list[str]:
        """The units a rule of the benchmark picks, and those its list names beside."""
        clauses, children = self.clauses(name), self.children(name)
        picked = {ref for ref in clauses if self._fits(ref, rule, children)}
        return [ref for ref in clauses if ref in picked] + [
            ref for ref in clauses if ref in also and ref not in picked
        ]

    def _fits(self, ref: str, rule: str, children: dict[str, list[str]]) -> bool:
        if rule == "leaf":
            return ref not in children
        if rule != "law":
            return re.search(rule.removeprefix("re:"), ref) is not None
        if re.match(r"Art\.[^()]+$", ref):
            return not any(re.match(r"Art\.[^()]+\(\d+[a-z]?\)$", child) for child in children.get(ref, ()))
        return re.match(r"Recital |Art\.[^()]+\(\d+[a-z]?\)$|Annex [^()]+\([^()]+\)$", ref) is not None

    def clause_set(self, name: str, refs: Sequence[str], *, versions: bool = False) -> ClauseSet:
        others = self.languages(name) if versions else []
        return ClauseSet(
            name=instrument(name),
            language=name.rpartition(".")[2],
            units=tuple(self._unit(name, ref) for ref in refs if ref in self.clauses(name)),
            versions={other.rpartition(".")[2]: self.clause_set(other, refs) for other in others},
        )

    def whole(self, name: str) -> ClauseSet:
        return self.clause_set(name, list(self.clauses(name)))

    def _unit(self, name: str, ref: str) -> Unit:
        clauses, above = self.clauses(name), self.above(name, ref)
        guide = GUIDANCE.get(name)
        guided = guide is not None and (self.folder / f"{guide}.json").exists() and ref in self.clauses(guide)
        return Unit(
            key=ref,
            heading=clauses[ref].get("heading") or "",
            text=self.words(name, ref),
            path=tuple(clauses[one].get("heading") or "" for one in above if clauses[one].get("heading")),
            context=" ".join(clauses[one].get("text") or "" for one in above),
            guidance=self.words(guide, ref) if guided and guide else "",
        )


def instrument(name: str) -> str:
    """`nist-csf-2.0.en` is `nist-csf-2.0` in English."""
    return name.rpartition(".")[0]


def family(name: str) -> str:
    """An instrument in any edition and language."""
    return SAME.get(instrument(name), instrument(name))


def shares(one: Question, other: Question) -> bool:
    """Whether two questions have an instrument in common."""
    mine = {instrument(one.source_doc), instrument(one.target_doc)}
    return bool(mine & {instrument(other.source_doc), instrument(other.target_doc)})


def questions(benchmark: Path, crosswalks: Path, library: Library) -> list[Question]:
    return [_question(entry, crosswalks, library) for entry in json.loads(benchmark.read_text(encoding="utf-8"))]


def _question(entry: dict[str, Any], crosswalks: Path, library: Library) -> Question:
    gold: dict[str, set[str]] = {}
    publisher = ""
    with open(crosswalks / entry["gold"], encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            publisher = publisher or row["publisher"]
            if row["usable"] == "1":
                gold.setdefault(row["source_ref"], set()).add(row["target_ref"])
    left, right = entry["source_doc"], entry["target_doc"]
    sources = library.refs(left, entry["source_units"], set(gold))
    targets = library.refs(right, entry["target_units"], {ref for refs in gold.values() for ref in refs})
    place = {ref: number for number, ref in enumerate(targets)}
    right_ones = np.zeros((len(sources), len(targets)), bool)
    for row, ref in enumerate(sources):
        right_ones[row, [place[target] for target in gold.get(ref, ()) if target in place]] = True
    expert = entry["kind"] == "expert"
    return Question(
        name=entry["pair"],
        kind=entry["kind"],
        source=library.clause_set(left, sources, versions=expert),
        target=library.clause_set(right, targets, versions=expert),
        source_doc=left,
        target_doc=right,
        gold=right_ones,
        none=tuple(entry.get("no_equivalent", ())),
        publisher=publisher,
    )


def known_beside(question: Question, others: Sequence[Question]) -> list[Known]:
    """The other published lists, never one between the same two documents in whatever edition or language."""
    mine = {family(question.source_doc), family(question.target_doc)}
    return [
        published(other)
        for other in others
        if other.kind == "expert" and {family(other.source_doc), family(other.target_doc)} != mine
    ]


def published(question: Question) -> Known:
    rows, places = np.nonzero(question.gold)
    left, right = question.source.units, question.target.units
    pairs = tuple((left[row].key, right[place].key) for row, place in zip(rows, places, strict=True))
    return Known(question.source.name, question.target.name, pairs, publisher=question.publisher)


def scored(scores: Any, gold: Any, keep: Any = None) -> dict[str, float]:
    """MRR, MAP, hit@1 and hit@5 over the sources that have a right target; ties broken at random, always the same."""
    rows = np.flatnonzero(gold.any(axis=1) if keep is None else gold.any(axis=1) & keep)
    chance = np.random.default_rng(0).random(scores.shape)
    found = []
    for row in rows:
        order = np.lexsort((chance[row], -scores[row]))
        ranks = np.flatnonzero(gold[row][order]) + 1
        precision = np.arange(1, len(ranks) + 1) / ranks
        found.append((1 / ranks[0], precision.mean(), ranks[0] == 1, ranks[0] <= 5))
    means = np.array(found, float).mean(axis=0) if found else np.zeros(4)
    return dict(zip(("mrr", "map", "hit1", "hit5"), (round(float(one), 6) for one in means), strict=True))


class Cached:
    """The model with its vectors kept from run to run, beside other temporary files."""

    def __init__(self) -> None:
        self.model = UniversalSentenceEncoder(threads=1)
        name = self.model.model.replace("/", "-")
        self.store = sqlite3.connect(Path(tempfile.gettempdir()) / f"comity-bench-{name}.sqlite")
        self.store.execute("CREATE TABLE IF NOT EXISTS vectors(digest BLOB PRIMARY KEY, vector BLOB)")
        self.held: dict[bytes, Any] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        digests = [blake2b(text.encode(), digest_size=16).digest() for text in texts]
        missing = {}
        for digest, text in zip(digests, texts, strict=True):
            if digest not in self.held and digest not in missing:
                row = self.store.execute("SELECT vector FROM vectors WHERE digest = ?", (digest,)).fetchone()
                if row:
                    self.held[digest] = np.frombuffer(row[0], np.float32)
                else:
                    missing[digest] = text
        for some in _batches(list(missing.items()), 256):
            for (digest, _text), vector in zip(
                some, self.model.encode([text for _digest, text in some]), strict=True
            ):
                self.held[digest] = vector
                self.store.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (digest, vector.tobytes()))
            self.store.commit()
        return np.array([self.held[digest] for digest in digests], np.float32)


def _batches(rows: list[Any], size: int) -> list[list[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
