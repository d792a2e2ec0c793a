"""What comes in and what goes out: publications, and pairs of them that may be one work."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ENGINE = "works 1"


@dataclass(frozen=True, slots=True)
class Publication:
    """One body's publication, over all its editions.

    Attributes:
        key: what its owner calls it; comes back in the candidates.
        body: who publishes it. Two publications of one body are never proposed as one work.
        identifiers: as printed, the first one its own. May be empty: then its titles have to do.
        titles: (language, title), the present one and former ones; "und" where no language is stated.
        years: of its editions.
        publishers: codes of all that publish it; one that publishes both is no reason against a pair.
        committee, ics: subject and author, as the body writes them.
    """

    key: str
    body: str
    identifiers: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    years: tuple[int, ...] = ()
    publishers: tuple[str, ...] = ()
    committee: str = ""
    ics: tuple[str, ...] = ()


class Adoption(StrEnum):
    """How an adoption relates to what it adopts (ISO/IEC Guide 21-1)."""

    IDENTICAL = "IDT"
    MODIFIED = "MOD"
    NOT_EQUIVALENT = "NEQ"


class Sign(StrEnum):
    """What speaks for or against a pair."""

    ADOPTED_NUMBER = "adopted-number"  # the identifier of one holds that of the other: EN ISO 12100
    SERIES = "series"  # the numbers follow a rule that both bodies keep: ETSI TS 125 306, 3GPP TS 25.306
    NUMBER = "number"  # the same number
    PART_IS_NUMBER = "part-is-number"  # IEEE 7000, ISO/IEC/IEEE 24748-7000
    TITLE = "title"  # the same title
    TITLE_END = "title-end"  # the same title, after what one of them begins with
    TITLE_NEAR = "title-near"  # nearly the same title
    MEANING = "meaning"  # titles in two languages that mean the same
    NAMED = "named"  # the title of one names the other as what it takes over
    PART = "part"  # both say they are the same part
    ONLY = "only"  # neither has another counterpart in the other's body
    RIVALS = "rivals"  # both have others in the other's body that are as likely
    YEARS = "years"  # how far apart they were published
    COMMITTEE = "committee"  # the same committee
    SUBJECT = "subject"  # the same place in the classification
    MARKS = "marks"  # numbers and letters in the titles that differ


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason. `weight` is what it adds to the log odds; below nought it speaks against."""

    sign: Sign
    weight: float
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two publications that may be one work, `a` before `b` in the order given."""

    a: str
    b: str
    confidence: float
    evidence: tuple[Evidence, ...]
    adoption: Adoption | None = None
