"""Publications made ready to be compared: titles apart, numbers read, words weighed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from comity.engine.works.model import Publication
from comity.engine.works.numbers import Number, named, number
from comity.engine.works.titles import Title, sources, take_apart

TITLES = 8  # of one publication; former ones beyond these say nothing new
LEAST_TITLES = 1_000  # among fewer titles a word is no rarer than it would be among so many
COMMON = 3  # titles that may end alike before their end counts as a common one
ENDINGS = 3  # of a title, besides the whole


@dataclass(frozen=True, slots=True)
class Variant:
    """A title, or what is left of it without its beginning.

    `mass` is how much its words tell, in nats, `tells` how much it does as a whole.
    """

    words: tuple[str, ...]
    known: frozenset[str]
    mass: float
    tells: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publication with its titles by language, each as (title, variants), the whole title first."""

    given: Publication
    titles: tuple[tuple[str, Title, tuple[Variant, ...]], ...]
    numbers: tuple[Number, ...]
    supplements: frozenset[str]
    named: frozenset[tuple[str, str]] = frozenset()


class Words:
    """How much a word tells: the logarithm of how rare it is among all titles."""

    def __init__(self, titles: Iterable[Title]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        endings: Counter[tuple[str, ...]] = Counter()
        for title in titles:
            counts.update(set(title.words))
            endings.update(title.endings[1:])
            total += 1
        self._total = max(total, LEAST_TITLES)
        self._endings = {words: count for words, count in endings.items() if count > COMMON}
        self.weights = {word: math.log(self._total / count) for word, count in counts.items()}

    def weight(self, word: str) -> float:
        return self.weights.get(word, math.log(self._total))

    def mass(self, words: Iterable[str]) -> float:
        weights, most = self.weights, math.log(self._total)
        return sum(weights.get(word, most) for word in words)

    def variant(self, words: tuple[str, ...]) -> Variant:
        """A title or its end. An end that many titles have tells no more than how rare it is as a whole."""
        known = frozenset(words)
        mass = self.mass(known)
        rare = math.log(self._total / self._endings[words]) if words in self._endings else mass
        return Variant(words, known, mass, min(mass, rare))

    def rarest(self, words: Iterable[str], count: int) -> list[str]:
        return sorted(set(words), key=lambda word: (-self.weight(word), word))[:count]


def prepare(
    publications: Sequence[Publication], progress: Callable[[int, int], None] | None = None
) -> tuple[list[Prepared], Words]:
    apart = []
    for place, one in enumerate(publications):
        titles: list[tuple[str, Title]] = []
        for language, title in dict.fromkeys(one.titles):
            found = take_apart(title)
            if (found.segments or found.supplement) and len(titles) < TITLES:
                titles.append((language.split("-")[0], found))
        apart.append(list(dict.fromkeys(titles)))
        if progress and place % 5_000 == 0:
            progress(place, len(publications))
    words = Words({title for titles in apart for _language, title in titles})
    return [_prepared(one, titles, words) for one, titles in zip(publications, apart, strict=True)], words


def _prepared(one: Publication, titles: list[tuple[str, Title]], words: Words) -> Prepared:
    numbers = tuple(number(text) for text in one.identifiers[:1])
    stated = {title.supplement for _language, title in titles if title.supplement}
    if 2 * sum(bool(title.supplement) for _language, title in titles) < len(titles):
        stated = set()  # most of its titles are of no supplement
    numbered = numbers[0].supplement if numbers else ""
    return Prepared(
        given=one,
        titles=tuple(
            (language, title, tuple(words.variant(ending) for ending in _whole_and_last(title.endings)))
            for language, title in titles
        ),
        numbers=numbers,
        supplements=frozenset([numbered] if " " in numbered else {numbered, *stated} - {""}),
        named=frozenset(name for _language, title in one.titles for found in sources(title) for name in named(found)),
    )


def _whole_and_last(endings: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [*endings[:1], *endings[1:][-ENDINGS:]]
