"""Published crosswalks as questions: which clause of one instrument corresponds to which of another."""

from __future__ import annotations

import csv
import glob
import json
import re
import sqlite3
import sys
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
_EDITION = re.compile(
    r"(?:[-_ .:,()]*(?:\b(?:v|version|ver|r|rev|revision|ed|edition)[-_ .]*\d+(?:\.\d+)*"
    r"|\d+(?:\.\d+)+|(?<!\d)(?:19|20)\d\d|(?<=[-_ .:])\d{1,2}))[-_ .:,()]*$",
    re.IGNORECASE,
)
"""What the end of a name says of the edition: `-2.0`, `-r5`, `-8`, `-2022`, `: 2023`, ` Rev. 5`."""


class NotUsable(Exception):
    """Data that cannot be measured; says which, and why."""


@dataclass(frozen=True, eq=False)
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

    def __init__(self, folder: Path, *others: Path) -> None:
        self.folder, self.folders = folder, (folder, *others)

    def file(self, name: str) -> Path | None:
        """Where a document is: in the first folder that has it."""
        return next((one for folder in self.folders if (one := folder / f"{name}.json").is_file()), None)

    @cache  # noqa: B019  (one library a run)
    def data(self, name: str) -> dict[str, Any]:
        file = self.file(name)
        if file is None:
            raise NotUsable(f"There is no {name}.json in {self.folder}.")
        try:
            found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise NotUsable(f"{file} is not JSON: {error}") from error
        return found

    @cache  # noqa: B019
    def clauses(self, name: str) -> dict[str, dict[str, str]]:
        return {clause["ref"]: clause for clause in self.data(name)["clauses"]}

    @cache  # noqa: B019
    def children(self, name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for ref, clause in self.clauses(name).items():
            found.setdefault(clause.get("parent") or "", []).append(ref)
        return found

    def languages(self, name: str) -> list[str]:
        base = instrument(name)
        files = sorted({file.stem for folder in self.folders for file in folder.glob(f"{glob.escape(base)}.*.json")})
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
        guided = guide is not None and self.file(guide) is not None and ref in self.clauses(guide)
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


def editions(said: str) -> set[str]:
    """A name or a title, and what is left of it without one word on the edition after the other."""
    found, rest = set(), said.strip().casefold()
    while rest and rest not in found:
        found.add(rest)
        rest = _EDITION.sub("", rest)
    return found


def same_document(one: str, other: str, library: Library) -> bool:
    """Whether two documents are one, in whatever edition or language: by their names, or by their titles."""
    if editions(instrument(one)) & editions(instrument(other)):
        return True
    titles = [str(library.data(each).get("title") or each) for each in (one, other)]
    return bool(editions(titles[0]) & editions(titles[1]))


def same_pair(one: Question, other: Question, library: Library) -> bool:
    """Whether two lists are between the same two documents, in either direction."""

    def both(left: str, right: str) -> bool:
        return same_document(one.source_doc, left, library) and same_document(one.target_doc, right, library)

    return both(other.source_doc, other.target_doc) or both(other.target_doc, other.source_doc)


def shares(one: Question, other: Question) -> bool:
    """Whether two questions have an instrument in common."""
    mine = {instrument(one.source_doc), instrument(one.target_doc)}
    return bool(mine & {instrument(other.source_doc), instrument(other.target_doc)})


def questions(benchmark: Path, crosswalks: Path, library: Library, *, every: bool = True) -> list[Question]:
    """The pairs of a benchmark.

    Args:
        every: refuse a pair that cannot be used; else leave it out, and say so.
    """
    found = []
    for entry in _entries(benchmark, crosswalks):
        try:
            found.append(_question(entry, crosswalks, library))
        except NotUsable as error:
            if every:
                raise
            print(f"{entry.get('pair')} is left out: {error}", file=sys.stderr)
    return found


def _entries(benchmark: Path, crosswalks: Path) -> list[dict[str, Any]]:
    """What a benchmark lists; of a folder without one, its lists between two documents."""
    if benchmark.exists():
        try:
            found: list[dict[str, Any]] = json.loads(benchmark.read_text(encoding="utf-8"))
        except ValueError as error:
            raise NotUsable(f"{benchmark} is not JSON: {error}") from error
        return found
    if benchmark.parent != crosswalks or not crosswalks.is_dir():
        raise NotUsable(f"There is no file {benchmark}.")
    found = []
    for file in sorted(crosswalks.glob("*.tsv")):
        rows = _rows(file)
        docs = (rows[0]["source_doc"], rows[0]["target_doc"]) if rows else ("", "")
        if rows and instrument(docs[0]) != instrument(docs[1]):
            found.append({"pair": file.stem, "source_doc": docs[0], "target_doc": docs[1], "gold": file.name})
    return found


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with open(file, encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
    except FileNotFoundError as error:
        raise NotUsable(f"There is no file {file}.") from error
    missing = {"source_ref", "target_ref"} - set(rows[0] if rows else ())
    if rows and missing:
        raise NotUsable(f"{file} has no column {' and no column '.join(sorted(missing))}.")
    return rows


def _question(entry: dict[str, Any], crosswalks: Path, library: Library) -> Question:
    missing = {"pair", "source_doc", "target_doc", "gold"} - set(entry)
    if missing:
        raise NotUsable(f"The benchmark does not say the {', '.join(sorted(missing))} of {entry.get('pair', entry)}.")
    gold: dict[str, set[str]] = {}
    publisher = ""
    for row in _rows(crosswalks / entry["gold"]):
        publisher = publisher or row.get("publisher") or ""
        if (row.get("usable") or "1") == "1":
            gold.setdefault(row["source_ref"], set()).add(row["target_ref"])
    left, right = entry["source_doc"], entry["target_doc"]
    sources = library.refs(left, entry.get("source_units", "leaf"), set(gold))
    targets = library.refs(right, entry.get("target_units", "leaf"), {ref for refs in gold.values() for ref in refs})
    place = {ref: number for number, ref in enumerate(targets)}
    right_ones = np.zeros((len(sources), len(targets)), bool)
    for row, ref in enumerate(sources):
        right_ones[row, [place[target] for target in gold.get(ref, ()) if target in place]] = True
    if not right_ones.any():
        raise NotUsable(f"No row of {entry['gold']} is between clauses of {left} and {right}.")
    kind = entry.get("kind", "expert")
    return Question(
        name=entry["pair"],
        kind=kind,
        source=library.clause_set(left, sources, versions=kind == "expert"),
        target=library.clause_set(right, targets, versions=kind == "expert"),
        source_doc=left,
        target_doc=right,
        gold=right_ones,
        none=tuple(entry.get("no_equivalent", ())),
        publisher=publisher,
    )


def known_beside(question: Question, others: Sequence[Question], library: Library) -> list[Known]:
    """The other published lists, never one between the same two documents in whatever edition or language."""
    return [
        published(other) for other in others if other.kind == "expert" and not same_pair(question, other, library)
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
