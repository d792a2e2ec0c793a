"""Which pairs are worth comparing: those that share something rare. Never all pairs.

A block is what shares one key: a number, a whole title or the end of one, two of the four rarest words of
a title. Blocks that grow too large say too little and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from comity.engine.works.prepared import Prepared, Words

RARE = 4  # words of a title that make keys by pairs
LEAST_MASS = 9.0  # of a title's end that may be a key of its own
LARGEST = {"n": 60, "s": 40, "t": 400, "r": 40}  # publications in a block, by kind of key

Key = tuple[str, object]


def pairs(all_of_them: Sequence[Prepared], words: Words) -> list[tuple[int, int]]:
    """Places of pairs of different bodies that share a block, in order. Time and memory grow with their number."""
    hashes: list[int] = []
    places: list[int] = []
    most: list[int] = []
    for place, one in enumerate(all_of_them):
        for kind, value in dict.fromkeys(_keys(one, words)):
            hashes.append(hash((kind, value)))
            places.append(place)
            most.append(LARGEST[kind])
    return sorted(_within(np.array(hashes, np.int64), np.array(places, np.int64), most, all_of_them))


def _keys(one: Prepared, words: Words) -> Iterator[Key]:
    for number in one.numbers:
        if number.series:
            yield "s", number.series
        if number.shareable:
            yield "n", (number.main, number.part)
        if len(number.part) >= 4 and number.part.isdigit():
            yield "n", (number.part, "")
    for _language, title, variants in one.titles:
        for place, variant in enumerate(variants):
            if place == 0 or variant.mass >= LEAST_MASS:
                yield "t", variant.words
        if variants:
            for pair in combinations(words.rarest(title.words, RARE), 2):
                yield "r", pair


def _within(
    hashes: np.ndarray, places: np.ndarray, most: list[int], all_of_them: Sequence[Prepared]
) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    if not len(hashes):
        return found
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.concatenate((starts[1:], [len(ordered)]))
    for start, end in zip(starts[ends - starts > 1].tolist(), ends[ends - starts > 1].tolist(), strict=True):
        if end - start > most[order[start]]:
            continue
        members = places[order[start:end]].tolist()
        found.update(
            (a, b) for a, b in combinations(members, 2) if all_of_them[a].given.body != all_of_them[b].given.body
        )
    return found
