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


Slot = Callable[[Sequence[UUID], Viewer], Mapping[UUID, Sequence[Beside]]]
_slots: list[Slot] = []


def register(slot: Slot) -> None:
    """Show what `slot` finds for clauses (by their public ids) beside them. It takes a fixed number of queries."""
    if slot not in _slots:
        _slots.append(slot)


def beside(clauses: Sequence[UUID], viewer: Viewer) -> dict[UUID, list[Beside]]:
    """All that the rooms have to say of some clauses."""
    found: dict[UUID, list[Beside]] = {}
    for slot in _slots:
        for clause, lines in slot(clauses, viewer).items():
            found.setdefault(clause, []).extend(lines)
    return found
