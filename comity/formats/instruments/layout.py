"""From the lines of pages to paragraphs, without what printing adds.

Running heads and feet go because they recur, page numbers because they count on, footnotes because they stand at the
foot of the page that calls them. A paragraph ends at an empty line, at a line clearly shorter than the others, and
where a line begins with a number that could be a provision's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from comity.formats.instruments.numbering import DASH, label_of, without_bullet
from comity.formats.instruments.survey import OPENING, Block, ends, runs_on

_EDGE = 4
"""Lines at the top and foot of a page that may be running."""
_RECURS = 3
_PAGE = 12
"""Lines of the shortest page."""
_NUMBER_LINE = re.compile(r"[-–—]?\s?(\d{1,4})\s?[-–—]?")
_NOTE = re.compile(r"\s{0,8}(\d{1,3})(?:\s+\S|$)")
_CALL = re.compile(r"[^\W\d_][.,;:’”\"')\]]{0,3} ?(\d{1,3})(?!\d)")
_RULED = re.compile(r"[_‗─—–=-]{6,}")
_GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)")
_AFTER_LIST = re.compile(r"[;,]\s*[^\W\d_]{1,4}$")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATED = re.compile(r"([^\W\d_]{1,60})[-\u2010]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_SHORT = 0.75
_TAIL = 100
_GAPS_BETWEEN = 15
_COLUMN = " " * 12
"""What a line of a table begins with, if its first column is empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its place: of the file, or the page it stands on."""

    text: str
    place: int


def blocks(pages: Sequence[Sequence[Line]]) -> list[Block]:
    """Return the paragraphs of all pages in their order; those of tables are fixed text."""
    pages = [_without_notes(page, calls) for page, calls in _with_note_numbers(_without_running(pages))]
    width = _width(line for page in pages for line in page)
    paragraphs = _Paragraphs(width, _Words.of(pages))
    for page in pages:
        tables = _tables(page)
        for place, line in enumerate(page):
            paragraphs.add(line, fixed=place in tables)
        # A paragraph may go on over the page; the empty lines at its foot say nothing.
        paragraphs.turn()
    paragraphs.end()
    return paragraphs.blocks


def split_pages(lines: Sequence[Line]) -> list[list[Line]]:
    """Split the lines of a text file where its pages ended: at form feeds, or at numbers that count them."""
    if any("\f" in line.text for line in lines):
        ends_here = [place for place, line in enumerate(lines) if "\f" in line.text]
        lines = [Line(line.text.replace("\f", ""), line.place) for line in lines]
        starts = [0, *ends_here, len(lines)]
    else:
        starts = [0, *(place + 1 for place in _page_numbers(lines)), len(lines)]
    pages = [list(lines[start:end]) for start, end in pairwise(starts)]
    return [_without_number(page) for page in pages if page]


def _page_numbers(lines: Sequence[Line]) -> list[int]:
    """Places of lines that hold only a number, each one more than the one before; those far in, if some are.

    Numbers of footnotes, which some texts also have on lines of their own, begin at the margin.
    """
    found = [
        (place, int(match[1]))
        for place, line in enumerate(lines)
        if (match := _NUMBER_LINE.fullmatch(line.text.strip()))
    ]
    far = [(place, number) for place, number in found if len(lines[place].text) - len(lines[place].text.lstrip()) > 9]
    for candidates in (far, found):
        chains: dict[int, list[int]] = {}  # by the number they end in
        for place, number in candidates:
            chain = chains.pop(number - 1, [])
            chain.append(place)
            chains[number] = chain
        chain = max(chains.values(), key=len, default=[])
        if len(chain) >= _RECURS and (chain[-1] - chain[0]) / len(chain) >= _PAGE:
            return chain
    return []


def _without_number(page: list[Line]) -> list[Line]:
    last = next((place for place in range(len(page) - 1, -1, -1) if page[place].text.strip()), None)
    if last is not None and _NUMBER_LINE.fullmatch(page[last].text.strip()):
        return page[:last]
    return page


def _without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop lines at the edges of pages that come again, but for their numbers, on several pages."""
    shapes: Counter[str] = Counter()
    for page in pages:
        # Of a page with few lines, nearly all are at its edges: those are no evidence.
        shapes.update({_shape(page[place]) for place in _edges(page, len(page) // 6)})
    often = max(_RECURS, len(pages) // 4)
    kept = []
    for page in pages:
        dropped = {place for place in _edges(page, _EDGE) if shapes[_shape(page[place])] >= often}
        kept.append([line for place, line in enumerate(page) if place not in dropped])
    return kept


def _edges(page: Sequence[Line], most: int) -> list[int]:
    """Places that may hold what runs through the pages; a number alone does so only as the very first or last."""
    filled = [place for place, line in enumerate(page) if line.text.strip()]
    outer = {*filled[:1], *filled[-1:]}
    edge = min(_EDGE, most)
    near = {*filled[:edge], *filled[len(filled) - edge :], *outer}
    return sorted(place for place in near if place in outer or not _NUMBER_LINE.fullmatch(page[place].text.strip()))


def _shape(line: Line) -> str:
    """What of a line is the same on each page; the number of a provision is part of it, that of the page is not."""
    label = label_of(line.text.strip())
    words = "".join(line.text.split())
    counted = label is not None and label.family not in ("number", "control", "code")
    return words if counted else _DIGITS.sub("#", words)


def _with_note_numbers(pages: Iterable[list[Line]]) -> Iterator[tuple[list[Line], int]]:
    """Each page with where its footnotes begin (its length where it has none). Notes are numbered through."""
    last = 0
    for page in pages:
        start = _notes(page, last)
        for line in page[start:]:
            if (found := _NOTE.match(line.text)) and last < int(found[1]) <= last + 3:
                last = int(found[1])
        yield page, start


def _notes(page: Sequence[Line], last: int) -> int:
    """Where the notes after number `last` begin: something sets the line off, and the text above calls its number."""
    called: set[str] = set()
    for place, line in enumerate(page):
        found = _NOTE.match(line.text)
        if found and found[1] in called and last < int(found[1]) <= last + 3:
            above, alone = page[place - 1].text.strip(), line.text.strip() == found[1]
            if alone or not above or _RULED.fullmatch(above) or place > len(page) // 2:
                return place
        called.update(_CALL.findall(line.text))
    return len(page)


def _without_notes(page: list[Line], start: int) -> list[Line]:
    return [line for line in page[:start] if not _RULED.fullmatch(line.text.strip())]


def _tables(page: Sequence[Line]) -> set[int]:
    """Places of lines within tables and drawings: those between lines with several columns."""
    wide = [place for place, line in enumerate(page) if len(_GAP.findall(line.text.strip())) > 1]
    inside: set[int] = set()
    for start, end in pairwise(wide):
        between = [line.text for line in page[start + 1 : end] if line.text.strip()]
        if end - start <= _GAPS_BETWEEN or all(text.startswith(_COLUMN) for text in between):
            inside.update(range(start, end + 1))
    if wide and wide[-1] in inside:
        last = next((place for place in range(wide[-1], len(page)) if not page[place].text.strip()), len(page))
        inside.update(range(wide[-1], last))
    return inside


def _width(lines: Iterable[Line]) -> int:
    """How long a full line is: only a few, in tables or small print, are longer."""
    lengths = sorted(len(line.text.strip()) for line in lines if len(line.text.strip()) > 20)
    return lengths[int(0.97 * len(lengths))] if lengths else 80


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a file, and whether it divides some at the ends of lines: most writers do not."""

    known: Counter[str]
    divides: bool

    @classmethod
    def of(cls, pages: Sequence[Sequence[Line]]) -> _Words:
        known = Counter(word.lower() for page in pages for line in page for word in _WORD.findall(line.text))
        votes = 0
        for page in pages:
            for line, following in pairwise(page):
                before, after = (
                    _HYPHENATED.search(line.text[-_TAIL:].rstrip()),
                    _FIRST_WORD.match(following.text.lstrip()),
                )
                if before and after:
                    whole = known[f"{before[1]}{after[0]}".lower()]
                    votes += (whole > 0) - (known[f"{before[1]}-{after[0]}".lower()] > 0)
        return cls(known, votes > 0)

    def joined(self, lines: Sequence[str]) -> str:
        """Lines of one paragraph as one."""
        parts = [lines[0]]
        for line in lines[1:]:
            if found := _HYPHENATED.search(parts[-1][-_TAIL:]):
                apart = self._apart(found[1], line)
                parts[-1:] = [parts[-1][:-1]] if apart is None else [parts[-1], apart]
            elif not (_WIDE.match(parts[-1][-1]) and _WIDE.match(line[0])):
                parts.append(" ")
            parts.append(line)
        return "".join(parts)

    def _apart(self, before: str, line: str) -> str | None:
        """What stands between a hyphen at the end of a line and the next: None where the hyphen itself goes.

        It goes if the file has the word without it elsewhere, or else if the file divides words.
        """
        after = _FIRST_WORD.match(line)
        if after is None or line.startswith(("and ", "or ", "en ", "und ", "et ", "of ")):
            return " "
        word, whole = self.known[f"{before}-{after[0]}".lower()], self.known[f"{before}{after[0]}".lower()]
        divided = self.divides and (before + after[0]).islower()
        return None if whole > word or (whole == word and divided) else ""


class _Paragraphs:
    """Lines as they are put together."""

    def __init__(self, width: int, words: _Words) -> None:
        self.blocks: list[Block] = []
        self.width = width
        self.words = words
        self.lines: list[str] = []  # of the paragraph so far
        self.last = ""
        self.place = 0
        self.fixed = False
        self.turned = False
        self.tight = False
        self.loose = self.loosely = False
        self.under_number = False  # whether the block before is a number alone, and this one may be its heading

    def add(self, line: Line, *, fixed: bool) -> None:
        stripped = " ".join(line.text.split())
        if not stripped:
            if not self.turned:
                self.end()
                self.tight = self.loose = False
            return
        if self.lines and (fixed != self.fixed or self.begins(stripped)):
            self.end()
            self.tight = True
            self.loose, self.loosely = self.loosely, False
        self.turned = False
        if not self.lines:
            self.place, self.fixed = line.place, fixed
        self.lines.append(stripped)
        self.last = stripped

    def turn(self) -> None:
        """A page ends: what follows continues the paragraph unless it begins one."""
        if self.lines and (ends(self.last) or self.is_short()):
            self.end()
        self.turned = True

    def end(self) -> None:
        if self.lines:
            text = self.words.joined(self.lines)
            block = Block(text, line=self.place, fixed=self.fixed, tight=self.tight, loose=self.loose)
            self.blocks.append(block)
            self.under_number = block.label is not None and block.label.end >= len(text.rstrip("."))
        self.lines, self.last = [], ""

    def begins(self, line: str) -> bool:
        """Whether a line begins a paragraph of its own."""
        bare = without_bullet(line)
        if bare != line and not line.startswith(("-", "*")):
            return True
        if self.is_short(line) or self.was_heading(line) or (self.last.endswith(":") and line[0] in OPENING):
            return True
        if DASH.match(line):
            return ends(self.last) or bool(_AFTER_LIST.search(self.last[-_TAIL:]))
        label = label_of(bare)
        if label is None:
            return False
        if label.family in ("control", "decimal", "code"):
            return not runs_on(bare, label)  # too many paragraphs do no harm: `outline` looks at the sequence
        alone = label.family not in ("point", "number") and label.end == len(bare)
        if alone or self.under_number or ends(self.last) or _AFTER_LIST.search(self.last[-_TAIL:]):
            return True
        self.loosely = label.family == "point" and label.style == "()"
        return self.loosely

    def was_heading(self, line: str) -> bool:
        """Whether the paragraph so far is one line like "4.1 Scope", not full, and a sentence begins after it."""
        if len(self.lines) > 1 or not line[0].isupper() or not self.is_short(line, 0.92) or ends(self.last):
            return False
        label = label_of(self.last)
        return label is not None and label.family in ("control", "decimal", "number")

    def is_short(self, following: str = "", share: float = _SHORT) -> bool:
        """Whether the latest line had room for the word that follows it, and so was the last of its paragraph."""
        if _HYPHENATED.search(self.last[-_TAIL:]):
            return False
        # Signs of East Asian scripts are twice as wide.
        length = len(self.last) + len(_WIDE.findall(self.last))
        word = following.split(" ", 1)[0] if following and not _WIDE.match(following) else ""
        return length + len(word) < share * self.width
