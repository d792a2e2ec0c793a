"""What the paragraphs of a file are, and what can be told of them all before any of them is placed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.formats.instruments.numbering import Label, label_of, without_bullet

_TAIL = 200
"""Characters at the end of a paragraph that are looked at; patterns that end in `$` cost the square of their text."""
MAX_QUOTED = 2_000
"""Paragraphs of one quotation. The longest article that an amending act inserts has a few hundred."""

_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…\s*…?\s*\d{1,4}$|\t\s*\d{1,4}$")
_STEM = re.compile(r"[A-Z]+(?=[ \-.\d])")
_OTHERS = (
    "PAGE TABLE FIGURE FIG NOTE ISO IEC EN UN EU EXAMPLE STEP ITEM BOX PHASE VERSION COVID CVE RFC NO DAY SEC VOL"
)
_NO_CONTROL = frozenset(_OTHERS.split())
OPENING = {"“": "”", "„": "“", "«": "»", "‘": "’", "‚": "‘", "「": "」", "『": "』", '"': '"', "”": "”"}
"""Marks that open a quotation, and what closes each."""
_CLOSED = re.compile(r"[’'”“»」』\"](?:[;.,:’”\s]{0,3}|\s?(?:and|en|und|et|y|e|i)\s?)$")
_RUNNING = re.compile(r"[^\W\d_]")
_END = re.compile(r"[.;:,。；：，!?]['\"”’)]?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a file, and what its looks say.

    Attributes:
        text: its words; a number that Word adds by itself stands before them.
        level: of a heading, from 1; 0 where it is none.
        strong: whether it is set apart as headings are, bold or centred, without being marked as one.
        line: where it begins in the file.
        fixed: whether it is text whatever it begins with, as cells of a table are.
        tight: whether it follows the paragraph before it without an empty line between.
        loose: whether it may be no paragraph: it only begins with a number, in the middle of a sentence.
        label: the number that it begins with.
    """

    text: str
    level: int = 0
    strong: bool = False
    line: int = 0
    fixed: bool = False
    tight: bool = False
    loose: bool = False
    label: Label | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for again and again, and dear to find out.
        object.__setattr__(self, "label", None if self.fixed else label_of(without_bullet(self.text)))

    @property
    def set_apart(self) -> bool:
        return self.level > 0 or self.strong


@dataclass(frozen=True, slots=True)
class Survey:
    """What a whole file shows.

    Attributes:
        law: it is divided into articles, or into the sections of a code.
        code: it is divided into sections of a code ("§ 6-1-1701").
        decimal: it is divided as standards are ("4.2.1").
        stems: what identifiers of controls begin with ("GOVERN", "AC"), where that comes more than once.
        spaced: its numbered paragraphs mostly have an empty line before them; a list without one is part of a text.
        numbered: its numbers carry its structure; where False, only its headings do.
    """

    law: bool
    code: bool
    decimal: bool
    stems: frozenset[str]
    spaced: bool
    numbered: bool


def survey(blocks: Sequence[Block]) -> Survey:
    """Look through all blocks once."""
    families: Counter[str] = Counter()
    stems: Counter[str] = Counter()
    headings = numbered_headings = tight = 0
    for block in blocks:
        label = block.label
        tight += label is not None and (1 if block.tight else -1)
        headings += block.level > 0
        if label is None or (not block.set_apart and runs_on(block.text, label)):
            continue
        if label.family == "control":
            stems[stem(label.number)] += 1
            numbered_headings += block.level > 0
        elif label.family not in ("point", "number"):
            families[label.family] += 1
            numbered_headings += block.level > 0
    chosen = frozenset(word for word, count in stems.items() if count > 1 and word not in _NO_CONTROL)
    numbered_headings += _ascending(blocks)
    strong = sum(families.values()) + sum(stems[word] for word in chosen)
    plain = headings == 0 or (strong > 1 and numbered_headings >= 0.34 * headings) or strong >= headings
    plain = plain or numbered_headings >= 0.6 * headings
    return Survey(
        law=families["article"] > 1 or families["code"] > 1,
        code=families["code"] > max(1, families["article"]),
        decimal=families["decimal"] > 1 and families["decimal"] > families["article"],
        stems=chosen,
        spaced=tight < 0,
        numbered=plain,
    )


