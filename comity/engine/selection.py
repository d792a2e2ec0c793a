"""Which documents rules put in a set, and because of what.

A rule looks for terms in one field of what is known of a document. A term is one word or several in a row;
capitals count only where the rule says so, and `*` at the end of a word stands for any further letters:
`neural net*` finds "Neural-Networks". Between words any punctuation may stand. Writing that does not part
words (Chinese, Japanese, Thai) is compared character by character, so `人工智能` is found within a sentence.

Terms are compared word by word from a table of their first words: the time taken grows with the length of
the text, whatever the terms are. There are no regular expressions for anybody to write, so none that never end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

FIELDS = ("title", "committee", "keyword", "series")
NONE, ADJACENT, AI = 0, 1, 2
STRENGTHS = (NONE, ADJACENT, AI)
LONGEST, MOST_WORDS, MOST_TERMS = 100, 12, 60
MOST_KEPT = 5_000
SHORTEST_BEGINNING = 2  # letters before a `*`: with fewer it would find nearly everything

# Characters that are words by themselves: kana, Han and Thai.
_ALONE = "\u0e01-\u0e5b\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_TERM = re.compile(rf"(?:[{_ALONE}]|[^\W_{_ALONE}]+)\*?|\*")


class BadTerm(ValueError):
    """A term that cannot be looked for. `code` says why: "empty", "long", "words", "star" or "short"."""

    def __init__(self, code: str, term: str) -> None:
        super().__init__(f"{term!r}: {code}")
        self.code, self.term = code, term


@dataclass(frozen=True, slots=True)
class Rule:
    """Terms of which one is enough, and terms that forbid it, in one field.

    Attributes:
        field: one of `FIELDS`. A series is looked for at the beginning of an identifier, the rest anywhere.
        name: what the rule is about, in one word; with the field, its name among the reasons.
        strength: AI, ADJACENT, or NONE: a rule that keeps documents out whatever the others say.
        unless: where one of these stands in the same text, the rule finds nothing there.
        exact: capitals count.
    """

    field: str
    name: str
    terms: tuple[str, ...]
    strength: int = AI
    unless: tuple[str, ...] = ()
    exact: bool = False

    @property
    def key(self) -> str:
        return f"{self.field}:{self.name}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at: all that a document is called, who writes it, its keywords and identifiers."""

    title: tuple[str, ...] = ()
    committee: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    series: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a document is in the set, and the rules that say so, each with the words it found."""

    selection: int = NONE
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a term: whole, or the beginning of one."""

    text: str
    begins: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.text) if self.begins else word == self.text


_Entry = tuple[int, bool, tuple[_Word, ...]]  # place of the rule, whether the term forbids, its words


def parse(term: str) -> tuple[tuple[str, bool], ...]:
    """The words of a term, each with whether it is only the beginning of one.

    Raises:
        BadTerm: it has no word, is too long, or has a `*` that does not follow a few letters.
    """
    plain = unicodedata.normalize("NFKC", term).strip()
    if len(plain) > LONGEST:
        raise BadTerm("long", term)
    words = _TERM.findall(plain)
    if not words:
        raise BadTerm("empty", term)
    if len(words) > MOST_WORDS:
        raise BadTerm("words", term)
    if "*" in words or plain.count("*") != sum(word.endswith("*") for word in words):
        raise BadTerm("star", term)
    for found in re.finditer(r"\*", plain):
        after = plain[found.end() : found.end() + 1]
        if after and _WORD.match(after):
            raise BadTerm("star", term)
    if any(word.endswith("*") and len(word) - 1 < SHORTEST_BEGINNING for word in words):
        raise BadTerm("short", term)
    return tuple((word.removesuffix("*"), word.endswith("*")) for word in words)


class Matcher:
    """Rules made ready to look at many documents."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Raises BadTerm if a term of a rule cannot be looked for."""
        self.rules = tuple(rules)
        by_field: dict[str, list[Rule]] = {field: [] for field in FIELDS}
        for rule in self.rules:
            by_field[rule.field].append(rule)
        self._kept: dict[str, tuple[tuple[Rule, str], ...]] = {}
        self._tables = {field: _Table(found, field == "series") for field, found in by_field.items()}

    def select(self, facts: Facts) -> Outcome:
        """What the rules say of one document. Each rule is named once, with the first words it found."""
        reasons: dict[str, str] = {}
        strengths = set()
        for field in FIELDS:
            table = self._tables[field]
            for text in getattr(facts, field):
                for rule, words in self._found(field, table, text):
                    if rule.key not in reasons:
                        reasons[rule.key] = words
                        strengths.add(rule.strength)
        if NONE in strengths:
            return Outcome()
        return Outcome(max(strengths, default=NONE), tuple(reasons.items()))

    def _found(self, field: str, table: _Table, text: str) -> tuple[tuple[Rule, str], ...]:
        """What stands in a text. Committees are few and stand in many documents, so theirs is kept."""
        if field != "committee":
            return tuple(table.find(text))
        if text not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[text] = tuple(table.find(text))
        return self._kept[text]


