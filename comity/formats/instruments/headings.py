"""An outline that only headings give: where nothing is numbered, a ref is made from a heading's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.formats.instruments.growth import could_head
from comity.formats.instruments.model import MAX_CLAUSES, MAX_DEPTH, SourceClause
from comity.formats.instruments.numbering import Label, label_of
from comity.formats.instruments.survey import Block

MAX_SKIPPED = 20
"""Numbers that may be missing before one that is still believed."""
_IDENTIFIER = re.compile(r"[A-Z]{1,8}[-. ]?\d{1,4}(?:\.\d{1,3})*(?=[:\s])")


@dataclass(slots=True)
class _Heading:
    ref: str
    level: int
    parent: str | None
    heading: str
    line: int
    made: bool
    skipped: bool = False
    children: int = 0
    last: int = 0  # number printed below it
    texts: list[str] = field(default_factory=list)


def by_headings(blocks: Sequence[Block]) -> list[SourceClause]:
    """Return one clause for each heading, with the text up to the next.

    A heading that begins with an identifier ("LLM01:2025 Prompt Injection") lends it to those below: LLM01.1,
    LLM01.2. A heading with a number ("4 Stopping") keeps it. Without any, refs are "n:1", "n:1.1", and each clause is
    in doubt.
    """
    title = _title_place(blocks)
    opened: list[_Heading] = []
    found: list[_Heading] = []
    top = _Heading("Preamble", 0, None, "", 0, True)
    for place, block in enumerate(blocks):
        if place == title:
            continue
        if len(found) > MAX_CLAUSES:
            break  # which `settled` refuses
        if block.level:
            while opened and opened[-1].level >= block.level:
                opened.pop()
            if len(opened) < MAX_DEPTH - 1:
                opened.append(_open(block, opened[-1] if opened else None, top))
                found.append(opened[-1])
                continue
        (opened[-1] if opened else top).texts.append(block.text)
    if top.texts and title is not None:
        found.insert(0, top)
    return [_clause(item) for item in found]


def _open(block: Block, above: _Heading | None, top: _Heading) -> _Heading:
    holder = above or top
    holder.children += 1
    parent = above.ref if above else None
    own = _identifier(block.text)
    if own:
        return _Heading(own, block.level, parent, block.text, block.line, made=False)
    if label := _printed(block, holder):
        heading = block.text[label.end :].strip()
        skipped, holder.last = label.order > holder.last + 1, label.order
        return _Heading(label.number, block.level, parent, heading, block.line, made=False, skipped=skipped)
    ref = f"{parent}.{holder.children}" if above else f"n:{holder.children}"
    return _Heading(ref, block.level, parent, block.text, block.line, made=True)


def _printed(block: Block, holder: _Heading) -> Label | None:
    """The number of a heading at the top, or one that names the number above it ("4.1").

    It counts on from the one before it, or may: "4 Stopping" after "2 Testing".
    """
    label = block.label
    if label is None or label.family not in ("decimal", "number", "point") or label.style not in ("", "."):
        return None
    if holder.level and not label.number.startswith(f"{holder.ref}."):
        return None
    counts_on = label.readings[0][0] == "1" and holder.last < label.order <= holder.last + MAX_SKIPPED
    return label if counts_on and could_head(block.text[label.end :].strip()) else None


def _identifier(text: str) -> str:
    found = _IDENTIFIER.match(text)
    if found:
        return found[0]
    label = label_of(text)
    return label.number if label and label.family == "control" else ""


def _title_place(blocks: Sequence[Block]) -> int | None:
    """Where the title stands: the first heading, if it is the only one so high and nothing numbers it."""
    headings = [(place, block) for place, block in enumerate(blocks) if block.level]
    if len(headings) < 2:
        return None
    place, first = headings[0]
    alone = all(block.level > first.level for _place, block in headings[1:])
    return place if alone and not _identifier(first.text) else None


def _clause(item: _Heading) -> SourceClause:
    made = ("no-number",) if item.made else ()
    return SourceClause(
        item.ref,
        item.parent,
        "preamble" if item.ref == "Preamble" else "clause",
        item.heading,
        "\n\n".join(item.texts),
        doubts=("skipped",) if item.skipped else made,
        line=item.line,
    )