def stem(number: str) -> str:
    """What an identifier of a control begins with: "AC" of "AC-2(1)", "GOVERN" of "GOVERN 1.1"."""
    found = _STEM.match(number)
    return found[0] if found else number


def runs_on(text: str, label: Label) -> bool:
    """Whether words go on after a number as in "Article 5 shall apply", in a script that has capitals."""
    rest = without_bullet(text)[label.end :].lstrip(" \t\xa0")
    return bool(rest) and rest[0].islower() and bool(_RUNNING.match(rest)) and label.family != "point"


def ends(text: str) -> bool:
    """Whether a paragraph ends as a sentence or an item of a list does, and so is no heading."""
    text = text[-_TAIL:].rstrip()
    return bool(_END.search(text)) and not text.endswith((" etc.", " ff.", " al."))


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without tables of contents.

    Those are lines that end in leaders and a page; or a run of numbers without any text between them, which all
    come again further down.
    """
    kept = [block for block in blocks if not _LEADERS.search(block.text[-_TAIL:])]
    places: dict[tuple[str, str], list[int]] = {}
    keys = [_key(block) for block in kept]
    for place, key in enumerate(keys):
        if key is not None:
            places.setdefault(key, []).append(place)
    run = _repeated_run(keys, places)
    return kept[: run[0]] + kept[run[1] :] if run else kept


def quoted(blocks: Sequence[Block]) -> list[bool]:
    """For each block, whether it is part of a provision that is quoted, as amending acts do.

    A quotation begins after a colon, with a quotation mark before its first word.
    """
    inside = [False] * len(blocks)
    place = 1
    while place < len(blocks):
        text = blocks[place].text
        if text[:1] in OPENING and blocks[place - 1].text.rstrip().endswith(":"):
            end = _end_of_quotation(blocks, place)
            inside[place:end] = [True] * (end - place)
            place = max(end, place + 1)
        else:
            place += 1
    return inside


def _end_of_quotation(blocks: Sequence[Block], start: int) -> int:
    """The block after the one that closes what `start` opens; the next where none does."""
    opening = blocks[start].text[0]
    closing = OPENING[opening]
    depth = first = 0
    for place in range(start, min(len(blocks), start + MAX_QUOTED)):
        text = blocks[place].text.rstrip()
        if place > start and text[0] == opening and blocks[place - 1].text.rstrip().endswith(":"):
            return first or start + 1  # one was never closed, for here the next quotation begins
        depth += text.count(opening) - text.count(closing)
        closed = bool(_CLOSED.search(text[-_TAIL:]))
        # Apostrophes look like closing marks, so those are only believed at the end of a paragraph.
        if closed if opening in '‘"”' else depth <= 0 and closing in text:
            return place + 1
        first = first or (place + 1 if closed else 0)
    return first or start + 1


def _key(block: Block) -> tuple[str, str] | None:
    label = block.label
    if label is None or label.family in ("point", "number") or (not block.set_apart and runs_on(block.text, label)):
        return None
    return label.family, label.number


def _repeated_run(
    keys: Sequence[tuple[str, str] | None], places: dict[tuple[str, str], list[int]]
) -> tuple[int, int] | None:
    """The first run of at least three numbers that all come again after it, with hardly a line between them."""
    start = end = count = other = 0
    for place, key in enumerate(keys):
        if key is not None and places[key][0] == place and len(places[key]) > 1:
            if count == 0:
                start = place
            end, count, other = place + 1, count + 1, 0
        elif count:
            other += 1
            if other > 1 or (key is not None and places[key][0] < place):
                break
    if count < 3 or any(places[key][1] < end for key in keys[start:end] if key is not None and len(places[key]) > 1):
        return None
    return start, end


def _ascending(blocks: Sequence[Block]) -> int:
    """How many headings have a single number ("4 Context", "4. Context") that counts on through the whole file.

    Only those of the highest level that has several can; further down such numbers begin again in each section.
    """
    levels = Counter(block.level for block in blocks if block.level)
    highest = min((level for level, count in levels.items() if count > 1), default=0)
    orders = [
        block.label.order
        for block in blocks
        if block.level == highest and block.label and block.label.family in ("number", "point")
        if block.label.readings[0][0] == "1"
    ]
    return len(orders) if highest and orders == sorted(set(orders)) else 0
