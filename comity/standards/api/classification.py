"""What documents are about, for programs: the queue, deciding, adding, having classes suggested."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from comity.records.errors import NotAllowed, NotFound
from comity.records.http import viewer_of
from comity.standards import policies, queries, services
from comity.standards.models import Classification
from comity.standards.queries import classification
from comity.standards.queries.classification import NAME, Queue

router = Router(tags=["standards"])
SIZE = 100
VERDICT = "^(confirmed|rejected)$"


class ClassOut(Schema):
    """One thing a document is about."""

    id: UUID
    document: str
    concept: str
    label: dict[str, str]
    state: str
    confidence: float | None
    evidence: list[dict[str, str]]


class ClassesOut(Schema):
    """A page of classes, the surest first."""

    total: int
    next: int | None
    results: list[ClassOut]


class ClassFilters(Schema):
    """What the list of classes is narrowed to."""

    state: str = Field("suggested", pattern="^(suggested|confirmed|rejected)$")
    scheme: str = Field("", max_length=32)
    concept: str = Field("", max_length=100, description="Such as `ai-topic:risk`")
    least: float = Field(0, ge=0, le=1, description="The least confidence")
    page: int = Field(1, ge=1, le=100_000)


class AgreementOut(Schema):
    """How often people confirmed what the engine suggested of one concept, and what they added."""

    concept: str
    label: dict[str, str]
    confirmed: int
    rejected: int
    added: int


class DecisionsIn(Schema):
    """Classes by their ids, and what is decided of all of them."""

    ids: list[UUID] = Field(min_length=1, max_length=services.MOST_DECIDED)
    verdict: str = Field(pattern=VERDICT)


class DecidedOut(Schema):
    """How many were decided; those that were decided before stayed as they were."""

    decided: int


class ClassIn(Schema):
    """A concept a person adds to a document."""

    document: str = Field(max_length=255, description="Public id, slug or identifier")
    concept: str = Field(pattern=f"^{NAME.pattern}$", description="Such as `ai-topic:risk`")


class SuggestIn(Schema):
    """Documents to suggest classes for; without any, all AI standards."""

    documents: list[UUID] = Field(default_factory=list, max_length=5_000)


class TaskOut(Schema):
    task: int
    state: str


def _out(one: Classification) -> dict[str, Any]:
    return {
        "id": one.rid,
        "document": one.document.key,
        "concept": f"{one.concept.scheme.code}:{one.concept.code}",
        "label": dict(one.concept.label),
        "state": str(one.state),
        "confidence": one.confidence,
        "evidence": [{"place": place, "term": term} for place, term in one.evidence],
    }


@router.get("/classification", response=ClassesOut, summary="What documents are about, suggested or decided")
def classes(request: HttpRequest, filters: Query[ClassFilters]) -> dict[str, Any]:
    asked = Queue(**filters.model_dump())
    found = classification.waiting(asked, viewer_of(request), size=SIZE)
    more = asked.page * SIZE < found.total
    results = [_out(row.one) for row in found.rows]
    return {"total": found.total, "next": asked.page + 1 if more else None, "results": results}


@router.get("/classification/agreement", response=list[AgreementOut], summary="How far people agree with the engine")
def agreement(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "concept": f"{one.scheme}:{one.code}",
            "label": dict(one.label),
            "confirmed": one.confirmed,
            "rejected": one.rejected,
            "added": one.added,
        }
        for one in classification.agreement(viewer_of(request))
    ]


@router.post("/classification", response={201: ClassOut}, summary="State that a document is about a concept")
def add(request: HttpRequest, given: ClassIn) -> tuple[int, dict[str, Any]]:
    viewer = viewer_of(request)
    if not policies.may_classify(viewer):
        raise NotAllowed
    document = queries.find(given.document, viewer)
    if document is None:
        raise NotFound
    return 201, _out(services.add_class(document, given.concept, by=viewer))


@router.post("/classification/decisions", response=DecidedOut, summary="Confirm or reject suggestions")
def decide(request: HttpRequest, given: DecisionsIn) -> dict[str, int]:
    return {"decided": services.decide_classes(given.ids, given.verdict, by=viewer_of(request))}


@router.post("/classification/suggest", response={202: TaskOut}, summary="Have classes suggested in the background")
def suggest(request: HttpRequest, given: SuggestIn) -> tuple[int, TaskOut]:
    task = services.start_suggesting(given.documents or None, by=viewer_of(request))
    return 202, TaskOut(task=task.pk, state=task.state)
