"""What changed between two editions of an instrument, clause by clause.

Clauses are paired first by what is known (a shared lineage), then by equal number and equal words, by
equal words alone, and last by the most similar words, where equal numbers and paired parents count for
a pair. What is left over is looked for inside what was paired: a clause whose words now stand in several
was split, several whose words now stand in one were merged.
"""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property

ALIKE = 0.5  # share of weighted words two clauses have in common to be one provision
SAME_NUMBER = 0.25  # enough for clauses with the same number
INSIDE = 0.75  # share of a clause's words found in another to count as a part of it
FEWEST = 5  # words a part has to have
CANDIDATES = 12  # counterparts looked at for each clause
COMMON = 0.1  # a word in more than this share of clauses proposes no counterpart
LONGEST_DIFF = 4_000_000  # product of lengths up to which words are compared one by one


class Kind(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Provision:
    """A clause to compare. `parent` is the ref of the one that holds it; `lineage` what it is known to be."""

    ref: str
    parent: str = ""
    heading: str = ""
    text: str = ""
    lineage: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Heading and text as words (single characters in Chinese and Japanese), without case and signs."""
        return tuple(_WORD.findall(unicodedata.normalize("NFKC", f"{self.heading} {self.text}").casefold()))


@dataclass(frozen=True, slots=True)
class Change:
    """What became of some clauses.

    Attributes:
        old, new: places in the two editions, in order; several old if merged, several new if split, none
            if there is no counterpart.
        reworded: whether the words differ; what moved may be reworded too.
        similarity: 0 to 1, the share of weighted words in common.
    """

    kind: Kind
    old: tuple[int, ...]
    new: tuple[int, ...]
    reworded: bool = False
    similarity: float = 0.0


def compare(old: Sequence[Provision], new: Sequence[Provision]) -> list[Change]:
    """Say what became of every clause of `old`, and where every clause of `new` comes from.

    Every place stands in exactly one change, but for a clause that takes in part of another, or gives part
    of itself away: it stands in that change only. In the order of `new`; what is gone follows what stood
    before it. Time: O(n log n) in the number of clauses as long as words are spread as in natural texts.
    """
    return _Comparison(old, new).changes()


_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")


class _Comparison:
    def __init__(self, old: Sequence[Provision], new: Sequence[Provision]) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, int] = {}  # old -> new
        self.back: dict[int, int] = {}  # new -> old
        self.idf = _idf([*old, *new])

    def changes(self) -> list[Change]:
        self._by_lineage()
        self._by_number_and_words()
        self._by_words()
        self._by_likeness()
        self._by_children()
        self._by_number()
        parts = self._parts()
        return self._in_order([*parts, *self._rest(parts)])

    # pairing

    def _pair(self, old: int, new: int) -> None:
        self.pairs[old], self.back[new] = new, old

    def _left(self) -> tuple[list[int], list[int]]:
        return (
            [place for place in range(len(self.old)) if place not in self.pairs],
            [place for place in range(len(self.new)) if place not in self.back],
        )

    def _by_lineage(self) -> None:
        known = {one.lineage: place for place, one in enumerate(self.new) if one.lineage}
        for place, one in enumerate(self.old):
            if one.lineage in known and known[one.lineage] not in self.back:
                self._pair(place, known[one.lineage])

    def _by_number_and_words(self) -> None:
        here = {one.ref: place for place, one in enumerate(self.new)}
        for place in self._left()[0]:
            other = here.get(self.old[place].ref)
            if other is not None and other not in self.back and self.old[place].words == self.new[other].words:
                self._pair(place, other)

    def _by_words(self) -> None:
        """Equal words and another number, where that can mean only one clause (or one under a paired parent)."""
        olds, news = self._left()
        by_words: dict[tuple[str, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for place in olds:
            by_words[self.old[place].words][0].append(place)
        for place in news:
            by_words[self.new[place].words][1].append(place)
        for words, (here, there) in by_words.items():
            telling = len(words) >= FEWEST or (words and len(here) == 1)
            if telling and len(here) == len(there):  # as often as before: in the same order
                for one, other in zip(here, there, strict=True):
                    self._pair(one, other)

    def _by_likeness(self) -> None:
        """The most similar pairs first."""
        olds, news = self._left()
        heap = [(-score, one, other) for one, other, score in self._likely(olds, news)]
        heapq.heapify(heap)
        while heap:
            _score, one, other = heapq.heappop(heap)
            if one not in self.pairs and other not in self.back:
                self._pair(one, other)

    def _likely(self, olds: Iterable[int], news: Iterable[int]) -> Iterable[tuple[int, int, float]]:
        index: dict[str, list[int]] = defaultdict(list)
        for place in news:
            for word in set(self.new[place].words):
                index[word].append(place)
        numbers = {self.new[place].ref: place for place in news}
        parents = self._parents_by_children()
        most = max(3, int(COMMON * len(self.new)))
        for place in olds:
            one = self.old[place]
            shared: Counter[int] = Counter()
            for word in set(one.words):
                if len(index.get(word, ())) <= most:
                    for other in index.get(word, ()):
                        shared[other] += self.idf[word]  # type: ignore[assignment]  # weights, not counts
            candidates = [other for other, _weight in shared.most_common(CANDIDATES)]
            if one.ref in numbers and numbers[one.ref] not in candidates:
                candidates.append(numbers[one.ref])
            for other in candidates:
                alike = self._alike(place, other)
                same = one.ref == self.new[other].ref
                if alike >= (SAME_NUMBER if same else ALIKE):
                    together = parents.get(one.parent, one.parent) == self.new[other].parent
                    yield place, other, alike + 0.1 * same + 0.2 * together

    def _parents_by_children(self) -> dict[str, str]:
        """Which clause of `new` most children of a clause of `old` went to, by refs."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for one, other in self.pairs.items():
            if self.old[one].parent and self.new[other].parent:
                votes[self.old[one].parent][self.new[other].parent] += 1
        return {parent: counted.most_common(1)[0][0] for parent, counted in votes.items()}

    def _by_children(self) -> None:
        """What has no words of its own went where its children went."""
        there = {one.ref: place for place, one in enumerate(self.new)}
        parents = self._parents_by_children()
        for place in reversed(self._left()[0]):  # from the leaves upward
            other = there.get(parents.get(self.old[place].ref, ""))
            if other is not None and other not in self.back and not (self.old[place].words or self.new[other].words):
                self._pair(place, other)

    def _by_number(self) -> None:
        """What has no words, or only a heading, goes by its number."""
        here = {self.new[place].ref: place for place in self._left()[1]}
        for place in self._left()[0]:
            other = here.get(self.old[place].ref)
            if other is None or other in self.back:
                continue
            one, two = self.old[place], self.new[other]
            if not (one.words and two.words) or (one.heading and one.heading == two.heading):
                self._pair(place, other)

    def _alike(self, old: int, new: int) -> float:
        """Share of the weighted words in common (Dice's coefficient over bags of words)."""
        one, other = Counter(self.old[old].words), Counter(self.new[new].words)
        total = self._weight(one) + self._weight(other)
        return 2 * self._weight(one & other) / total if total else 1.0

    def _weight(self, words: Counter[str]) -> float:
        return sum(self.idf[word] * count for word, count in words.items())

    # parts

    def _parts(self) -> list[Change]:
        """Clauses that were split or merged: one that is left over is found inside one that was paired."""
        olds, news = self._left()
        split = self._inside(news, self.new, self.old, self.pairs)
        merged = self._inside(olds, self.old, self.new, self.back)
        changes = []
        for whole, parts in split.items():
            first = [self.pairs[whole]] if whole in self.pairs else []
            if first or len(parts) > 1:
                changes.append(Change(Kind.SPLIT, (whole,), tuple(sorted([*first, *parts])), True))
        taken = {place for change in changes for place in change.old}
        given = {place for change in changes for place in change.new}
        for whole, parts in merged.items():
            first = [self.back[whole]] if whole in self.back else []
            if (first or len(parts) > 1) and whole not in given and taken.isdisjoint([*first, *parts]):
                changes.append(Change(Kind.MERGED, tuple(sorted([*first, *parts])), (whole,), True))
        return changes

    def _inside(
        self,
        parts: Sequence[int],
        part_of: Sequence[Provision],
        whole_of: Sequence[Provision],
        paired: dict[int, int],
    ) -> dict[int, list[int]]:
        """For each clause that holds some of `parts`, those parts. What its own counterpart kept does not count."""
        index: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(whole_of):
            for word in set(one.words):
                index[word].append(place)
        most = max(3, int(COMMON * len(whole_of)))
        found: dict[int, list[int]] = defaultdict(list)
        for part in parts:
            words = Counter(part_of[part].words)
            if words.total() < FEWEST:
                continue
            shared: Counter[int] = Counter()
            for word in words:
                if len(index.get(word, ())) <= most:
                    shared.update(index.get(word, ()))
            best, share = -1, 0.0
            for whole, _count in shared.most_common(CANDIDATES):
                left = Counter(whole_of[whole].words)
                if whole in paired:
                    left -= Counter(part_of[paired[whole]].words)
                inside = self._weight(words & left) / self._weight(words)
                if inside > share:
                    best, share = whole, inside
            if share >= INSIDE:
                found[best].append(part)
        return found

    # telling

    def _rest(self, parts: list[Change]) -> list[Change]:
        told_old = {place for change in parts for place in change.old}
        told_new = {place for change in parts for place in change.new}
        changes = [
            self._pair_as_change(old, new)
            for old, new in self.pairs.items()
            if old not in told_old and new not in told_new
        ]
        # The counterpart of what a change of several took in stands alone.
        lone_old = [p for p in range(len(self.old)) if p not in told_old and self._is_alone(p, self.pairs, told_new)]
        lone_new = [p for p in range(len(self.new)) if p not in told_new and self._is_alone(p, self.back, told_old)]
        changes += [Change(Kind.GONE, (place,), ()) for place in lone_old]
        changes += [Change(Kind.NEW, (), (place,)) for place in lone_new]
        return changes

    @staticmethod
    def _is_alone(place: int, paired: dict[int, int], told: set[int]) -> bool:
        return place not in paired or paired[place] in told

    def _pair_as_change(self, old: int, new: int) -> Change:
        one, other = self.old[old], self.new[new]
        reworded = one.words != other.words
        alike = self._alike(old, new) if reworded else 1.0
        if self._moved(one, other):
            return Change(Kind.MOVED, (old,), (new,), reworded, alike)
        return Change(Kind.CHANGED if reworded else Kind.UNCHANGED, (old,), (new,), reworded, alike)

    def _moved(self, one: Provision, other: Provision) -> bool:
        """Whether it stands elsewhere: not where its parent went, or under another number there."""
        if one.ref == other.ref:
            return False
        if not one.parent or not other.parent:
            return True
        return self._counterpart.get(one.parent) != other.parent or _own(one) != _own(other)

    @cached_property
    def _counterpart(self) -> dict[str, str]:
        return {self.old[old].ref: self.new[new].ref for old, new in self.pairs.items()}

    def _in_order(self, changes: list[Change]) -> list[Change]:
        """By place in the new edition; what is gone, after the clause that stood before it."""
        where: dict[int, float] = {}
        last = -1.0
        for place in range(len(self.old)):
            last = where[place] = self.pairs.get(place, last)
        return sorted(
            changes,
            key=lambda change: (min(change.new), 0, 0) if change.new else (where[change.old[0]], 1, change.old[0]),
        )


def _own(one: Provision) -> str:
    """What the number of a clause adds to that of its parent."""
    return one.ref.removeprefix(one.parent)


def _idf(provisions: Sequence[Provision]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for one in provisions:
        counts.update(set(one.words))
    return {word: math.log(1 + len(provisions) / count) for word, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed ("same"), went ("gone") or came ("new")."""

    kind: str
    text: str


_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+|\s+|.", re.DOTALL)


def words_changed(old: str, new: str) -> list[Piece]:
    """The words of `old` and `new` side by side: joining what is not "new" gives `old`, what is not "gone" `new`.

    Texts so long that comparing every word would take seconds are compared by paragraph.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) * len(after) > LONGEST_DIFF:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(after[c:d])))
    return pieces