class _Table:
    """The terms of one field, by the first word."""

    def __init__(self, rules: list[Rule], at_start: bool) -> None:
        self._rules, self._at_start = rules, at_start
        self._whole: dict[str, list[_Entry]] = {}
        self._begun: dict[str, list[_Entry]] = {}
        for place, rule in enumerate(rules):
            for unless, terms in ((False, rule.terms), (True, rule.unless)):
                for term in terms:
                    words = tuple(_Word(text if rule.exact else _fold(text), begins) for text, begins in parse(term))
                    # Folded even where capitals count: the table is asked with folded words.
                    known = self._begun if words[0].begins else self._whole
                    known.setdefault(_fold(words[0].text), []).append((place, unless, words))
        self._lengths = sorted({len(first) for first in self._begun})

    def find(self, text: str) -> Iterator[tuple[Rule, str]]:
        """The rules that hold for a text, each with the words it found first."""
        if not self._rules:
            return
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        # What is ASCII keeps its length in small letters, so a text is folded as a whole.
        folded = _WORD.findall(plain.lower()) if plain.isascii() else [_fold(word) for word in _WORD.findall(plain)]
        starts = folded[:1] if self._at_start else folded
        if self._whole.keys().isdisjoint(starts) and not self._begins(starts):
            return  # so it is with nearly all texts
        spans = [one.span() for one in _WORD.finditer(plain)]
        words = [plain[start:end] for start, end in spans]
        for place, (start, end) in self._places(words, folded, len(starts)).items():
            yield self._rules[place], plain[spans[start][0] : spans[end - 1][1]]

    def _places(self, words: list[str], folded: list[str], most: int) -> dict[int, tuple[int, int]]:
        """The rules that hold, by their place, each with the words it found."""
        found: dict[int, tuple[int, int]] = {}
        forbidden: set[int] = set()
        for start in range(most):
            for place, unless, term in self._beginning(folded[start]):
                there = words if self._rules[place].exact else folded
                if not _stands(term, there, start):
                    continue
                if unless:
                    forbidden.add(place)
                else:
                    found.setdefault(place, (start, start + len(term)))
        return {place: span for place, span in found.items() if place not in forbidden}

    def _begins(self, words: list[str]) -> bool:
        return any(not self._begun.keys().isdisjoint([word[:length] for word in words]) for length in self._lengths)

    def _beginning(self, word: str) -> Iterator[_Entry]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length <= len(word):
                yield from self._begun.get(word[:length], ())


def _stands(term: tuple[_Word, ...], words: list[str], start: int) -> bool:
    return start + len(term) <= len(words) and all(word.fits(words[start + step]) for step, word in enumerate(term))


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word.casefold())


# plain data


def as_row(rule: Rule) -> dict[str, object]:
    """A rule as plain JSON."""
    return {
        "field": rule.field,
        "name": rule.name,
        "terms": list(rule.terms),
        "strength": rule.strength,
        "unless": list(rule.unless),
        "exact": rule.exact,
    }


def from_row(row: Mapping[str, object]) -> Rule:
    """The rule that `as_row` made plain."""
    terms, unless = row["terms"], row["unless"]
    return Rule(
        str(row["field"]),
        str(row["name"]),
        tuple(str(one) for one in terms) if isinstance(terms, list) else (),
        int(str(row["strength"])),
        tuple(str(one) for one in unless) if isinstance(unless, list) else (),
        bool(row["exact"]),
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well one choice of documents agrees with another."""

    both: int
    only_here: int
    only_there: int

    @property
    def precision(self) -> float:
        return self.both / (self.both + self.only_here) if self.both + self.only_here else 1.0

    @property
    def recall(self) -> float:
        return self.both / (self.both + self.only_there) if self.both + self.only_there else 1.0


def agreement(here: Iterable[str], there: Iterable[str]) -> Agreement:
    """How well the choice `here` agrees with the one that is given."""
    mine, given = set(here), set(there)
    return Agreement(len(mine & given), len(mine - given), len(given - mine))
