"""Bags of terms as hashed sparse rows, and cosines between them, a tile of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from comity.engine.text import fold, terms

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]

BUCKETS = 1 << 20
"""Terms are hashed to so many columns: two of 50,000 terms share one about once in twenty."""
HEAVY = 1 / 20
HEAVY_CELLS = 1_500_000
"""A column is heavy that stands in more than this share of rows; at most so many cells of a matrix are held."""
AT_ONCE = 200_000
"""Products of two weights held in memory at a time."""

# Words that tell nothing of a clause. Stems of English and French, which share the stemmer of Latin script.
STOP = frozenset(
    terms(
        "the of and to a in or for is are be by with on as that this at from an its their shall should may which it "
        "not other these such where any all has have including can must into they been being was were will each if "
        "when within than those through also "
        "le la les des de du et en un une à au aux par pour sur dans est sont que qui ou ce cette ces son sa ses "
        "leur leurs il elle elles ils se ne pas plus avec sans afin dont"
    )
)


@dataclass(frozen=True)
class Bags:
    """Rows of weights: row i holds `columns[starts[i]:starts[i + 1]]`, ascending, with their `weights`."""

    starts: Ints
    columns: Places
    weights: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def rows(self) -> Places:
        """The row of each entry."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def _distinct(self) -> tuple[Places, Places]:
        names, places = np.unique(self.columns, return_inverse=True)
        return names, places.astype(np.int32)

    @property
    def names(self) -> Places:
        """The different columns, ascending."""
        return self._distinct[0]

    @property
    def places(self) -> Places:
        """The place of each entry's column in `names`."""
        return self._distinct[1]

    @cached_property
    def postings(self) -> tuple[Places, Ints]:
        """(order of entries by column, where each of `names` begins in it and the last ends)."""
        counts = np.bincount(self.places, minlength=len(self.names))
        return np.argsort(self.places, kind="stable").astype(np.int32), np.concatenate([[0], np.cumsum(counts)])

    def index(self) -> None:
        """Work out what all bags of the same entries share."""
        _shared = self.rows, self.postings

    @cached_property
    def posted(self) -> tuple[Places, Floats]:
        """(row, weight) of each entry, by column."""
        order = self.postings[0]
        return self.rows[order], self.weights[order]

    @cached_property
    def heavy(self) -> tuple[Ints, Floats]:
        """(for each of `names` its place among those that stand in many rows, or -1; these as a matrix).

        A matrix product is the faster way for them; the rest is sparse. Shape of the matrix: (rows, heavy).
        """
        counts = np.diff(self.postings[1])
        most = max(1, HEAVY_CELLS // max(len(self), 1))
        columns = np.flatnonzero(counts > max(len(self) * HEAVY, 4))
        columns = np.sort(columns[np.argsort(-counts[columns], kind="stable")[:most]])
        places = np.full(len(self.names), -1, np.int64)
        places[columns] = np.arange(len(columns))
        return places, self.filled(places, len(columns), 0, len(self))

    def filled(self, places: Ints, width: int, start: int, end: int) -> Floats:
        """Rows `start` to `end` as a matrix of those of `names` that have a place."""
        entries = slice(self.starts[start], self.starts[end])
        at = places[self.places[entries]]
        kept = at >= 0
        matrix = np.zeros((end - start, width), np.float32)
        matrix[self.rows[entries][kept] - start, at[kept]] = self.weights[entries][kept]
        return matrix

    def find(self, names: Places) -> Ints:
        """The places of columns in `names`, or -1."""
        if not len(self.names):
            return np.full(len(names), -1, np.int64)
        places = np.minimum(np.searchsorted(self.names, names), len(self.names) - 1)
        return np.where(self.names[places] == names, places, -1)

    def frequencies(self, names: Places) -> Floats:
        """In how many rows each of these columns stands."""
        counts = np.append(np.diff(self.postings[1]), 0).astype(np.float32)
        return counts[self.find(names)]

    def weighted(self, by_name: Floats) -> Bags:
        """Weights times a factor for each of `names`, each row scaled to length one."""
        weights = self.weights * by_name[self.places]
        squares = np.bincount(self.rows, weights=weights * weights, minlength=len(self))
        lengths = np.sqrt(np.where(squares == 0, 1, squares)).astype(np.float32)
        return self.reweighted(weights / lengths[self.rows])

    def reweighted(self, weights: Floats) -> Bags:
        """The same entries with other weights."""
        other = Bags(self.starts, self.columns, weights.astype(np.float32))
        # The same entries, so what was worked out of them stays true.
        other.__dict__.update(rows=self.rows, _distinct=self._distinct, postings=self.postings)
        return other


def bags(rows: Sequence[Iterable[tuple[int, float]]]) -> Bags:
    """Bags of (column, weight) rows; weights of a column that comes again are added."""
    sizes: list[int] = []
    columns: list[int] = []
    weights: list[float] = []
    for row in rows:
        added: dict[int, float] = {}
        for column, weight in row:
            added[column] = added.get(column, 0.0) + weight
        sizes.append(len(added))
        columns.extend(sorted(added))
        weights.extend(added[column] for column in sorted(added))
    return Bags(
        np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]),
        np.array(columns, np.int32),
        np.array(weights, np.float32),
    )


