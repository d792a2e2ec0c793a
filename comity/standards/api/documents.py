"""The catalogue for programs."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view
from pydantic import Field

from comity.records.cursors import LONGEST
from comity.records.errors import NotFound
from comity.records.http import cacheable, viewer_of
from comity.standards import exports, files, queries, responses

DAY = "A year, a month or a day (2018, 2018-05, 2018-05-31): statuses and undated references as they were then"
FORM = f"A file instead, with all documents rather than a page: {', '.join(files.FORMS)}"
router = Router(tags=["standards"])
SIZE = 50  # documents on one page


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
    as_of: dict[str, Any] | None = Field(None, description="How it stood on the day asked for, where one was")


class DocumentsOut(Schema):
    """A page of documents; `next` is the cursor of the page after it."""

    total: int
    more: bool
    next: str | None
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
    concept: str = Field("", max_length=100, description="What they are about, such as `ai-topic:risk`")
    all: bool = Field(False, description="Every document, not only AI standards")
    sort: str = Field("", max_length=10)
    as_of: str = Field("", max_length=40, description=DAY)
    form: str = Field("", max_length=40, description=FORM)
    after: str = Field("", max_length=LONGEST, description="The cursor: `next` of the page before")


@router.get("/documents", response=DocumentsOut, summary="List or search documents")
@decorate_view(cacheable)
def documents(request: HttpRequest, filters: Query[Filters]) -> HttpResponseBase:
    given = filters.model_dump()
    given["all"] = "1" if filters.all else "0"
    read = queries.Filters.read({key: str(value) for key, value in given.items()})
    if filters.form:
        viewer, day = viewer_of(request), queries.day_of(read.as_of)
        return responses.streamed(files.form(filters.form), queries.matching(read, viewer), viewer, day)
    page = queries.listing(read, viewer_of(request), size=SIZE)
    body = {
        "total": page.total,
        "more": page.more,
        "next": str(page.cursor) if page.cursor else None,
        "results": [exports.summary_json(one, page.thens.get(one.pk)) for one in page.rows],
    }
    # Written as it is: fifty documents through the schema take three times as long as all the rest.
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")


@router.get("/documents/{path:name}", summary="One document, by public id, slug or identifier")
@decorate_view(cacheable)
def document(
    request: HttpRequest,
    name: str,
    as_of: str = Query("", max_length=40, description=DAY),
    form: str = Query("", max_length=40, description=f"A file instead: {', '.join(files.FORMS)}"),
) -> Any:
    viewer, day = viewer_of(request), queries.day_of(as_of)
    one = queries.find(name, viewer)
    if one is None:
        raise NotFound
    if form:
        return responses.of_one(files.form(form), one.pk, one.slug, viewer, day)
    found = queries.dossier(one, viewer)
    return exports.document_json(found, queries.as_of_many(found.shown, day, viewer) if day else None)
