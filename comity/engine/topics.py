"""What a document is about: concepts with calibrated confidence, and the terms that spoke for them.

Two kinds of signs are weighed: cue terms of each concept in six languages (`topics.tsv`, with marks of whole series
of documents: who publishes them, which committee, which ICS field), and how near a title's sentence vector is to
that of the concept's description. Their weights (`topics_weights.tsv`) are a logistic regression over all concepts
at once, fitted on documents labelled by hand; see bench.classification. "Nothing" is a frequent answer.

Source: calibration by a logistic function of a score after Platt 1999.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from comity.engine.embedding import Embedder, Vectors
from comity.engine.text import script_language, terms

VERSION = "topics/1"
LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
SCHEMES = ("ai-topic", "ai-lifecycle", "sector", "human-activity", "application-area", "sdg")
# What speaks for a concept, in the order of the columns of a matrix of signs.
SIGNS = ("title", "more", "weak title", "keyword", "weak keyword", "abstract", "mark", "near", "nearest")
SUGGEST = 0.4  # confidence from which a concept is suggested: see bench.classification_training
_LONGEST = 8  # terms in a cue
_FILES = Path(__file__).parent

Floats = NDArray[np.float64]
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a document.

    Attributes:
        titles: (language tag, text); the tag may be "" or "und".
        body: who publishes it; `committee` the designation and name of who wrote it.
        abstract: only where it may be used; nodes have none.
    """

    titles: Sequence[tuple[str, str]]
    keywords: Sequence[str] = ()
    body: str = ""
    committee: str = ""
    ics: Sequence[str] = ()
    abstract: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A term that spoke for a concept, and where it stands: "title", "keyword", "abstract", "mark" or "meaning"."""

    place: str
    term: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept, by "scheme:code", with the probability that it is right and what speaks for it, strongest first."""

    concept: str
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of some concept, counted where it stands if `also` stands anywhere in the document."""

    concept: int
    phrase: Phrase
    printed: str
    language: str
    weak: bool
    also: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The shipped concepts: their names in order, descriptions, cues by their first term, and marks."""

    concepts: tuple[str, ...]
    descriptions: tuple[str, ...]
    cues: Mapping[tuple[str, str], tuple[Cue, ...]]
    marks: tuple[tuple[int, str, str], ...]
    macros: Mapping[str, Mapping[str, tuple[Phrase, ...]]]


@lru_cache(maxsize=1)
def table() -> Table:
    """The concepts and what speaks for them."""
    concepts: list[str] = []
    descriptions: list[str] = []
    cues: dict[tuple[str, str], list[Cue]] = {}
    marks: list[tuple[int, str, str]] = []
    macros: dict[str, dict[str, tuple[Phrase, ...]]] = {}
    for row in _rows("topics.tsv"):
        if row["scheme"] == "macro":
            macros[row["code"]] = {tag: tuple(_phrase(one) for one in _listed(row[tag])) for tag in LANGUAGES}
            continue
        place = len(concepts)
        concepts.append(f"{row['scheme']}:{row['code']}")
        descriptions.append(row["description"])
        for mark in _listed(row["marks"]):
            kind, _, value = mark.partition(": ")
            marks.append((place, kind, value))
        for language in LANGUAGES:
            for cue in (_cue(place, one, language) for one in _listed(row[language])):
                cues.setdefault((language, cue.phrase[0]), []).append(cue)
    known = {key: tuple(values) for key, values in cues.items()}
    return Table(tuple(concepts), tuple(descriptions), known, tuple(marks), macros)


