"""The numbers that Word adds to paragraphs by itself, as a reader of the page sees them.

Source: ECMA-376 part 1, 17.9 (numbering): a paragraph names a list and a level; the list names an abstract one, which
says how each level counts ("%1.%2", decimal). Lists of the same abstract one count on, unless a level is restarted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml.etree import _Element

from comity.formats.instruments.numbering import roman

LEVELS = 9
_MAX_COUNT = 100_000
_HAN = "〇一二三四五六七八九"
_CHINESE = frozenset(
    ["chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting"]
)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    sort: str = "decimal"
    pattern: str = ""
    legal: bool = False  # all numbers in digits, whatever the levels above are written in
    style: str = ""
    restart: int | None = None


@dataclass(slots=True)
class _List:
    abstract: str
    starts: dict[int, int] = field(default_factory=dict)  # levels that this list begins anew
    levels: dict[int, _Level] = field(default_factory=dict)  # levels that it counts in its own way
    begun: set[int] = field(default_factory=set)


class Numbers:
    """Counts the paragraphs of one document, which have to be given in their order."""

    def __init__(self, root: _Element | None) -> None:
        self.abstracts: dict[str, dict[int, _Level]] = {}
        self.lists: dict[str, _List] = {}
        self.counts: dict[str, list[int | None]] = {}
        if root is not None:
            self._read(root)

    def level_of_style(self, number: str, style: str) -> int:
        """Which level of a list a style stands for."""
        known = self.lists.get(number)
        levels = self.abstracts.get(known.abstract, {}) if known else {}
        return next((place for place, level in levels.items() if level.style and level.style == style), 0)

    def next(self, number: str, place: int) -> str:
        """The number of the next paragraph at a level of a list; "" for bullets and unknown lists."""
        known = self.lists.get(number)
        if known is None or not 0 <= place < LEVELS:
            return ""
        counts = self.counts.setdefault(known.abstract, [None] * LEVELS)
        self._count(known, counts, place)
        level = self._level(known, place)
        if level.sort in ("bullet", "none"):
            return ""
        shown = level.pattern[:200]
        for above in range(place + 1):
            if f"%{above + 1}" in shown:
                sort = "decimal" if level.legal else self._level(known, above).sort
                value = counts[above]
                start = self._level(known, above).start
                shown = shown.replace(f"%{above + 1}", written(start if value is None else value, sort))
        return shown.strip()

    def _count(self, known: _List, counts: list[int | None], place: int) -> None:
        start = known.starts.get(place)
        value = counts[place]
        if start is not None and place not in known.begun:
            counts[place] = start
        elif value is None:
            counts[place] = self._level(known, place).start
        else:
            counts[place] = min(value + 1, _MAX_COUNT)
        known.begun.add(place)
        for below in range(place + 1, LEVELS):
            restart = self._level(known, below).restart
            if restart is None or 0 < restart <= place + 1:
                counts[below] = None

    def _level(self, known: _List, place: int) -> _Level:
        if place in known.levels:
            return known.levels[place]
        return self.abstracts.get(known.abstract, {}).get(place, _Level())

    def _read(self, root: _Element) -> None:
        for element in root.iterchildren(qn("w:abstractNum")):
            levels = {_place(level): _read_level(level) for level in element.iterchildren(qn("w:lvl"))}
            self.abstracts[element.get(qn("w:abstractNumId"), "")] = levels
        for element in root.iterchildren(qn("w:num")):
            known = _List(value_of(element, "w:abstractNumId"))
            for override in element.iterchildren(qn("w:lvlOverride")):
                if start := value_of(override, "w:startOverride"):
                    known.starts[_place(override)] = whole_number(start, 1)
                for level in override.iterchildren(qn("w:lvl")):
                    known.levels[_place(override)] = _read_level(level)
            self.lists[element.get(qn("w:numId"), "")] = known


def written(value: int, sort: str) -> str:
    """A number as a list of that sort shows it."""
    if sort == "decimalZero":
        return f"{value:02}"
    if sort in ("lowerLetter", "upperLetter"):
        letters = chr(97 + (value - 1) % 26) * min((value - 1) // 26 + 1, 9) if value > 0 else ""
        return letters if sort == "lowerLetter" else letters.upper()
    if sort in ("lowerRoman", "upperRoman"):
        numeral = roman(value) if 0 < value < 400 else str(value)
        return numeral if sort == "lowerRoman" else numeral.upper()
    if sort in _CHINESE:
        return chinese(value)
    return str(value)


def chinese(value: int) -> str:
    """A number below 1,000 in Chinese numerals as they are counted: 十一, 二十, 一百零三."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    shown = f"{_HAN[hundreds]}百" if hundreds else ""
    if tens:
        shown += f"{_HAN[tens]}十" if hundreds or tens > 1 else "十"
    elif hundreds and ones:
        shown += "零"
    return shown + (_HAN[ones] if ones else "")


def value_of(element: _Element, name: str) -> str:
    """The `w:val` of a child, "" where there is none."""
    child = element.find(qn(name))
    return child.get(qn("w:val"), "") if child is not None else ""


def whole_number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def is_on(element: _Element | None, name: str) -> bool | None:
    """Whether a switch such as `w:b` is on; None where it is not mentioned."""
    child = element.find(qn(name)) if element is not None else None
    return None if child is None else child.get(qn("w:val"), "1") not in ("0", "false", "off", "none")


def _place(element: _Element) -> int:
    return whole_number(element.get(qn("w:ilvl"), ""), 0)


def _read_level(element: _Element) -> _Level:
    restart = value_of(element, "w:lvlRestart")
    return _Level(
        start=whole_number(value_of(element, "w:start"), 1),
        sort=value_of(element, "w:numFmt") or "decimal",
        pattern=value_of(element, "w:lvlText"),
        legal=bool(is_on(element, "w:isLgl")),
        style=value_of(element, "w:pStyle"),
        restart=whole_number(restart, 0) if restart else None,
    )
