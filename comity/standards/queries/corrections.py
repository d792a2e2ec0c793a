"""What was reported: the queue of the secretariat, and what everybody reads of what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from comity.records.viewer import Viewer
from comity.standards.models import Body, Committee, Correction, Document

SIZE = 25
MOST_PUBLIC = 50


@dataclass(frozen=True, slots=True)
class CorrectionsPage:
    """A page of the queue: what waits oldest first, what was decided newest first."""

    rows: list[Correction]
    total: int
    counts: dict[str, int]
    state: str
    number: int

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number * SIZE < self.total else None


def corrections(viewer: Viewer, state: str = Correction.State.OPEN, number: int = 1) -> CorrectionsPage:
    """Reports in a state that the viewer may read. Two queries."""
    seen = Correction.objects.visible_to(viewer)
    counts = dict.fromkeys(Correction.State.values, 0)
    counts |= dict(seen.order_by().values_list("state").annotate(n=Count("pk")))
    order = ("created_at", "pk") if state == Correction.State.OPEN else ("-decided_at", "-pk")
    found = _whole(seen.filter(state=state)).order_by(*order)
    return CorrectionsPage(list(found[(number - 1) * SIZE : number * SIZE]), counts[state], counts, state, number)


def correction(rid: UUID, viewer: Viewer) -> Correction | None:
    """One report. One query."""
    found: Correction | None = _whole(Correction.objects.visible_to(viewer)).filter(rid=rid).first()
    return found


def _whole(found: QuerySet[Correction]) -> QuerySet[Correction]:
    return found.select_related("document", "document__committee", "edition", "body", "committee")


@dataclass(frozen=True, slots=True)
class PublicCorrection:
    """What everybody reads of a report that was accepted. Who reported it, and in what words, is not told."""

    field: str
    language: str
    before: str
    applied: str
    answer: str
    decided_at: Any

    def get_field_display(self) -> Any:
        return Correction.Field(self.field).label


def accepted(about: Any, viewer: Viewer) -> list[PublicCorrection]:
    """What was put right in a document, body or committee because somebody reported it, newest first. One query."""
    slot = {Body: "body", Committee: "committee"}.get(type(about), "document")
    model = {"body": Body, "committee": Committee, "document": Document}[slot]
    found = Correction.objects.filter(
        **{f"{slot}__in": model.objects.visible_to(viewer).filter(pk=about.pk)}, state=Correction.State.ACCEPTED
    )
    columns = ("field", "language", "before", "applied", "answer", "decided_at")
    return [PublicCorrection(*row) for row in found.order_by("-decided_at").values_list(*columns)[:MOST_PUBLIC]]


def correction_json(one: Correction) -> dict[str, Any]:
    """A report as the secretariat reads it, as plain JSON."""
    return {
        "id": one.rid,
        "about": one.about.get_absolute_url(),
        "edition": one.edition.key if one.edition else "",
        "field": one.field,
        "language": one.language,
        "before": one.before,
        "proposed": one.proposed,
        "reason": one.reason,
        "state": one.state,
        "applied": one.applied,
        "answer": one.answer,
        "reported_at": one.created_at.isoformat(),
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
    }
