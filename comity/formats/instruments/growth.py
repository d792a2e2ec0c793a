"""The tree of clauses as it grows: what is open, from the top down to the clause that the next words belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.formats.instruments.model import SourceClause
from comity.formats.instruments.numbering import DIVISIONS, Label
from comity.formats.instruments.survey import Block, Survey, ends, quoted

MAX_HEADING_GUESS = 150
"""Characters of a line that may be taken for a heading without being marked as one."""
AHEAD = 80
"""How many paragraphs are looked ahead for the number that would continue a list."""
RANKS = {"annex": 0, **{family: rank for rank, family in enumerate(DIVISIONS, 1)}, "article": 6, "code": 6}
"""How high each family stands; what is opened closes all that does not stand higher."""
_HEADING_RANK = 7


@dataclass(slots=True)
class Draft:
    """A clause while its words are still coming."""

    ref: str
    parent: Draft | None
    kind: str
    line: int
    family: str
    heading: str = ""
    texts: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    number: str = ""
    rank: int = 0
    level: int = 0
    style: str = ""
    sort: str = ""  # of numeral: 1, a, A, i, I, 一
    order: int = 0
    titled: bool = True  # False while its heading may still come

    def doubt(self, word: str) -> None:
        if word not in self.doubts:
            self.doubts.append(word)

    def clause(self) -> SourceClause:
        return SourceClause(
            self.ref,
            self.parent.ref if self.parent else None,
            self.kind,
            self.heading,
            "\n\n".join(self.texts),
            doubts=tuple(self.doubts),
            line=self.line,
        )


class Tree:
    """Clauses so far, the file they come from, and where in it the reader is."""

    def __init__(self, blocks: Sequence[Block], found: Survey) -> None:
        self.blocks = blocks
        self.found = found
        self.quoted = quoted(blocks) if found.law else [False] * len(blocks)
        self.drafts: list[Draft] = []
        self.known: dict[str, Draft] = {}
        self.open: list[Draft] = []
        self.last: dict[tuple[str, str], tuple[int, ...]] = {}
        self.counted: dict[str, int] = {}  # below each decimal number
        self.place = 0
        self.made = 0
        self.before = 0

    def upcoming(self, family: str, style: str = "") -> Label | None:
        """The next label of a family, if one comes soon."""
        for place in range(self.place + 1, min(len(self.blocks), self.place + AHEAD)):
            label = self.blocks[place].label
            if label and label.family == family and style in ("", label.style):
                return label
        return None

    def add(self, ref: str, kind: str, block: Block, family: str, rank: int) -> Draft:
        parent = self.open[-1] if self.open else None
        draft = Draft(ref, parent, kind, block.line, family, rank=rank, level=block.level)
        self.drafts.append(draft)
        self.known[ref] = draft
        self.open.append(draft)
        return draft

    def add_heading(self, block: Block) -> Draft:
        """Add a clause that the file gives no number."""
        self.made += 1
        draft = self.add(f"n:{self.made}", "clause", block, "made", _HEADING_RANK)
        draft.heading = block.text
        draft.doubt("no-number")
        return draft

    def close(self, rank: int) -> None:
        while self.open and self.open[-1].rank >= rank:
            self.open.pop()

    def reopen(self, draft: Draft | None) -> None:
        """Make `draft` and those above it what is open."""
        self.open = []
        while draft is not None:
            self.open.insert(0, draft)
            draft = draft.parent

    def scope(self) -> str:
        """Within what articles are counted: an annex may hold a convention with articles of its own."""
        return self.open[0].ref if self.open and self.open[0].family == "annex" else ""

    def continues(self, key: tuple[str, str], label: Label, words_follow: bool = False) -> bool:
        """Whether a number is the next of its family, or at least may be: alone on its line, and higher."""
        last = self.last.get(key)
        if last is None:
            return label.order == 1 or not words_follow
        if label.order == last[0] + 1 or (label.order == last[0] and not label.number.isdigit()):
            return True
        return not words_follow and last[0] < label.order <= last[0] + 20

    def count(self, key: tuple[str, str], label: Label, draft: Draft) -> None:
        last = self.last.get(key, (0,))[0]
        if label.order > last + 1:
            draft.doubt("skipped")
        self.last[key] = (label.order,)


def could_head(text: str) -> bool:
    """Whether a line could be a heading: short, no sentence, and not begun in the middle of one."""
    return 0 < len(text) <= MAX_HEADING_GUESS and not ends(text) and not text[0].islower()