def merged(parts: Sequence[tuple[Bags, float]]) -> Bags:
    """The weighted sum of bags with equal numbers of rows."""
    count = len(parts[0][0])
    keys = np.concatenate([part.rows.astype(np.int64) * BUCKETS + part.columns for part, _factor in parts])
    weights = np.concatenate([part.weights * np.float32(factor) for part, factor in parts])
    found, place = np.unique(keys, return_inverse=True)
    summed = np.bincount(place, weights=weights, minlength=len(found)).astype(np.float32)
    rows = found // BUCKETS
    starts = np.searchsorted(rows, np.arange(count + 1))
    return Bags(starts, (found % BUCKETS).astype(np.int32), summed)


def products(left: Bags, right: Bags, start: int, end: int) -> Floats:
    """Scalar products of rows `start` to `end` of `left` with all of `right`: shape (end - start, len(right))."""
    width = len(right)
    found = np.zeros((end - start, width), np.float32)
    begins, (rows, posted) = right.postings[1], right.posted
    places, matrix = right.heavy
    at = right.find(left.names)  # -1 reads the last: of a column that is only on the left there is nothing
    heavy = np.where(at < 0, -1, np.append(places, -1)[at])
    sparse = (at >= 0) & (heavy < 0)
    sizes = np.where(sparse, np.append(np.diff(begins), 0)[at], 0)
    firsts = np.where(sparse, begins[at], 0)
    columns = left.places[left.starts[start] : left.starts[end]]
    counts = sizes[columns]
    sums = np.concatenate([[0], np.cumsum(counts)])
    by_row = sums[left.starts[start : end + 1] - left.starts[start]]
    row = 0
    while row < end - start:
        # As many rows of the left as give AT_ONCE products, at least one.
        until = max(int(np.searchsorted(by_row, by_row[row] + AT_ONCE, side="right")) - 1, row + 1)
        if total := int(by_row[until] - by_row[row]):
            entries = slice(left.starts[start + row], left.starts[start + until])
            first = entries.start - left.starts[start]
            size = counts[first : first + entries.stop - entries.start]
            offsets = firsts[left.places[entries]] - (sums[first : first + len(size)] - sums[first])
            chosen = np.repeat(offsets, size) + np.arange(total)
            cells = np.repeat((left.rows[entries].astype(np.int64) - start - row) * width, size) + rows[chosen]
            weights = np.repeat(left.weights[entries], size) * posted[chosen]
            filled = np.bincount(cells, weights=weights, minlength=(until - row) * width)
            found[row:until] = filled.reshape(until - row, width)
        row = until
    if matrix.shape[1]:
        found += left.filled(heavy, matrix.shape[1], start, end) @ matrix.T
    return found


@lru_cache(maxsize=200_000)
def column(term: str) -> int:
    return crc32(term.encode()) % BUCKETS


def stems(text: str) -> list[str]:
    """Terms of a text that tell something of it."""
    return [term for term in terms(text) if term not in STOP]


def stem_bags(texts: Sequence[str]) -> Bags:
    """One plus the logarithm of how often each stem stands in a text."""
    return _counted(texts, stems)


def pair_bags(texts: Sequence[str]) -> Bags:
    """The same of stems and of neighbouring pairs of stems."""

    def with_pairs(text: str) -> list[str]:
        single = stems(text)
        return single + [f"{one} {two}" for one, two in pairwise(single)]

    return _counted(texts, with_pairs)


def _counted(texts: Sequence[str], split: Callable[[str], list[str]]) -> Bags:
    rows = []
    for text in texts:
        counts: dict[int, int] = {}
        for term in split(text):
            place = column(term)
            counts[place] = counts.get(place, 0) + 1
        rows.append([(place, 1 + float(np.log(count))) for place, count in counts.items()])
    return bags(rows)


_SHIFT = np.uint64(0x9E3779B97F4A7C15)


def character_bags(texts: Sequence[str]) -> Bags:
    """One plus the logarithm of how often each run of three to five characters stands in the words of a text.

    Words are folded and have a space on either side, as scikit-learn's "char_wb" has them. All texts are
    hashed at once: a loop over runs would take longer than the whole alignment.
    """
    folded = [" " + " ".join(fold(word) for word in text.casefold().split()) + " " for text in texts]
    lengths = np.array([len(text) for text in folded], np.int64)
    if not len(lengths):
        return bags([])
    codes = np.frombuffer("".join(folded).encode("utf-32-le"), np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts)), lengths)
    spaces = codes == 32
    keys = []
    for size in (3, 4, 5):
        count = len(codes) - size + 1
        if count <= 0:
            continue
        whole = rows[:count] == rows[size - 1 :]
        for inner in range(1, size - 1):
            whole &= ~spaces[inner : inner + count]
        whole &= ~(spaces[:count] & spaces[1 : count + 1])
        hashed = np.full(count, size, np.uint64)
        for place in range(size):
            hashed = (hashed ^ codes[place : place + count]) * _SHIFT
            hashed ^= hashed >> np.uint64(29)
        keys.append(rows[:count][whole] * BUCKETS + (hashed[whole] % np.uint64(BUCKETS)).astype(np.int64))
    found, counts = np.unique(np.concatenate(keys), return_counts=True) if keys else (np.zeros(0, np.int64),) * 2
    starts = np.searchsorted(found // BUCKETS, np.arange(len(texts) + 1))
    return Bags(starts, (found % BUCKETS).astype(np.int32), (1 + np.log(counts)).astype(np.float32))
