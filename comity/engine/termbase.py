"""The field's words in the six UN languages: for the interface's translations and for searching.

`termbase.tsv` has a line a concept and a column a language (en, ar, es, fr, ru, zh); a cell holds the
preferred term first, then others, separated by "|".
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from comity.engine import text

LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
LONGEST = 8  # terms of the longest phrase that is looked up


@dataclass(frozen=True, slots=True)
class Concept:
    """Terms by language, preferred first."""

    terms: dict[str, tuple[str, ...]]

    @property
    def english(self) -> str:
        return self.terms["en"][0]


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """All concepts, in the order of the file."""
    with open(Path(__file__).with_name("termbase.tsv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Concept({tag: tuple(part.strip() for part in row[tag].split("|") if part.strip()) for tag in LANGUAGES})
        for row in rows
    )


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], Concept]:
    found: dict[tuple[str, ...], Concept] = {}
    for concept in concepts():
        for language in LANGUAGES:
            for term in concept.terms[language]:
                found.setdefault(tuple(text.terms(term)), concept)
    return found


def recognise(query: str) -> list[Concept]:
    """Concepts named in `query` in any of the languages, longest phrases first taken, in order."""
    return list(_named(text.terms(query)))


def english(query: str) -> str:
    """`query` with the field's terms put into English; "" if it names none that are not English already.

    Words that are not in the term base are left out: this is for matching, not for reading.
    """
    named = recognise(query)
    words = set(text.terms(query))
    if all(words.issuperset(text.terms(concept.english)) for concept in named):
        return ""
    return " ".join(dict.fromkeys(concept.english for concept in named))


def _named(terms: list[str]) -> Iterator[Concept]:
    phrases, place = _phrases(), 0
    while place < len(terms):
        for size in range(min(LONGEST, len(terms) - place), 0, -1):
            concept = phrases.get(tuple(terms[place : place + size]))
            if concept:
                yield concept
                place += size
                break
        else:
            place += 1
