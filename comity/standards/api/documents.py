"""The catalogue for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.records.errors import NotFound
from comity.standards import exports, queries
from comity.standards.models import Document

router = Router(tags=["standards"])


class DocumentOut(Schema):
    """A document as lists show it."""

    id: UUID
    identifier: str
    document: str
    title: dict[str, str]
    bodies: list[str]
    committee: str | None
    type: str
    stage: str
    date: str
    url: str

    @classmethod
    def of(cls, one: Document) -> DocumentOut:
        return cls(
            id=one.rid,
            identifier=one.identifier,
            document=one.key,
            title=dict(one.title),
            bodies=one.publishers,
            committee=one.committee.designation if one.committee else None,
            type=one.type,
            stage=one.stage,
            date=one.date,
            url=one.get_absolute_url(),
        )


class DocumentsOut(Schema):
    total: int
    more: bool
    page: int
    next: int | None
    results: list[DocumentOut]


class Filters(Schema):
    """The same filters as the page of the catalogue."""

    q: str = Field("", max_length=500, description="Words, an identifier, or a question in any language")
    body: str = Field("", max_length=40)
    stage: str = Field("", max_length=16)
    type: str = Field("", max_length=16)
    year: str = Field("", pattern=r"^(\d{4})?$")
    language: str = Field("", max_length=16)
    committee: str = Field("", max_length=80)
    all: bool = Field(False, description="Every document, not only AI standards")
    sort: str = Field("", max_length=10)
    page: int = Field(1, ge=1, le=100_000)


@router.get("/documents", response=DocumentsOut, summary="List or search documents")
def documents(request: HttpRequest, filters: Query[Filters]) -> DocumentsOut:
    given = filters.model_dump()
    given["all"] = "1" if filters.all else "0"
    read = queries.Filters.read({key: str(value) for key, value in given.items()})
    page = queries.listing(read, request.viewer, size=50)  # type: ignore[attr-defined]
    return DocumentsOut(
        total=page.total,
        more=page.more,
        page=read.page,
        next=page.next,
        results=[DocumentOut.of(one) for one in page.rows],
    )


@router.get("/documents/{path:name}", summary="One document, by public id, slug or identifier")
def document(request: HttpRequest, name: str) -> dict[str, Any]:
    found = queries.find(name, request.viewer)  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return exports.document_json(queries.dossier(found, request.viewer))  # type: ignore[attr-defined]
