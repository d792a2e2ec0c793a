"""Errors that are reported, for programs: anybody reports, the secretariat reads and answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.members.queries import sender_of
from comity.records.errors import NotAllowed, NotFound
from comity.records.http import viewer_of
from comity.standards import policies, queries
from comity.standards.models import Body, Committee, Correction
from comity.standards.queries import corrections as reads
from comity.standards.services import corrections as services

router = Router(tags=["corrections"])


class ReportIn(Schema):
    """What is wrong. Exactly one of `document`, `body` and `committee` is named."""

    document: str = Field("", max_length=255, description="Public id, slug or identifier of a document")
    body: str = Field("", max_length=40, description="Code of a body")
    committee: str = Field("", max_length=80, description="Last part of the address of a committee's page")
    field: str = Field(max_length=10, description="What is wrong: `title`, `stage`, `other`, ...")
    edition: str = Field("", max_length=255, description="Its key, if it is not the one that stands for the document")
    language: str = Field("", max_length=35, description="Of a title or name")
    proposed: str = Field("", max_length=1_000, description="What it should say")
    reason: str = Field(max_length=4_000, description="How you know; only the secretariat reads it")
    address: str = Field("", max_length=254, description="Email address for the answer; erased once it is sent")


class ReportedOut(Schema):
    """`follow` is the address where the answer will be. It is given once: keep it."""

    id: UUID
    state: str
    follow: str


class CorrectionOut(Schema):
    """A report as the secretariat reads it."""

    id: UUID
    about: str
    edition: str
    field: str
    language: str
    before: str
    proposed: str
    reason: str
    state: str
    applied: str
    answer: str
    reported_at: str
    decided_at: str | None


class CorrectionsOut(Schema):
    """A page of reports: `next` is the number of the following page."""

    total: int
    page: int
    next: int | None
    results: list[CorrectionOut]


class WantedCorrections(Schema):
    """What of the queue is wanted."""

    state: str = Field("open", pattern="^(open|accepted|declined)$", description="open, accepted, declined")
    page: int = Field(1, ge=1, le=99_999)


class AnswerIn(Schema):
    """A decision. `value` is what the field says from then on."""

    decision: str = Field(pattern="^(accept|decline)$")
    answer: str = Field(min_length=1, max_length=4_000)
    value: str = Field("", max_length=1_000)


@router.post("/corrections", response={201: ReportedOut}, summary="Report an error; no token is needed")
def report(request: HttpRequest, given: ReportIn) -> Any:
    told = given.model_dump()
    about = _about(request, *(told.pop(name) for name in ("document", "body", "committee")))
    one = services.report(about, services.Report(**told), by=viewer_of(request), sender=sender_of(request))
    return 201, {"id": one.rid, "state": one.state, "follow": services.link_of(one)}


def _about(request: HttpRequest, document: str, body: str, committee: str) -> services.About:
    viewer = viewer_of(request)
    found: Any = None
    if [bool(document), bool(body), bool(committee)].count(True) == 1:
        if document:
            found = queries.find(document, viewer)
        elif body:
            found = Body.objects.visible_to(viewer).filter(code=body).first()
        else:
            found = Committee.objects.visible_to(viewer).filter(slug=committee).first()
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


@router.get("/corrections", response=CorrectionsOut, summary="Reported errors, for the secretariat")
def corrections(request: HttpRequest, wanted: Query[WantedCorrections]) -> dict[str, Any]:
    _decider(request)
    found = reads.corrections(viewer_of(request), wanted.state, wanted.page)
    return {
        "total": found.total,
        "page": wanted.page,
        "next": found.next,
        "results": [reads.correction_json(one) for one in found.rows],
    }


@router.post("/corrections/{uuid:rid}/decision", response=CorrectionOut, summary="Accept or decline a report")
def decide(request: HttpRequest, rid: UUID, given: AnswerIn) -> dict[str, Any]:
    _decider(request)
    one = _reported(request, rid)
    if given.decision == "accept":
        services.accept(one, answer=given.answer, value=given.value, by=viewer_of(request))
    else:
        services.decline(one, answer=given.answer, by=viewer_of(request))
    return reads.correction_json(_reported(request, rid))


def _decider(request: HttpRequest) -> None:
    if not policies.may_decide_corrections(viewer_of(request)):
        raise NotAllowed


def _reported(request: HttpRequest, rid: UUID) -> Correction:
    found = reads.correction(rid, viewer_of(request))
    if found is None:
        raise NotFound
    return found
