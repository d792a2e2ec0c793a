"""Bridges for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.files import UploadedFile

from comity.bridges import exports, queries, services
from comity.bridges.models import Bridge
from comity.bridges.queries import Filters
from comity.records.errors import NotAllowed, NotFound
from comity.records.http import cacheable, viewer_of

router = Router(tags=["bridges"])
MOST = 200  # clauses on one page


class BridgeOut(Schema):
    """A bridge between two editions, with where its proposals come from."""

    id: UUID
    slug: str
    source: str
    target: str
    engine: str
    model: str
    proposed_at: str | None
    languages: list[str]
    knew: list[dict[str, Any]]
    warnings: list[dict[str, str]]
    clauses: int
    proposals: int
    confident: int
    without_counterpart: int
    url: str


class CrosswalkOut(Schema):
    """A published crosswalk: evidence with its publisher's name."""

    id: UUID
    source: str
    target: str
    publisher: str
    title: str
    licence: str
    published: str
    file: str
    pairs: int
    lost: dict[str, Any]
    url: str


class PublishedOut(Schema):
    """A pair as its publisher has it."""

    id: UUID
    ref: str
    heading: str
    url: str
    publisher: str
    relation: str
    word: str
    rationale: str


class ProposalOut(Schema):
    """A counterpart the engine proposes; `published` are publishers that say the same."""

    id: UUID
    ref: str
    heading: str
    url: str
    rank: int
    score: float
    confidence: float
    relation: str
    relation_confidence: float
    why: list[str]
    published: list[PublishedOut]


class RowOut(Schema):
    """A clause of the source; `none` is the probability that the target has no counterpart."""

    id: UUID
    ref: str
    heading: str
    url: str
    none: float
    no_counterpart: bool
    proposals: list[ProposalOut]
    published: list[PublishedOut]


class ProposalsOut(Schema):
    """A page of a bridge: `next` is the number of the following page."""

    total: int
    page: int
    next: int | None
    results: list[RowOut]


class Asked(Schema):
    """What of a bridge is wanted."""

    clause: str = Field("", max_length=250, description="Only this clause of the source, by its ref")
    show: str = Field(
        "", pattern="^(likely|possible|none|published)?$", description="likely, possible, none, published"
    )
    q: str = Field("", max_length=200, description="Words of either side")
    order: str = Field("", pattern="^(teaching)?$", description="teaching: what needs a decision most first")
    page: int = Field(1, ge=1, le=99_999)
    size: int = Field(50, ge=1, le=MOST)


@router.get("/bridges", response=list[BridgeOut], summary="All bridges")
@decorate_view(cacheable)
def bridges(request: HttpRequest) -> list[dict[str, Any]]:
    return [exports.of_bridge(one) for one in queries.bridges(viewer_of(request))]


def _bridge(name: str, request: HttpRequest) -> Bridge:
    found = queries.bridge(name, viewer_of(request))
    if found is None:
        raise NotFound
    return found


@router.get("/bridges/{name}", response=BridgeOut, summary="One bridge, by public id or slug")
@decorate_view(cacheable)
def bridge(request: HttpRequest, name: str) -> dict[str, Any]:
    return exports.of_bridge(_bridge(name, request))


@router.get("/bridges/{name}/proposals", response=ProposalsOut, summary="Its clauses with their counterparts")
@decorate_view(cacheable)
def proposals(request: HttpRequest, name: str, asked: Query[Asked]) -> ProposalsOut:
    filters = Filters(asked.show, asked.q, asked.clause, asked.order == "teaching", asked.page)
    found = queries.bridge_page(_bridge(name, request), viewer_of(request), filters, size=asked.size)
    return ProposalsOut(
        total=found.total,
        page=asked.page,
        next=asked.page + 1 if asked.page * asked.size < found.total else None,
        results=[RowOut(**exports.of_row(row)) for row in found.rows],
    )


class Wanted(Schema):
    """Between which texts the engine is to propose."""

    source: str = Field(max_length=255, description="Public id or identifier of an edition, or a name")
    target: str = Field(max_length=255)
    top: int = Field(services.TOP, ge=1, le=services.MOST)


class TaskOut(Schema):
    """Work that is being done; `state` is queued, running, done or failed."""

    task: int
    state: str
    done: int
    total: int
    message: str


def _task(one: Any) -> TaskOut:
    return TaskOut(task=one.pk, state=one.state, done=one.done, total=one.total, message=one.message)


@router.post("/bridges", response={202: TaskOut}, summary="Have counterparts proposed, in the background")
def propose(request: HttpRequest, wanted: Wanted) -> Any:
    viewer = viewer_of(request)
    source, target = (services.edition_called(name, viewer) for name in (wanted.source, wanted.target))
    return 202, _task(services.start_proposing(source, target, top=wanted.top, by=viewer))


@router.get("/proposing/{task}", response=TaskOut, summary="How far the proposing is")
def proposing(request: HttpRequest, task: int) -> TaskOut:
    found = queries.proposing(task)
    if not viewer_of(request).has_role("secretariat"):
        raise NotAllowed
    if found is None:
        raise NotFound
    return _task(found)


@router.get("/crosswalks", response=list[CrosswalkOut], summary="All published crosswalks")
@decorate_view(cacheable)
def crosswalks(request: HttpRequest) -> list[dict[str, Any]]:
    return [exports.of_crosswalk(one) for one in queries.crosswalks(viewer_of(request))]


class Given(Schema):
    """What the file does not say itself."""

    source: str = Field("", max_length=255)
    target: str = Field("", max_length=255)
    publisher: str = Field("", max_length=300)


class LostOut(Schema):
    side: str
    ref: str
    line: int


class ImportedOut(Schema):
    """What came of one crosswalk of the file; `lost` are refs that name no clause here."""

    id: UUID
    source: str
    target: str
    publisher: str
    state: str
    pairs: int
    pairs_lost: int
    lost: list[LostOut]
    warnings: list[str]
    url: str


@router.post("/crosswalks", response={201: list[ImportedOut]}, summary="Import a published crosswalk")
def import_crosswalk(request: HttpRequest, file: File[UploadedFile], given: Form[Given]) -> Any:
    viewer = viewer_of(request)
    source, target = (
        services.edition_called(name, viewer) if name else None for name in (given.source, given.target)
    )
    done = services.import_crosswalk(
        file.read(services.LARGEST + 1),
        file.name or "upload",
        source=source,
        target=target,
        publisher=given.publisher,
        by=viewer,
    )
    return 201, [exports.of_import(one) for one in done]
