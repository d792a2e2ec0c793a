"""The map of who works on what as a picture: a square a document in a grid of topics, once wide and once for a phone.

Numbers stand beside their squares. What is published is a full square, what is prepared a hollow one, so the two can
be told apart without their colours (blue and orange). Colours are given as attributes, for the file; the page's own
style, with its dark theme, goes before them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils import formats, numberformat
from django.utils.translation import get_language, gettext, ngettext

from comity.records.fields import direction
from comity.standards.queries.workmap import Column, Count, Topic, WorkMap

LABELS, NOTES, ROW = 226, 168, 48
SQUARE, PITCH = 6, 7.5
HIGH = 5  # squares on top of each other; on a phone two
NUMBER = 20  # room for the numbers after the squares
WIDEST = 1180
NARROW, NAMES = 360, 96
LINE = 15
BLUE, ORANGE, INK, FAINT, RULE, GROUND = "#0b5563", "#b4500f", "#1c2126", "#474f57", "#dcd8cf", "#fbfaf7"
PAINT = {
    "published": (0, f'fill="{BLUE}"'),
    "preparing": (0.75, f'fill="{GROUND}" stroke="{ORANGE}" stroke-width="1.5"'),
    "rest": (0, f'fill="{FAINT}"'),
}
Number = Callable[[int], str]


@dataclass(slots=True)
class _Canvas:
    """SVG of a given width, with x counted from where the reader's language begins."""

    width: float
    rtl: bool
    parts: list[str]

    def x(self, at: float) -> float:
        return self.width - at if self.rtl else at

    def text(self, x: float, y: float, words: Any, css: str = "", *, size: int = 13, end: bool = False) -> None:
        bold = ' font-weight="600"' if "bold" in css else ""
        color = FAINT if "faint" in css else INK
        way = ' direction="rtl"' if self.rtl else ""
        anchor = ' text-anchor="end"' if end else ""
        self.parts.append(
            f'<text x="{self.x(x):.1f}" y="{y:.1f}" class="{css}" fill="{color}" font-size="{size}"'
            f"{bold}{way}{anchor}>{escape(str(words))}</text>"
        )

    def squares(self, x: float, y: float, values: Iterable[tuple[int, str]], high: int) -> float:
        """So many squares of each kind, column by column from the top; returns where they end."""
        kinds = [kind for count, kind in values for _one in range(count)]
        for place, kind in enumerate(kinds):
            self.square(x + place // high * PITCH, y + place % high * PITCH, kind)
        return x + -(-len(kinds) // high) * PITCH

    def square(self, x: float, y: float, kind: str) -> None:
        left = self.x(x + SQUARE) if self.rtl else x
        inset, paint = PAINT[kind]
        size = SQUARE - 2 * inset
        place = f'x="{left + inset:.2f}" y="{y + inset:.2f}" width="{size}" height="{size}"'
        self.parts.append(f'<rect {place} class="sq-{kind}" {paint}/>')

    def rule(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self.parts.append(
            f'<line x1="{self.x(x):.1f}" y1="{y:.1f}" x2="{self.x(to_x):.1f}" y2="{to_y:.1f}" class="hair" '
            f'stroke="{RULE}"/>'
        )

    def link(self, address: str, said: str, draw: Callable[[], None], hit: tuple[float, float, float, float]) -> None:
        """What `draw` draws, as a link with a larger place to hit."""
        x, y, wide, high = hit
        left = self.x(x + wide) if self.rtl else x
        self.parts.append(f'<a href="{escape(address)}" tabindex="-1"><title>{escape(said)}</title>')
        self.parts.append(
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" class="hit" fill="none" '
            f'pointer-events="all"/>'
        )
        draw()
        self.parts.append("</a>")

    def svg(self, height: float, css: str, label: str, *, alone: bool) -> str:
        ground = f'<rect width="100%" height="100%" fill="{GROUND}"/>' if alone else ""
        seen = f'role="img" aria-label="{escape(label)}"' if alone else 'aria-hidden="true"'
        box = f'viewBox="0 0 {self.width:.0f} {height:.0f}" {seen} direction="ltr"'
        named = f'xmlns="http://www.w3.org/2000/svg" class="picture {css}" font-family="system-ui, sans-serif"'
        return f"<svg {named} {box}>{ground}{''.join(self.parts)}</svg>"


def grouped(value: int) -> str:
    """A whole number with its thousands apart, as the reader's language does."""
    apart = formats.get_format("THOUSAND_SEPARATOR")
    return numberformat.format(value, "", grouping=3, thousand_sep=apart, force_grouping=True, use_l10n=True)


def drawn(found: WorkMap, number: Number, *, alone: bool = False) -> str:
    """The grid: a row a topic, a column a body, committee or stage. `alone` is for a file of its own."""
    columns = len(found.columns)
    step = min(150.0, max(72.0, (WIDEST - LABELS - NOTES) / max(columns, 1)))
    width = LABELS + columns * step + NOTES
    unit = _unit(found.most, int((step - NUMBER) // PITCH) * HIGH)
    heads = [_wrapped(str(column.label), max(8, int(step / 8)), 5) for column in found.columns]
    top = 30 + LINE * max((len(head) for head in heads), default=1) + 24
    canvas = _Canvas(width, direction(get_language() or "en") == "rtl", [])
    _legend(canvas, 0, 14, found.asked.by == "stage", unit)
    for place, (column, head) in enumerate(zip(found.columns, heads, strict=True)):
        x = LABELS + place * step
        for line, words in enumerate(head):
            canvas.text(x, top - 24 - LINE * (len(head) - 1 - line), words, "bold")
        canvas.text(x, top - 8, number(column.count.all), "faint", size=12)
    for place, topic in enumerate(found.topics):
        _row(canvas, found, topic, top + place * ROW, step, unit, number)
    canvas.rule(0, top + len(found.topics) * ROW, width, top + len(found.topics) * ROW)
    return canvas.svg(top + len(found.topics) * ROW + 8, "grid-wide", str(found.title), alone=alone)


def _unit(most: int, room: int) -> int:
    """How many documents a square stands for, so that the fullest cell has room."""
    return max(1, -(-most // max(room, 1)))


def _row(canvas: _Canvas, found: WorkMap, topic: Topic, y: float, step: float, unit: int, number: Number) -> None:
    canvas.rule(0, y, canvas.width, y)
    lines = _wrapped(str(topic.label), 24, 2)

    def name() -> None:
        for line, words in enumerate(lines):
            canvas.text(0, y + 20 + line * LINE, words, "bold" if topic.count.all else "faint")

    canvas.link(
        found.address(topic), _says(str(topic.label), "", topic.count), name, (0, y + 2, LABELS - 44, ROW - 4)
    )
    canvas.text(LABELS - 16, y + 20, number(topic.count.all), "faint", size=12, end=True)
    for place, (cell, column) in enumerate(zip(topic.cells, found.columns, strict=True)):
        if _values(found, cell):
            _cell(canvas, found, topic, column, cell, LABELS + place * step, y, step, unit, number)
    for line, (words, css) in enumerate(_notes(topic)):
        canvas.text(canvas.width - NOTES + 10, y + 20 + line * LINE, words, css, size=12)


def _values(found: WorkMap, cell: Count) -> list[tuple[int, str]]:
    """What of a cell is drawn, by kind."""
    values = [(cell.published, "published"), (cell.preparing, "preparing"), (*found.rest(cell), "rest")]
    return [(value, kind) for value, kind in values if value]


def _draw(
    canvas: _Canvas, found: WorkMap, cell: Count, x: float, y: float, high: int, unit: int, number: Number
) -> None:
    """Squares, and how many documents they are: 8+2 are eight published and two in preparation."""
    values, plus = _values(found, cell), found.asked.by != "stage"
    end = canvas.squares(x, y, [(-(-value // unit), kind) for value, kind in values], high)
    said = "+".join(number(value) for value, _kind in values)
    if values[0][1] == "preparing" and plus:
        said = f"+{said}"
    canvas.text(end + 3, y + 9, said, "count", size=12)


def _cell(
    canvas: _Canvas,
    found: WorkMap,
    topic: Topic,
    column: Column,
    cell: Count,
    x: float,
    y: float,
    step: float,
    unit: int,
    number: Number,
) -> None:
    def squares() -> None:
        _draw(canvas, found, cell, x, y + 8, HIGH, unit, number)

    said = _says(str(topic.label), str(column.label), cell)
    canvas.link(found.address(topic, column), said, squares, (x - 4, y + 3, step - 4, ROW - 6))


def narrow(found: WorkMap, number: Number) -> str:
    """The same for a phone: topics below each other, each with those who work on it."""
    canvas = _Canvas(NARROW, direction(get_language() or "en") == "rtl", [])
    unit = _unit(found.most, int((NARROW - NAMES - 2 * NUMBER) // PITCH) * 2)
    y = _legend(canvas, 0, 14, found.asked.by == "stage", unit, most=NARROW) + 12
    for topic in found.topics:
        canvas.rule(0, y, NARROW, y)
        y = _stacked(canvas, found, topic, y + 22, unit, number)
    return canvas.svg(y, "grid-narrow", str(found.title), alone=False)


def _stacked(canvas: _Canvas, found: WorkMap, topic: Topic, y: float, unit: int, number: Number) -> float:
    for words in _wrapped(str(topic.label), 40, 2):
        canvas.text(0, y, words, "bold", size=15)
        y += 18
    for words, css in _notes(topic, 46):
        canvas.text(0, y, words, css, size=13)
        y += 17
    ranked = list(zip(topic.cells, found.columns, strict=True))
    if found.asked.by != "stage":
        ranked.sort(key=lambda pair: -pair[0].all)
    for cell, column in ranked:
        if _values(found, cell):
            y = _line(canvas, found, topic, column, cell, y, unit, number)
    return y + 6


def _line(
    canvas: _Canvas, found: WorkMap, topic: Topic, column: Column, cell: Count, y: float, unit: int, number: Number
) -> float:
    name = _wrapped(str(column.label), 13, 3)
    high = max(22, LINE * len(name) + 7)

    def squares() -> None:
        for line, words in enumerate(name):
            canvas.text(0, y + 8 + line * LINE, words, size=13)
        _draw(canvas, found, cell, NAMES, y - 2, 2, unit, number)

    said = _says(str(topic.label), str(column.label), cell)
    canvas.link(found.address(topic, column), said, squares, (0, y - 6, NARROW, high))
    return y + high


def _legend(canvas: _Canvas, x: float, y: float, stages: bool, unit: int, most: float = WIDEST) -> float:
    """What the squares mean; returns the line it ends on."""
    words = [("published", gettext("published")), ("preparing", gettext("in preparation"))]
    if stages:
        words.append(("rest", gettext("withdrawn or not stated")))
    square = ngettext("a square is a document", "a square is up to %(n)s documents", unit) % {"n": unit}
    begun = x
    for kind, said in [*words, ("", square)]:
        long = 7.2 * _wide(said) + 14
        if x > begun and x + long > most:
            x, y = begun, y + 18
        if kind:
            canvas.square(x, y - 7, kind)
        canvas.text(x + (12 if kind else 0), y, said, "faint", size=12)
        x += long + 12
    return y


def _notes(topic: Topic, most: int = 24) -> Iterable[tuple[str, str]]:
    """What stands beside a topic, as lines with their class."""
    if topic.overlaps:
        names = ", ".join(group.label for group in topic.groups)
        count = len(topic.groups)
        said = ngettext("overlap of %(n)s", "overlap of %(n)s", count) % {"n": count}
        return [(said, "bold note-overlap"), *((words, "faint") for words in _wrapped(names, most, 1))]
    said = GAPS.get(topic.gap)
    return [(words, "note-gap") for words in _wrapped(said(), most, 2)] if said else []


GAPS: dict[str, Callable[[], str]] = {
    "nothing": lambda: gettext("no document"),
    "unpublished": lambda: gettext("nothing published yet"),
    "idle": lambda: gettext("nothing in preparation"),
}


def _says(topic: str, column: str, cell: Count) -> str:
    """A cell in words."""
    parts = [
        ngettext("%(n)s published", "%(n)s published", cell.published) % {"n": cell.published},
        ngettext("%(n)s in preparation", "%(n)s in preparation", cell.preparing) % {"n": cell.preparing},
    ]
    if cell.withdrawn:
        parts.append(ngettext("%(n)s withdrawn", "%(n)s withdrawn", cell.withdrawn) % {"n": cell.withdrawn})
    if cell.unknown:
        parts.append(gettext("%(n)s without a stage") % {"n": cell.unknown})
    return f"{', '.join(filter(None, (topic, column)))}: {', '.join(parts)}"


def _wide(words: str) -> int:
    """How many letters' room words take: Han and kana take that of two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def _wrapped(words: str, most: int, lines: int) -> list[str]:
    """Words in at most so many lines of at most so many letters; what is left out is marked."""
    pieces = words.split() if " " in words else ([words] if _wide(words) <= most else list(words))
    gap = " " if " " in words else ""
    made = [""]
    for piece in pieces:
        longer = f"{made[-1]}{gap if made[-1] else ''}{piece}"
        if made[-1] and _wide(longer) > most:
            made.append(piece)
        else:
            made[-1] = longer
    kept = made[:lines]
    if len(made) > lines:
        kept[-1] = f"{_cut(kept[-1], most - 1)}…"
    return [line if _wide(line) <= most + 2 else f"{_cut(line, most)}…" for line in kept if line]


def _cut(words: str, most: int) -> str:
    taken = ""
    for letter in words:
        if _wide(taken + letter) > most:
            break
        taken += letter
    return taken.rstrip()
