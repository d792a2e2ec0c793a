"""Instruments and clauses for programs."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.files import UploadedFile

from comity.records.errors import NotAllowed, NotFound
from comity.records.http import cacheable
from comity.standards import policies, queries, services
from comity.standards.models import Clause, Edition
from comity.standards.queries import changes as comparing
from comity.standards.queries import instruments

router = Router(tags=["instruments"])
MOST = 500  # clauses on one page


class TextOut(Schema):
    """What a clause says in one language; without text and guidance where they may not be shown."""

    language: str
    heading: str
    text: str
    guidance: str
    summary: str
    hidden: bool


class ClauseOut(Schema):
    """A clause of one edition."""

    id: UUID
    ref: str
    parent: str
    kind: str
    order: int
    lineage: UUID
    url: str
    texts: list[TextOut]


class ExpressionOut(Schema):
    """One language an edition is known in."""

    language: str
    title: str
    nature: str
    licence: str
    may_show: bool
    source: str
    clauses: int


class InstrumentOut(Schema):
    """An edition with its clauses, a page at a time: `next` is the cursor of the following page."""

    document: str
    edition: str
    editions: list[str]
    date: str
    expressions: list[ExpressionOut]
    total: int
    next: int | None
    clauses: list[ClauseOut]


class Asked(Schema):
    """Which edition and languages are wanted."""

    document: str = Field(max_length=255, description="Public id, slug or identifier of the document")
    edition: str = Field("", max_length=255, description="Label, identifier, date or public id of an edition")
    as_of: str = Field("", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$", description="The latest edition of this day")
    language: list[str] = Field([], description="BCP 47; all languages if none is named")
    after: int = Field(0, ge=0, description="Cursor: `next` of the page before")
    size: int = Field(100, ge=1, le=MOST)


def _document(name: str, request: HttpRequest) -> Any:
    found = queries.find(name, request.viewer)  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found


@router.get("/instruments", response=InstrumentOut, summary="The clauses of an edition, a page at a time")
@decorate_view(cacheable)
def instrument(request: HttpRequest, asked: Query[Asked]) -> InstrumentOut:
    document = _document(asked.document, request)
    editions = instruments.editions_with_clauses(document, request.viewer)  # type: ignore[attr-defined]
    edition = instruments.edition_of(editions, asked.edition, asked.as_of)
    if edition is None:
        raise NotFound
    expressions = instruments.expressions_of(edition, request.viewer)  # type: ignore[attr-defined]
    read = [one for one in expressions if not asked.language or one.language in asked.language]
    outline = instruments.places(edition, request.viewer)  # type: ignore[attr-defined]
    page = [place for place in outline if place.order > asked.after][: asked.size]
    said = instruments.texts([place.pk for place in page], read)
    languages = {one.pk: one.language for one in read}
    return InstrumentOut(
        document=document.key,
        edition=edition.key,
        editions=[one.key for one in editions],
        date=edition.date,
        expressions=[
            ExpressionOut(
                language=one.language,
                title=one.title,
                nature=one.nature,
                licence=one.licence,
                may_show=one.may_show,
                source=one.source,
                clauses=one.clauses_known,
            )
            for one in expressions
        ],
        total=len(outline),
        next=page[-1].order if page and page[-1].order < outline[-1].order else None,
        clauses=[_clause(place, said.get(place.pk, {}), languages, document) for place in page],
    )


def _address(document: Any, ref: str) -> str:
    return f"{document.get_absolute_url()}clauses/{quote(ref, safe='()')}"


def _clause(place: Any, said: dict[int, instruments.Said], languages: dict[int, str], document: Any) -> ClauseOut:
    return ClauseOut(
        id=place.rid,
        ref=place.ref,
        parent=place.parent,
        kind=place.kind,
        order=place.order,
        lineage=place.lineage,
        url=_address(document, place.ref),
        texts=[
            TextOut(
                language=languages[key],
                heading=words.heading,
                text=words.text,
                guidance=words.guidance,
                summary=words.summary,
                hidden=words.hidden,
            )
            for key, words in said.items()
        ],
    )


class ChangesOut(Schema):
    """What changed from one edition to another; `changes` leaves out what is unchanged."""

    from_: str = Field(serialization_alias="from")
    to: str
    language: str
    counts: dict[str, int]
    changes: list[dict[str, Any]]


@router.get("/instruments/changes", response=ChangesOut, by_alias=True, summary="What changed between two editions")
@decorate_view(cacheable)
def changes(
    request: HttpRequest,
    document: str,
    old: Annotated[str, Query(alias="from")] = "",
    new: Annotated[str, Query(alias="to")] = "",
    language: str = "",
) -> ChangesOut:
    found = comparing.compared(
        _document(document, request),
        request.viewer,  # type: ignore[attr-defined]
        old=old,
        new=new,
        language=language,
    )
    if found is None:
        raise NotFound
    return ChangesOut(
        from_=found.old.key,
        to=found.new.key,
        language=found.language,
        counts=found.counts,
        changes=[comparing.change_json(row) for row in found.rows],
    )


class FoundOut(Schema):
    """A clause that a search found."""

    id: UUID
    document: str
    edition: str
    ref: str
    language: str
    heading: str
    excerpt: str
    reason: str
    url: str


@router.get("/clauses", response=list[FoundOut], summary="Search clauses, in any language")
@decorate_view(cacheable)
def clauses(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=500)],
    language: str = "",
    document: str = "",
    most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[FoundOut]:
    edition: Edition | None = None
    if document:
        editions = instruments.editions_with_clauses(_document(document, request), request.viewer)  # type: ignore[attr-defined]
        if not editions:
            raise NotFound
        edition = editions[0]
    found = instruments.search(
        q,
        request.viewer,  # type: ignore[attr-defined]
        edition=edition,
        languages=[language] if language else [],
        most=most,
    )
    return [_found(one) for one in found]


def _found(one: instruments.FoundClause) -> FoundOut:
    clause: Clause = one.clause
    document = clause.edition.document
    return FoundOut(
        id=clause.rid,
        document=document.key,
        edition=clause.edition.key,
        ref=clause.ref,
        language=one.language,
        heading=one.heading,
        excerpt=one.excerpt,
        reason=one.reason,
        url=_address(document, clause.ref),
    )


class Given(Schema):
    """What the file does not say itself."""

    document: str = Field("", max_length=255)
    edition: str = Field("", max_length=40)
    date: str = Field("", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    language: str = Field("", max_length=35)
    title: str = Field("", max_length=500)
    nature: str = Field("", pattern="^(official|translation|machine|outline|summary)?$")
    licence: str = Field("", max_length=500)
    may_show: bool | None = None


class SavedOut(Schema):
    """What came of an import; counts are of clauses."""

    edition: str
    language: str
    new: int
    changed: int
    unchanged: int
    uncertain: int
    gone: list[str]
    warnings: list[str]
    url: str


@router.post("/instruments", response={201: SavedOut}, summary="Import a text, split into its clauses")
def import_instrument(request: HttpRequest, file: File[UploadedFile], given: Form[Given]) -> Any:
    viewer = request.viewer  # type: ignore[attr-defined]
    if not policies.may_import(viewer):
        raise NotAllowed
    found = services.read_instrument(file.read(services.LARGEST + 1), file.name or "upload", language=given.language)
    saved = services.save_instrument(found, services.Target(**given.model_dump()), by=viewer)
    edition = saved.expression.edition
    return 201, SavedOut(
        edition=edition.key,
        language=saved.expression.language,
        new=saved.new,
        changed=saved.changed,
        unchanged=saved.unchanged,
        uncertain=saved.uncertain,
        gone=saved.gone,
        warnings=saved.warnings,
        url=f"{edition.document.get_absolute_url()}text/?lang={saved.expression.language}",
    )
