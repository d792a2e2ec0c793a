"""Which clauses of an outline can have counterparts elsewhere: the units that two instruments are compared by.

Laws number everything down to half a sentence, management systems hardly more than headings. The rule:

* a point (letter, dash) belongs to the paragraph, article or clause above it, if that is a unit; right below a
  division, as in an annex, it stands for itself;
* what then has nothing below it is a unit;
* an article, paragraph, control or recital is a unit with what it holds, and so is any clause with words of its own;
* what only holds others (chapter, section, part, group) is none, unless somebody has mapped it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

DIVISIONS = frozenset({"part", "chapter", "section", "group", "annex", "preamble"})
WHOLE = frozenset({"article", "paragraph", "control", "recital"})
POINT = "point"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A clause as far as the rule looks at it.

    Attributes:
        parent: ref of the clause that holds it, "" at the top.
        worded: whether it has words of its own besides its heading.
    """

    ref: str
    parent: str = ""
    kind: str = "clause"
    worded: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A unit: its clause, all clauses below it in order, and all above it, outermost first."""

    ref: str
    below: tuple[str, ...]
    above: tuple[str, ...]


def spans(clauses: Sequence[Numbered], mapped: Collection[str] = ()) -> list[Span]:
    """The units of an outline, in its order.

    Args:
        clauses: in order, parents before what they hold; a parent that is not there counts as the top.
        mapped: refs that people have mapped: they are units whatever the rule says.

    O(n · depth).
    """
    by_ref = {one.ref: one for one in clauses}
    above: dict[str, tuple[str, ...]] = {}
    below: dict[str, list[str]] = {one.ref: [] for one in clauses}
    holds: set[str] = set()  # refs with more below than points that belong to them
    for one in clauses:
        over = above.get(one.parent)
        above[one.ref] = (*over, one.parent) if over is not None else ()
        for ref in above[one.ref]:
            below[ref].append(one.ref)
        if above[one.ref] and not _belongs(one, by_ref, above):
            holds.add(one.parent)
    standing: set[str] = set()
    covered: set[str] = set()  # points that belong to a unit
    for one in clauses:
        inside = one.parent in standing or one.parent in covered
        if inside and one.ref not in mapped and _belongs(one, by_ref, above):
            covered.add(one.ref)
        elif one.ref in mapped or _stands(one, one.ref in holds):
            standing.add(one.ref)
    return [Span(one.ref, tuple(below[one.ref]), above[one.ref]) for one in clauses if one.ref in standing]


def _belongs(one: Numbered, by_ref: dict[str, Numbered], above: dict[str, tuple[str, ...]]) -> bool:
    """Whether a clause is a point of the one above it."""
    over = above[one.ref]
    return one.kind == POINT and bool(over) and by_ref[over[-1]].kind not in DIVISIONS


def _stands(one: Numbered, holds: bool) -> bool:
    return not holds or one.kind in WHOLE or (one.worded and one.kind not in DIVISIONS)
