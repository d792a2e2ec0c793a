"""What other rooms show beside a clause: they register here, so that no arrow points upward."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from comity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Beside:
    """A line beside a clause: how many bridges, comments and so on begin there, and where they are."""

    label: Any
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class PanelRow:
    """A clause elsewhere: its number and heading, how sure that is in words, and why."""

    ref: str
    heading: str
    language: str
    address: str
    note: str = ""
    why: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """What a room says of the one clause that is open: clauses of one other text, and where to read on."""

    title: str
    address: str
    rows: Sequence[PanelRow] = ()
    about: str = ""
    says: str = ""


Slot = Callable[[Sequence[UUID], Viewer], Mapping[UUID, Sequence[Beside]]]
Uses = Callable[[Sequence[UUID]], set[UUID]]
Panels = Callable[[UUID, Viewer], Sequence[Panel]]
_slots: list[Slot] = []
_uses: list[Uses] = []
_panels: list[Panels] = []


def register(slot: Slot, uses: Uses | None = None) -> None:
    """Show what `slot` finds for clauses (by their public ids) beside them. It takes a fixed number of queries.

    Args:
        uses: which of some clauses the room points at, shown or not: those cannot be taken away.
    """
    if slot not in _slots:
        _slots.append(slot)
    if uses is not None and uses not in _uses:
        _uses.append(uses)


def register_panels(panels: Panels) -> None:
    """Show what `panels` finds for the clause that is open."""
    if panels not in _panels:
        _panels.append(panels)


def beside(clauses: Sequence[UUID], viewer: Viewer) -> dict[UUID, list[Beside]]:
    """All that the rooms have to say of some clauses."""
    found: dict[UUID, list[Beside]] = {}
    for slot in _slots:
        for clause, lines in slot(clauses, viewer).items():
            found.setdefault(clause, []).extend(lines)
    return found


def panels(clause: UUID, viewer: Viewer) -> list[Panel]:
    """What the rooms say at length of the clause that is open."""
    return [panel for find in _panels for panel in find(clause, viewer)]


def used(clauses: Sequence[UUID], viewer: Viewer) -> set[UUID]:
    """Those of some clauses that a room points at."""
    return set(beside(clauses, viewer)).union(*(uses(clauses) for uses in _uses))
