"""What is drawn of a document: its life as a line, its neighbours as a graph. Geometry only; templates draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity.standards.models import RelationKind, Stage
from comity.standards.queries import Dossier

WIDTH, MOST = 760, 7
BEFORE = {
    RelationKind.SUPERSEDES,
    RelationKind.ADOPTS,
    RelationKind.CITES,
    RelationKind.AMENDS,
    RelationKind.EDITION_OF,
    RelationKind.DERIVES_FROM,
    RelationKind.INCLUDED_IN,
}


@dataclass(frozen=True, slots=True)
class Point:
    """One event on the line of a document's life."""

    x: int
    date: str
    stage: str
    identifier: str
    words: str
    current: bool

    @property
    def short(self) -> str:
        """As much of the identifier as fits under the line."""
        return self.identifier if len(self.identifier) <= 18 else ""


def timeline(found: Dossier) -> list[Point]:
    """The latest editions and drafts with a date, oldest first, evenly spaced."""
    dated = [one for one in found.editions if one.date][:MOST]
    events = sorted(((one.date, one.stage, one) for one in dated), key=lambda event: event[0])
    ends = [
        (one.dates["obsoleted"], Stage.WITHDRAWN.value, one)
        for one in dated[:1]
        if one.dates.get("obsoleted") and one.stage == Stage.WITHDRAWN
    ]
    # A withdrawn edition was published first: its date is that of publication.
    events = [
        (
            date,
            Stage.PUBLISHED.value if stage == Stage.WITHDRAWN and one.dates.get("published") else stage,
            one,
        )
        for date, stage, one in events
    ] + ends
    step = (WIDTH - 120) // max(len(events) - 1, 1)
    return [
        Point(
            60 + place * step,
            date,
            stage,
            one.identifier,
            one.stage_words,
            bool(found.current) and one == found.current,
        )
        for place, (date, stage, one) in enumerate(events)
    ]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A box of the graph, left (what this builds on) or right (what builds on this)."""

    x: int
    y: int
    label: Any
    name: str
    address: str
    anchor: str

    @property
    def line_y(self) -> int:
        return self.y - 4

    @property
    def y_2(self) -> int:
        return self.y + 14

    @property
    def text_x(self) -> int:
        return self.x - 8 if self.anchor == "end" else self.x + 8

    @property
    def bend(self) -> int:
        """Where the curve turns, half way to the middle."""
        return (self.x + self.end) // 2

    @property
    def end(self) -> int:
        return 368 if self.anchor == "end" else 392


@dataclass(frozen=True, slots=True)
class Graph:
    height: int
    middle: int
    nodes: list[Neighbour]


def neighbours(found: Dossier) -> Graph | None:
    """The document among those it is related to; None if there is nothing to draw."""
    links = [link for group in found.links.values() for link in group]
    # Documents that are here come first: they can be opened.
    links.sort(key=lambda link: link.document is None)
    left = [link for link in links if link.kind in BEFORE][:6]
    right = [link for link in links if link.kind not in BEFORE][:6]
    if not left and not right:
        return None
    height = max(len(left), len(right)) * 44 + 24
    nodes = _column(left, 250, "end", height) + _column(right, 510, "start", height)
    return Graph(height, height // 2, nodes)


def _column(links: list[Any], x: int, anchor: str, height: int) -> list[Neighbour]:
    top = (height - len(links) * 44) // 2 + 20
    return [
        Neighbour(
            x,
            top + place * 44,
            link.label,
            link.target[:34],
            link.document.get_absolute_url() if link.document else "",
            anchor,
        )
        for place, link in enumerate(links)
    ]
