"""What waits for a decision, and what was decided, on documents that may be one work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from comity.records.models import Task
from comity.records.viewer import Viewer
from comity.standards.models import Body, Document, SameWork

LEVELS = (50, 80, 95)  # per cent
MOST_DECISIONS = 40  # shown on the page of a document


@dataclass(frozen=True, slots=True)
class WorkFilters:
    """What of the queue is shown.

    Attributes:
        state: one of `SameWork.State`.
        body: code of a publisher of either side, "" for all.
        least: confidence, in per cent.
    """

    state: str = SameWork.State.PROPOSED
    body: str = ""
    least: float = 0
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> WorkFilters:
        """From what an address says; what is not understood counts as not given."""
        state, least, page = (given.get(name, "") for name in ("state", "least", "page"))
        return cls(
            state=state if state in SameWork.State.values else SameWork.State.PROPOSED,
            body=given.get("body", "")[:40],
            least=int(least) if least in {str(one) for one in LEVELS} else 0,
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
        )


@dataclass(frozen=True, slots=True)
class WorksPage:
    """A page of the queue, the most confident first."""

    rows: list[SameWork]
    total: int
    counts: dict[str, int]
    bodies: list[str]
    filters: WorkFilters
    size: int

    @property
    def next(self) -> int | None:
        return self.filters.page + 1 if self.filters.page * self.size < self.total else None

    @property
    def previous(self) -> int | None:
        return self.filters.page - 1 or None


def same_works(viewer: Viewer) -> QuerySet[SameWork]:
    """Pairs with both documents, their bodies and committees."""
    sides = [f"{side}__{name}" for side in ("first", "second") for name in ("body", "committee", "work")]
    found: QuerySet[SameWork] = SameWork.objects.visible_to(viewer).select_related("first", "second", *sides)
    return found


def works_page(filters: WorkFilters, viewer: Viewer, *, size: int = 50) -> WorksPage:
    """A page of pairs. Four queries."""
    seen = SameWork.objects.visible_to(viewer)
    counts = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    found = same_works(viewer).filter(state=filters.state, confidence__gte=filters.least / 100)
    if filters.body:
        found = found.filter(Q(first__body__code=filters.body) | Q(second__body__code=filters.body))
    order = ("-confidence", "pk") if filters.state == SameWork.State.PROPOSED else ("-decided_at", "pk")
    start = (filters.page - 1) * size
    return WorksPage(
        rows=list(found.order_by(*order)[start : start + size]),
        total=found.count(),
        counts={state: counts.get(state, 0) for state in SameWork.State.values},
        bodies=list(Body.objects.visible_to(viewer).values_list("code", flat=True)),
        filters=filters,
        size=size,
    )


def same_work(rid: UUID, viewer: Viewer) -> SameWork | None:
    """One pair. One query."""
    return same_works(viewer).filter(rid=rid).first()


def documents_beside(one: SameWork, viewer: Viewer, most: int = 12) -> tuple[list[Document], list[Document]]:
    """What else is in the work of each side. One query."""
    works = {side.work_id for side in one.sides if side.work_id}
    if not works:
        return [], []
    inside = Document.objects.visible_to(viewer).filter(work__in=works).exclude(pk__in=(one.first_id, one.second_id))
    found = list(inside.order_by("identifier")[: 2 * most])
    first, second = ([each for each in found if each.work_id == side.work_id] for side in one.sides)
    return first, second


def decisions_in(work: int | None, viewer: Viewer) -> list[SameWork]:
    """What was decided of the documents of a work, the latest first. One query, none without a work."""
    if work is None:
        return []
    accepted = SameWork.objects.visible_to(viewer).filter(state=SameWork.State.ACCEPTED, first__work=work)
    return list(accepted.select_related("first", "second").order_by("-decided_at", "pk")[:MOST_DECISIONS])


def proposing_works(key: int) -> Task | None:
    """A task that proposes. One query."""
    return Task.objects.filter(name="standards.propose_works", pk=key).first()


def works_waiting() -> QuerySet[Task]:
    """What is being proposed now."""
    states = (Task.State.QUEUED, Task.State.RUNNING)
    return Task.objects.filter(name="standards.propose_works", state__in=states).order_by("-pk")


def work_json(one: SameWork) -> dict[str, Any]:
    """A pair, for programs."""
    return {
        "id": str(one.rid),
        "documents": [
            {
                "id": str(side.rid),
                "identifier": side.identifier,
                "title": dict(side.title),
                "body": side.body.code,
                "date": side.date,
                "url": side.get_absolute_url(),
            }
            for side in one.sides
        ],
        "state": one.state,
        "adoption": one.adoption,
        "confidence": one.confidence,
        "evidence": one.evidence,
        "engine": one.engine,
        "reason": one.reason,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "version": one.version,
        "url": one.get_absolute_url(),
    }
