"""What of an instrument is worked out once, for all its alignments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from comity.engine.align.model import ClauseSet, Embed
from comity.engine.align.sparse import STOP, Bags, Floats, character_bags, merged, pair_bags, stem_bags
from comity.engine.embedding import unit
from comity.engine.text import terms

WORDS = 80
"""Different words of a clause that are compared with those of another, in the order they come."""
FIRST = 8
"""Words that stand for the heading of a clause without one."""
SENTENCES = 24
"""Sentences of guidance that are embedded."""

_UNSPACED = r"\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]{{2}}|[^\W\d_{_UNSPACED}]{{3,}}")
_SENTENCE = re.compile(r"(?<=[.;:?!])\s+|\n+|(?<=[。；])")


class Encoded:
    """A clause set with its vectors and bags, each worked out when it is first asked for.

    Attributes:
        embed: None where no model is at hand: then dense signals are left out.
    """

    def __init__(self, clauses: ClauseSet, embed: Embed | None) -> None:
        self.clauses, self.embed = clauses, embed
        self.units = clauses.units
        self.place = {one.key: place for place, one in enumerate(self.units)}

    def __len__(self) -> int:
        return len(self.units)

    # Texts

    @cached_property
    def full(self) -> list[str]:
        return [_joined(one.heading, one.text) for one in self.units]

    @cached_property
    def headings(self) -> list[str]:
        return [
            one.heading or " ".join(text.split()[:FIRST]) for one, text in zip(self.units, self.full, strict=True)
        ]

    @cached_property
    def paths(self) -> list[str]:
        return [" — ".join(one.path) for one in self.units]

    @cached_property
    def within(self) -> list[str]:
        """Each clause after the headings it stands under."""
        return [f"{path} : {text}" if path else text for path, text in zip(self.paths, self.full, strict=True)]

    @cached_property
    def above(self) -> list[str]:
        return [_joined(" ".join(one.path), one.context) for one in self.units]

    @cached_property
    def parents(self) -> list[str]:
        """The clause right above: its heading, and the words above."""
        return [_joined(one.path[-1] if one.path else "", one.context) for one in self.units]

    @cached_property
    def guided(self) -> bool:
        return any(one.guidance for one in self.units)

    # Bags: a heading counts twice (it is part of the text), what stands above counts less.

    @cached_property
    def _headings(self) -> list[str]:
        return [one.heading for one in self.units]

    @cached_property
    def characters(self) -> Bags:
        return merged(
            [
                (character_bags(texts), weight)
                for texts, weight in ((self.full, 1), (self._headings, 1), (self.paths, 1))
            ]
        )

    @cached_property
    def characters_above(self) -> Bags:
        return character_bags(self.above)

    @cached_property
    def stems_alone(self) -> Bags:
        return stem_bags(self.full)

    @cached_property
    def stems(self) -> Bags:
        rest = ((self._headings, 1.0), (self.paths, 0.5), (self.above, 0.3))
        return merged([(self.stems_alone, 1.0), *((stem_bags(texts), weight) for texts, weight in rest)])

    @cached_property
    def pairs_alone(self) -> Bags:
        return pair_bags(self.full)

    @cached_property
    def pairs(self) -> Bags:
        rest = ((self._headings, 1.0), (self.paths, 0.5), (self.above, 0.1))
        return merged([(self.pairs_alone, 1.0), *((pair_bags(texts), weight) for texts, weight in rest)])

    @cached_property
    def stems_guided(self) -> Bags:
        if not self.guided:
            return self.stems_alone
        return stem_bags([_joined(one.guidance, text) for one, text in zip(self.units, self.full, strict=True)])

    # Vectors: shape (clauses, dimensions); rows of zeros where there is no text.

    @cached_property
    def dense(self) -> Floats:
        return self._vectors(self.full)

    @cached_property
    def dense_within(self) -> Floats:
        return self._vectors(self.within)

    @cached_property
    def dense_headings(self) -> Floats:
        return self._vectors(self.headings)

    @cached_property
    def dense_parents(self) -> Floats:
        return self._vectors(self.parents)

    @cached_property
    def dense_guided(self) -> Floats:
        """The mean over a clause and the sentences of its guidance."""
        if not self.guided:
            return self.dense
        parts = [_sentences(one.guidance) for one in self.units]
        vectors = self._vectors([sentence for part in parts for sentence in part])
        ends = np.cumsum([len(part) for part in parts])
        summed = [vectors[end - len(part) : end].sum(axis=0) for part, end in zip(parts, ends, strict=True)]
        return unit(self.dense + np.stack(summed))

    @cached_property
    def words(self) -> Words:
        rows = [_words(text) for text in self.full]
        spelt = sorted({word for row in rows for word in row})
        place = {word: number for number, word in enumerate(spelt)}
        found = [[place[word] for word in row] for row in rows]
        return Words(spelt, [_stem(word) for word in spelt], self._vectors(spelt), found)

    def _vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of the texts; each different text is embedded once."""
        different = sorted({text for text in texts if text.strip()})
        if self.embed is None or not different:
            return np.zeros((len(texts), 1), np.float32)
        made = self.embed(different)
        rows = np.vstack([np.zeros((1, made.shape[1]), np.float32), np.asarray(made, np.float32)])
        place = {text: number for number, text in enumerate(different, 1)}
        return rows[[place.get(text, 0) for text in texts]]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of each clause, with a vector for every different one.

    Attributes:
        spelt: the different words.
        stems: their stems, which tell how common they are.
        vectors: shape (words, dimensions).
        rows: for each clause, the places of its words in `spelt`.
    """

    spelt: list[str]
    stems: list[str]
    vectors: Floats
    rows: list[list[int]]


def _words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(_WORD.findall(text.lower())) if _stem(word) not in STOP][:WORDS]


def _stem(word: str) -> str:
    found = terms(word)
    return found[0] if found else word


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _sentences(text: str) -> list[str]:
    found = [part.strip() for part in _SENTENCE.split(text) if len(part.strip()) > 15]
    return found[:SENTENCES]
