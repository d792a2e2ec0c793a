"""Documents that may be the same work, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.records.errors import NotFound
from comity.records.http import viewer_of
from comity.standards import queries, services
from comity.standards.models import SameWork

router = Router(tags=["works"])


class SideOut(Schema):
    """One of the two documents."""

    id: UUID
    identifier: str
    title: dict[str, str]
    body: str
    date: str
    url: str


class SameWorkOut(Schema):
    """Two documents that may be one work: the engine's reasons, and what was decided."""

    id: UUID
    documents: list[SideOut]
    state: str
    adoption: str
    confidence: float
    evidence: list[dict[str, Any]]
    engine: str
    reason: str
    decided_at: str | None
    version: int
    url: str


class SameWorksOut(Schema):
    """A page of pairs: `next` is the number of the following page."""

    total: int
    page: int
    next: int | None
    results: list[SameWorkOut]


class Wanted(Schema):
    """What of the queue is wanted."""

    state: str = Field(
        "proposed", pattern="^(proposed|accepted|rejected)$", description="proposed, accepted, rejected"
    )
    body: str = Field("", max_length=40, description="Code of the body of either document")
    least: float = Field(0, ge=0, le=1, description="Least confidence")
    page: int = Field(1, ge=1, le=99_999)


class Decision(Schema):
    """A decision; `version` is that of the proposal as it was read."""

    decision: str = Field(pattern="^(accept|reject)$")
    adoption: str = Field("", pattern="^(IDT|MOD|NEQ)?$")
    reason: str = Field("", max_length=500)
    version: int


class Undoing(Schema):
    reason: str = Field("", max_length=500)
    version: int


class WorksTaskOut(Schema):
    """Work that is being done; `state` is queued, running, done or failed."""

    task: int
    state: str
    done: int
    total: int
    message: str


def _pair(request: HttpRequest, rid: UUID) -> SameWork:
    found = queries.same_work(rid, viewer_of(request))
    if found is None:
        raise NotFound
    return found


@router.get("/works", response=SameWorksOut, summary="Documents that may be the same work")
def works(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    filters = queries.WorkFilters(wanted.state, wanted.body, wanted.least * 100, wanted.page)
    found = queries.works_page(filters, viewer_of(request))
    return {
        "total": found.total,
        "page": wanted.page,
        "next": found.next,
        "results": [queries.work_json(one) for one in found.rows],
    }


@router.get("/works/{uuid:rid}", response=SameWorkOut, summary="One pair, by public id")
def work(request: HttpRequest, rid: UUID) -> dict[str, Any]:
    return queries.work_json(_pair(request, rid))


@router.post("/works", response={202: WorksTaskOut}, summary="Have all documents compared, in the background")
def propose(request: HttpRequest) -> Any:
    task = services.start_proposing_works(by=viewer_of(request))
    told = {"task": task.pk, "state": task.state, "done": task.done, "total": task.total, "message": task.message}
    return 202, told


@router.post("/works/{uuid:rid}/decision", response=SameWorkOut, summary="Decide whether it is the same work")
def decide(request: HttpRequest, rid: UUID, given: Decision) -> dict[str, Any]:
    one, viewer = _pair(request, rid), viewer_of(request)
    if given.decision == "accept":
        services.accept(one, adoption=given.adoption, reason=given.reason, by=viewer, expected=given.version)
    else:
        services.reject(one, reason=given.reason, by=viewer, expected=given.version)
    return queries.work_json(_pair(request, rid))


@router.post("/works/{uuid:rid}/undo", response=SameWorkOut, summary="Take a decision back")
def undo(request: HttpRequest, rid: UUID, given: Undoing) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.undo(_pair(request, rid), reason=given.reason, by=viewer, expected=given.version)
    return queries.work_json(_pair(request, rid))
