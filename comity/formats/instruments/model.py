"""An instrument as a file has it: a standard, law, framework or guideline split into its clauses."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from comity.formats.errors import FormatError
from comity.formats.text import whole

MAX_CLAUSES = 20_000
"""Clauses of one instrument. The longest known has 1,479; a file with more than this is not one instrument."""
MAX_TEXT = 200_000
"""Characters kept of the text of one clause."""
MAX_REF = 240
MAX_HEADING = 1_000
MAX_SUMMARY = 1_000
MAX_DEPTH = 24

KINDS = (
    "preamble",
    "recital",
    "part",
    "chapter",
    "section",
    "article",
    "paragraph",
    "point",
    "annex",
    "clause",
    "control",
    "group",
    "item",
)
"""What a clause is. Laws: preamble to annex; standards: clause, annex; frameworks: group, control, item."""

DOUBTS = (
    "no-number",  # the file gives it no number; the ref was made from its place
    "repeated",  # the file gives the same number twice; "~2" was added
    "skipped",  # the number before it is missing
    "level",  # how deep it belongs could not be told from its number
    "heading",  # where its heading ends and its text begins was guessed
    "recognised",  # its number was recognised in running text
)
"""Why a reader is not sure of a clause: what a person should look at before it is saved."""


PLACEHOLDER = "n:"
"""What a ref begins with that was made from the place of a clause, because the file gives it no number."""


@dataclass(frozen=True, slots=True)
class SourceClause:
    """The smallest numbered provision, or a heading over some.

    Attributes:
        ref: its number, the same string in every language and edition ("Art.9(2)(a)", "GOVERN 1.1").
        parent: the ref of the clause that holds it; None at the top. A parent stands before its children.
        kind: one of `KINDS`.
        heading: "" where it has none.
        text: its own words, without those of its children; paragraphs are separated by an empty line.
        guidance: what the publisher says about how to follow it.
        summary: one line that says it in other words than the publisher's; only our own form carries it.
        doubts: why a reader is not sure of it, each one of `DOUBTS`.
        line: where it begins in the file, from 1 (page of a PDF, row of a table); 0 where that has no meaning.
    """

    ref: str
    parent: str | None = None
    kind: str = "clause"
    heading: str = ""
    text: str = ""
    guidance: str = ""
    summary: str = ""
    doubts: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class SourceInstrument:
    """What a reader makes of one file, in one language.

    Attributes:
        title: as the file has it; "" where it does not say.
        clauses: in the order of the file.
        form: the format it was read from, one of `FORMATS`.
        language: BCP 47; "" where the file does not say.
        identifier: the instrument's own, as the file prints it ("(EU) 2024/1689", "ISO/IEC 42001:2023").
        body: who publishes it.
        version: edition or version as the file says.
        date: day, month or year of this version, ISO 8601.
        licence: under which the text may be used, as the file says.
        redistribute: "yes", "no", or "check" where nobody has decided whether the text may be shown.
        nature: "official", "translation", "machine", "outline" or "summary"; "" where it does not say.
        source: where the text was taken from.
        warnings: what people should know about this reading, in plain words.
    """

    title: str
    clauses: tuple[SourceClause, ...]
    form: str
    language: str = ""
    identifier: str = ""
    body: str = ""
    version: str = ""
    date: str = ""
    licence: str = ""
    redistribute: str = "check"
    nature: str = ""
    source: str = ""
    warnings: tuple[str, ...] = field(default=())


def settled(file: str, clauses: Iterable[SourceClause]) -> tuple[SourceClause, ...]:
    """Return clauses with every ref once, every parent known and before its children, and sizes bounded.

    A ref that comes again gets "~2" (its children follow it); an empty one "n:" and its place. Line ends
    and stray spaces are made even.

    Raises:
        FormatError: there are no clauses, or too many; or parents go in a circle, are unknown, or too deep.
    """
    settled: list[SourceClause] = []
    given: dict[str, str] = {}  # the latest clause that the file calls by a ref, and its ref here
    depth: dict[str, int] = {}
    times: dict[str, int] = {}
    for place, clause in enumerate(clauses, 1):
        if place > MAX_CLAUSES:
            raise FormatError(file, clause.line, f"it has more than {MAX_CLAUSES:,} clauses: not one instrument")
        clause = _tidy(clause, place)
        parent = clause.parent
        if parent is not None and parent not in given:
            raise FormatError(file, clause.line, f"{clause.ref} belongs to {parent}, which does not come before it")
        ref, doubts = clause.ref, clause.doubts
        if ref in depth:
            ref = _other(ref, depth, times)
            doubts = doubts if "repeated" in doubts else (*doubts, "repeated")
        above = given[parent] if parent is not None else None
        depth[ref] = depth[above] + 1 if above is not None else 1
        if depth[ref] > MAX_DEPTH:
            raise FormatError(file, clause.line, f"{ref} is nested deeper than {MAX_DEPTH} levels")
        given[clause.ref] = ref
        settled.append(replace(clause, ref=ref, parent=above, doubts=doubts))
    if not settled:
        raise FormatError(file, 0, "no clauses were found in it")
    return tuple(settled)


def in_order(file: str, clauses: Sequence[SourceClause]) -> Iterator[SourceClause]:
    """Yield clauses of a table or list, whose parents may come after their children, parents first.

    A list that is so already keeps its order. A parent that nobody knows is none.

    Raises:
        FormatError: parents go in a circle.
    """
    known = {clause.ref for clause in clauses}
    clauses = [clause if clause.parent in known else replace(clause, parent=None) for clause in clauses]
    if _parents_first(clauses):
        yield from clauses
        return
    children: dict[str | None, list[SourceClause]] = {}
    for clause in clauses:
        children.setdefault(clause.parent, []).append(clause)
    waiting = children.pop(None, [])[::-1]
    while waiting:
        clause = waiting.pop()
        yield clause
        waiting.extend(children.pop(clause.ref, [])[::-1])
    if children:
        lost = next(iter(children.values()))[0]
        raise FormatError(file, lost.line, f"{lost.ref} stands above itself: its parents go in a circle")


def _parents_first(clauses: Iterable[SourceClause]) -> bool:
    seen: set[str | None] = {None}
    for clause in clauses:
        if clause.parent not in seen:
            return False
        seen.add(clause.ref)
    return True


def _other(ref: str, taken: Container[str], times: dict[str, int]) -> str:
    """`ref` with the next "~2", "~3" that is free."""
    while True:
        times[ref] = times.get(ref, 1) + 1
        if (other := f"{ref}~{times[ref]}") not in taken:
            return other


_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n ?(?:\n ?)+")


def paragraphs(text: str) -> str:
    """Return `text` with even spaces, and an empty line between paragraphs."""
    text = _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BREAKS.sub("\n\n", text).strip()


def _tidy(clause: SourceClause, place: int) -> SourceClause:
    ref = _ref(clause.ref)
    doubts = clause.doubts
    if not ref:
        ref, doubts = f"{PLACEHOLDER}{place}", (*doubts, "no-number")
    return replace(
        clause,
        ref=ref,
        parent=_ref(clause.parent) if clause.parent is not None else None,
        heading=" ".join(whole(clause.heading[: 2 * MAX_HEADING]).split())[:MAX_HEADING].rstrip(),
        text=paragraphs(whole(clause.text[: 2 * MAX_TEXT]))[:MAX_TEXT].rstrip(),
        guidance=paragraphs(whole(clause.guidance[: 2 * MAX_TEXT]))[:MAX_TEXT].rstrip(),
        summary=" ".join(whole(clause.summary[: 2 * MAX_SUMMARY]).split())[:MAX_SUMMARY].rstrip(),
        doubts=doubts,
    )


def _ref(ref: str) -> str:
    return " ".join(whole(ref[: 2 * MAX_REF]).split())[:MAX_REF].rstrip()