def _rows(name: str) -> list[dict[str, str]]:
    with open(_FILES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _phrase(text: str) -> Phrase:
    return tuple(terms(text))[:_LONGEST]


def _cue(concept: int, written: str, language: str) -> Cue:
    """A cue as the table writes it: "phrase", "phrase?" if it is weak, "phrase + other" if both must stand."""
    weak = written.endswith("?")
    phrase, _, also = written.rstrip("?").partition(" + ")
    return Cue(concept, _phrase(phrase), phrase, language, weak, also)


# signs


def language_of(tag: str, text: str) -> str:
    """The language whose cues are looked for in a text: as stated, else as its script tells, else English."""
    stated = tag.split("-")[0].lower()
    if stated in LANGUAGES:
        return stated
    told = script_language(text)
    return told if told in LANGUAGES else "en"


def signs(subject: Subject, near: Floats | None = None) -> tuple[Floats, list[list[Evidence]]]:
    """What speaks for each concept: shape (concepts, SIGNS), and the terms it was found in.

    Args:
        near: nearness of the titles to each concept, see `nearness`; None where no model of meaning is at hand.
    """
    known = table()
    found = np.zeros((len(known.concepts), len(SIGNS)))
    evidence: list[list[Evidence]] = [[] for _ in known.concepts]
    fields = _fields(subject)
    counted: set[tuple[int, str, Phrase]] = set()
    for place, cue in _cues_in(fields):
        if (cue.concept, place, cue.phrase) in counted:
            continue
        counted.add((cue.concept, place, cue.phrase))
        _count(found[cue.concept], place, cue)
        evidence[cue.concept].append(Evidence(place, cue.printed))
    for concept, kind, value in known.marks:
        if _marked(subject, kind, value):
            found[concept, SIGNS.index("mark")] = 1
            evidence[concept].append(Evidence("mark", value))
    found[:, SIGNS.index("more")] = np.minimum(found[:, SIGNS.index("more")], 2)
    # A weak cue says nothing new where a strong one stands.
    found[:, SIGNS.index("weak title")] *= found[:, SIGNS.index("title")] == 0
    found[:, SIGNS.index("weak keyword")] *= found[:, SIGNS.index("keyword")] == 0
    if near is not None:
        found[:, SIGNS.index("near") :] = near
    return found, evidence


def _fields(subject: Subject) -> list[tuple[str, str, list[str]]]:
    """(place, language, terms) of all texts of a document."""
    texts = [("title", tag, text) for tag, text in subject.titles]
    texts += [("keyword", "", one) for one in subject.keywords]
    if subject.abstract:
        texts.append(("abstract", "", subject.abstract))
    return [(place, language_of(tag, text), terms(text)) for place, tag, text in texts]


def _cues_in(fields: list[tuple[str, str, list[str]]]) -> Iterator[tuple[str, Cue]]:
    known = table().cues
    for place, language, words in fields:
        taken = _taken(words, language)
        for start, word in enumerate(words):
            for cue in known.get((language, word), ()):
                end = start + len(cue.phrase)
                if tuple(words[start:end]) != cue.phrase or _within(start, end, taken):
                    continue
                if not cue.also or _stands_anywhere(cue, fields):
                    yield place, cue


def _taken(words: list[str], language: str) -> list[tuple[int, int]]:
    """Where phrases stand that mean one thing. What is within them is no cue: neural networks are no networks."""
    return [
        (start, start + len(phrase))
        for phrase in table().macros["whole"][language]
        for start in range(len(words))
        if tuple(words[start : start + len(phrase)]) == phrase
    ]


def _within(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last and (first, last) != (start, end) for first, last in taken)


def _stands_anywhere(cue: Cue, fields: list[tuple[str, str, list[str]]]) -> bool:
    """Whether what a cue asks for beside itself stands in any text of the document."""
    if not cue.also.startswith("@"):
        wanted = (_phrase(cue.also),)
        return any(_holds(words, wanted) for _place, _language, words in fields)
    macro = table().macros[cue.also[1:]]
    return any(_holds(words, macro[language]) for _place, language, words in fields)


def _holds(words: list[str], phrases: Iterable[Phrase]) -> bool:
    return any(
        tuple(words[start : start + len(phrase)]) == phrase for phrase in phrases for start in range(len(words))
    )


def _count(row: Floats, place: str, cue: Cue) -> None:
    if cue.weak:
        if place != "abstract":
            row[SIGNS.index(f"weak {place}")] = 1
    elif place == "title" and row[SIGNS.index("title")]:
        row[SIGNS.index("more")] += 1
    else:
        row[SIGNS.index(place)] = 1


def _marked(subject: Subject, kind: str, value: str) -> bool:
    if kind == "body":
        return subject.body == value
    if kind == "ics":
        return any(code.startswith(value) for code in subject.ics)
    wanted = _phrase(value)
    return _holds(terms(subject.committee), [wanted])


_known_vectors: dict[str, Vectors] = {}


def described(embedder: Embedder) -> Vectors:
    """Unit vectors of the concepts' descriptions: shape (concepts, dimensions)."""
    if embedder.model not in _known_vectors:
        _known_vectors[embedder.model] = embedder.encode(table().descriptions)
    return _known_vectors[embedder.model]


def nearness(titles: Vectors, concepts: Vectors) -> Floats:
    """How near a document is to each concept: shape (concepts, 2).

    The first column is the best cosine of its titles, against the mean over the scheme's concepts and in standard
    deviations (some titles are near everything); the second says which concept of the scheme is the nearest.
    """
    found = np.zeros((len(concepts), 2))
    if not len(titles):
        return found
    best = np.asarray(concepts @ titles.T, np.float64).max(axis=1)
    for places in _places().values():
        within = best[places]
        found[places, 0] = (within - within.mean()) / (within.std() or 1)
        found[places[int(np.argmax(within))], 1] = 1
    return found


@lru_cache(maxsize=1)
def _places() -> dict[str, NDArray[np.intp]]:
    """Which concepts belong to a scheme."""
    names = [one.split(":")[0] for one in table().concepts]
    return {scheme: np.flatnonzero([name == scheme for name in names]) for scheme in SCHEMES}


# from signs to concepts


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign counts, and where each scheme begins: in logits."""

    signs: Floats
    schemes: Mapping[str, float]

    def confidence(self, found: Floats) -> Floats:
        """Probabilities: shape (concepts,)."""
        start = np.zeros(len(found))
        for scheme, places in _places().items():
            start[places] = self.schemes[scheme]
        said: Floats = 1 / (1 + np.exp(-(found @ self.signs + start)))
        return said


@lru_cache(maxsize=2)
def weights(*, meaning: bool) -> Weights:
    """The shipped weights, with the signs of meaning or without them."""
    column = "with meaning" if meaning else "words only"
    rows = {row["name"]: float(row[column]) for row in _rows("topics_weights.tsv")}
    return Weights(np.array([rows[one] for one in SIGNS]), {one: rows[one] for one in SCHEMES})


def suggest(
    subjects: Sequence[Subject], embedder: Embedder | None = None, *, least: float = SUGGEST
) -> list[list[Suggestion]]:
    """Concepts of each document that are likelier than `least`, the likeliest of all schemes first.

    Time: linear in the words of the documents; with an embedder most of it goes into their titles' vectors.
    """
    nears = _nears(subjects, embedder)
    weigh = weights(meaning=embedder is not None)
    return [_suggested(subject, near, weigh, least) for subject, near in zip(subjects, nears, strict=True)]


def _nears(subjects: Sequence[Subject], embedder: Embedder | None) -> list[Floats | None]:
    if embedder is None:
        return [None] * len(subjects)
    titles = list(dict.fromkeys(text for one in subjects for _tag, text in one.titles))
    rows = dict(zip(titles, embedder.encode(titles), strict=True))
    concepts = described(embedder)
    width = concepts.shape[1]
    return [
        nearness(np.array([rows[text] for _tag, text in one.titles], np.float32).reshape(-1, width), concepts)
        for one in subjects
    ]


def _suggested(subject: Subject, near: Floats | None, weigh: Weights, least: float) -> list[Suggestion]:
    found, evidence = signs(subject, near)
    confidence = weigh.confidence(found)
    names = table().concepts
    suggested = []
    for place in np.argsort(-confidence, kind="stable").tolist():
        if confidence[place] < least:
            break
        spoke = sorted(dict.fromkeys(evidence[place]), key=_strength)
        if near is not None and near[place, 1]:
            spoke.append(Evidence("meaning", table().descriptions[place]))
        suggested.append(Suggestion(names[place], round(float(confidence[place]), 4), tuple(spoke)))
    return suggested


_ORDER = {"title": 0, "keyword": 1, "abstract": 2, "mark": 3, "meaning": 4}


def _strength(one: Evidence) -> tuple[int, int]:
    return _ORDER[one.place], -len(one.term)
