"""What goes into an alignment of two instruments, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from comity.engine.embedding import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, one a row. Whoever calls caches them: the same text comes again and again."""

RELATIONS = ("equal", "subset", "superset", "intersects")
"""Set-theory relationships of NIST IR 8477 that may be proposed, read from source to target."""

DECIDED, PUBLISHED, PROPOSED = "decided", "published", "proposed"
"""Where a known mapping comes from. What people decided counts most, then a published list, then a proposal."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause as the engine sees it.

    Attributes:
        key: names it within its instrument, in every language. It is compared, never read.
        heading: its heading.
        text: its own words and those of all clauses below it, without the heading.
        path: headings of the clauses above it, outermost first.
        context: own words of the clauses above it.
        guidance: what its publisher says on how to follow it.
    """

    key: str
    heading: str = ""
    text: str = ""
    path: tuple[str, ...] = ()
    context: str = ""
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class ClauseSet:
    """The clauses of one instrument in one language.

    Attributes:
        name: of the instrument, whatever the language; editions have names of their own.
        language: BCP 47.
        versions: the same instrument in other languages, by language. Their units have the same keys.
    """

    name: str
    language: str
    units: tuple[Unit, ...]
    versions: Mapping[str, ClauseSet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """A bridge that is known already, between two instruments by name.

    Attributes:
        pairs: (key of the source, key of the target).
        standing: DECIDED, PUBLISHED or PROPOSED.
        publisher: who says so, for people.
        rejected: pairs that people decided do not correspond.
    """

    source: str
    target: str
    pairs: tuple[tuple[str, str], ...]
    standing: str = PUBLISHED
    publisher: str = ""
    rejected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A mapping that the evidence rests on: of a path from source to target, or of a clause that reads alike."""

    publisher: str
    standing: str
    source: str
    source_key: str
    target: str
    target_key: str
    likeness: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a proposal was made, for people.

    Attributes:
        signals: what each signal added to the score, largest first; they sum to the score.
        terms: pairs of words (of the source, of the target) that say the same, most telling first.
        path: known mappings that lead from source to target, weakest link named by `weakest`.
        resembles: a mapping of a clause like the source to a clause like the target.
    """

    signals: tuple[tuple[str, float], ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    path: tuple[Step, ...] = ()
    weakest: int = -1
    resembles: Step | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A counterpart the engine proposes.

    Attributes:
        score: orders the proposals of one source; rounded to six decimals.
        confidence: of proposals with this confidence, this share is right (see `bench.bridges`).
        relation: "equal" where both say the same, word for word; else "": words do not show a subset.
    """

    source: str
    target: str
    rank: int
    score: float
    confidence: float
    relation: str = ""
    relation_confidence: float = 0.0
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was found for one pair of instruments.

    Attributes:
        proposals: by source in the order of its clauses, best first.
        none: for each source, the probability that the target has no counterpart.
        order: sources in the order in which decisions teach most.
        warnings: what a person should know, as (code, details): "language-unknown", "same-instrument",
            "contradiction", "empty".
    """

    proposals: tuple[Proposal, ...]
    none: Mapping[str, float]
    order: tuple[str, ...]
    warnings: tuple[tuple[str, Mapping[str, str]], ...] = ()
