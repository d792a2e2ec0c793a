"""What is written of a reference, what is known of a document, and what comes of comparing them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from comity.engine.identifiers import Reference

Titles = tuple[tuple[str, str], ...]  # (language, title)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a printed identifier. `repaired`: a sign was taken for another, or a sign was lacking."""

    reference: Reference
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A reference as it stands in a text.

    Attributes:
        line: counted from 1.
        start, end: where it stands in the text.
        text: what stands there.
        identifier: as printed; "" where there is none.
        readings: what the identifier may be, likeliest first.
        codes: DOI and URN beside it.
        title: as printed; "" where there is none.
        mentions: of a line that seems to be prose: the references it mentions, which count where it is no title.
    """

    line: int
    start: int
    end: int
    text: str
    identifier: str = ""
    readings: tuple[Reading, ...] = ()
    codes: tuple[str, ...] = ()
    title: str = ""
    mentions: tuple[Written, ...] = ()

    @property
    def dated(self) -> bool:
        return bool(self.readings and self.readings[0].reference.edition)


class Standing(StrEnum):
    """Where an edition stands, now or on the day that is asked about."""

    CURRENT = "current"
    DRAFT = "draft"
    OVER = "over"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as far as a reference can be wrong about it."""

    key: str
    identifier: str
    label: str
    titles: Titles
    standing: Standing
    order: tuple[object, ...] = ()

    @property
    def branch(self) -> str:
        """Editions of different branches (releases of 3GPP) are kept beside each other."""
        return self.label.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Known:
    """A document of the catalogue. `editions` stand with the latest last; `current` is the key of one of them."""

    pk: int
    key: str
    identifier: str
    titles: Titles
    publishers: tuple[str, ...]
    standing: Standing
    editions: tuple[Edition, ...] = ()
    current: str = ""

    def edition(self, key: str) -> Edition | None:
        return next((one for one in self.editions if one.key == key), None)


class How(StrEnum):
    """By what a document was found, the surest first."""

    EXACT = "exact"  # a reading is its key, or that of an edition
    CODE = "code"  # DOI or URN
    ALIAS = "alias"  # another identifier of an edition
    LOOSE = "loose"  # the same number under other or fewer words


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found by the identifier."""

    known: Known
    how: How
    reading: int = 0
    edition: str = ""  # the key of the edition that was hit


class Likeness(StrEnum):
    """How a written title compares with one that is known."""

    NONE = "none"  # nothing is written
    SAME = "same"  # but for case, accents and punctuation
    NEAR = "near"  # but for slips of the pen
    PART = "part"  # one is a part of the other
    OTHER = "other"


class Outcome(StrEnum):
    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not-found"


class Problem(StrEnum):
    """What is to be said of a reference that was found."""

    IDENTIFIER = "identifier"
    NO_IDENTIFIER = "no-identifier"
    TITLE = "title"
    TITLE_SPELLING = "title-spelling"
    TITLE_PART = "title-part"
    TITLE_OF_EDITION = "title-of-edition"
    NO_EDITION = "no-edition"
    NEWER = "newer-edition"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    IDENTICAL = "identical"


WRONG = frozenset(Problem) - {Problem.IDENTICAL, Problem.DRAFT}
"""What calls for another wording."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of a reference, with the documents (by primary key) and words that show it."""

    problem: Problem
    says: str = ""
    documents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which document a reference is; where that is not sure, which ones it may be."""

    outcome: Outcome
    known: Known | None = None
    edition: Edition | None = None
    candidates: tuple[Known, ...] = ()
    titled: tuple[Known, ...] = ()  # documents of which the written title is, other than the one found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one reference. `instead`: identifier and title to write, where something is wrong."""

    choice: Choice
    findings: tuple[Finding, ...] = ()
    instead: tuple[str, str] = ("", "")
    following: tuple[Known, ...] = field(default=())
