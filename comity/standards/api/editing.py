"""Editing the catalogue by program: whoever writes says which version they saw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.records.errors import NotAllowed, NotFound, Stale
from comity.records.http import viewer_of
from comity.records.viewer import Viewer
from comity.standards import policies, queries
from comity.standards.api.documents import router as documents
from comity.standards.errors import NoVersion, VersionDiffers
from comity.standards.models import Body, Committee, Document, Edition
from comity.standards.queries import history as reads
from comity.standards.services import editing, stating, undoing

router = Router(tags=["editing"])

BECAUSE = "Why; everybody can read it in the history"
VERSION = "The version you saw, if `If-Match` does not say it"


class Stating(Schema):
    """Fields of an edition. One that is not given stays as it is; an empty one is left to the sources again."""

    titles: dict[str, str] | None = Field(None, description="Title by language tag")
    stage: str | None = None
    published: str | None = None
    committee: str | None = None
    type: str | None = None
    page: str | None = None
    ics: list[str] | None = None
    languages: list[str] | None = None
    territory: str | None = None
    because: str = Field(max_length=500, description=BECAUSE)

    def fields(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True, exclude={"because", "version", "key"})


class NewDocument(Stating):
    """An edition that no source names."""

    identifier: str = Field(max_length=255)
    edition: str | None = Field(None, description="Number of the edition")
    publishers: list[str] | None = Field(None, description="Codes of bodies, where the identifier does not tell")


class DocumentPatch(Stating):
    """What is right. `key` names an edition that is not the one that stands for the document."""

    identifier: str | None = Field(None, max_length=255, description="As it is printed")
    edition: str | None = Field(None, description="Number of the edition")
    key: str = Field("", max_length=255)
    version: int | None = Field(None, description=VERSION)


class EditedOut(Schema):
    """What was written: `version` is to be sent with the next change."""

    url: str
    key: str
    version: int


class BodyIn(Schema):
    """A body. On changing, fields that are not given stay."""

    code: str = Field("", max_length=40)
    name: dict[str, str] | None = None
    reach: str | None = None
    country: str | None = None
    website: str | None = None
    because: str = Field(max_length=500, description=BECAUSE)
    version: int | None = Field(None, description=VERSION)


class CommitteeIn(Schema):
    """A committee. On changing, fields that are not given stay."""

    designation: str = Field("", max_length=255)
    body: str = Field("", max_length=40)
    name: dict[str, str] | None = None
    parent: str | None = Field(None, description="Designation of the committee above")
    because: str = Field(max_length=500, description=BECAUSE)
    version: int | None = Field(None, description=VERSION)


class RelationIn(Schema):
    """A relation of an edition (the one that stands for `document`, or `key`) to another document."""

    document: str = Field(max_length=255)
    key: str = Field("", max_length=255)
    kind: str = Field(max_length=16)
    target: str = Field(max_length=255)
    because: str = Field(max_length=500, description=BECAUSE)
    remove: bool = Field(False, description="Take back what editors stated")
    version: int | None = Field(None, description=VERSION)


class HistoryOf(Schema):
    """Whose history: exactly one of them."""

    document: str = Field("", max_length=255)
    body: str = Field("", max_length=40, description="Code")
    committee: str = Field("", max_length=80, description="Last part of the address of its page")


class HistoryOut(Schema):
    """What people changed, the latest first. `version` is that of the record (of its current edition) now."""

    url: str
    key: str
    version: int
    changes: list[dict[str, Any]]


class UndoIn(Schema):
    change: int = Field(description="Number of the change, as the history has it")
    because: str = Field(max_length=500, description=BECAUSE)


def _editor(request: HttpRequest) -> Viewer:
    if not policies.may_edit(viewer_of(request), None):
        raise NotAllowed
    return viewer_of(request)


def _edition(request: HttpRequest, name: str, key: str) -> tuple[Document, Edition]:
    document = queries.find(name, viewer_of(request))
    seen = Edition.objects.visible_to(viewer_of(request))
    found = seen.filter(document=document, key=key or document.current).first() if document else None
    if document is None or found is None:
        raise NotFound
    return document, found


class _Seen:
    """The version a writer saw: by `If-Match` (then 412 if it is not the one), or in the body (then 409)."""

    def __init__(self, request: HttpRequest, version: int | None) -> None:
        tag = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        self.by_header = tag.isascii() and tag.isdigit()
        if not self.by_header and version is None:
            raise NoVersion
        self.version = int(tag[:9]) if self.by_header else version

    def write(self, verb: Any, *given: Any, **told: Any) -> Any:
        try:
            return verb(*given, expected=self.version, **told)
        except Stale as error:
            raise VersionDiffers if self.by_header else error from error


def _edited(one: Document | Body | Committee, key: str = "") -> dict[str, Any]:
    if isinstance(one, Document):
        edition = Edition.objects.get(key=key or one.current)
        return {"url": one.get_absolute_url(), "key": edition.key, "version": edition.version}
    return {"url": one.get_absolute_url(), "key": getattr(one, "key", one.slug), "version": one.version}


@documents.post("/documents", response={201: EditedOut}, summary="Add a document, or another edition of one")
def add_document(request: HttpRequest, given: NewDocument) -> Any:
    viewer = _editor(request)
    fields = given.fields()
    edition = stating.add(fields.pop("identifier"), fields, because=given.because, by=viewer)
    return 201, _edited(edition.document, edition.key)


@documents.patch("/documents/{path:name}", response=EditedOut, summary="State what is right in an edition")
def change_document(request: HttpRequest, name: str, given: DocumentPatch) -> dict[str, Any]:
    viewer, seen = _editor(request), _Seen(request, given.version)
    document, edition = _edition(request, name, given.key)
    seen.write(stating.state, edition, given.fields(), because=given.because, by=viewer)
    return _edited(document, edition.key)


@router.post("/relations", response=EditedOut, summary="Add a relation, or take back one that editors stated")
def relate(request: HttpRequest, given: RelationIn) -> dict[str, Any]:
    viewer, seen = _editor(request), _Seen(request, given.version)
    document, edition = _edition(request, given.document, given.key)
    verb = stating.unrelate if given.remove else stating.relate
    seen.write(verb, edition, given.kind, given.target, because=given.because, by=viewer)
    return _edited(document, edition.key)


_KEYS = {"because", "version", "code", "designation", "body"}


@router.post("/bodies", response={201: EditedOut}, summary="Add a body")
def add_body(request: HttpRequest, given: BodyIn) -> Any:
    viewer = _editor(request)
    fields = given.model_dump(exclude_none=True, exclude=_KEYS)
    return 201, _edited(editing.add_body(given.code, fields, because=given.because, by=viewer))


@router.patch("/bodies/{slug}", response=EditedOut, summary="Change a body")
def change_body(request: HttpRequest, slug: str, given: BodyIn) -> dict[str, Any]:
    return _changed(request, Body, slug, given)


@router.post("/committees", response={201: EditedOut}, summary="Add a committee")
def add_committee(request: HttpRequest, given: CommitteeIn) -> Any:
    viewer = _editor(request)
    fields = given.model_dump(exclude_none=True, exclude=_KEYS)
    one = editing.add_committee(given.designation, given.body, fields, because=given.because, by=viewer)
    return 201, _edited(one)


@router.patch("/committees/{slug}", response=EditedOut, summary="Change a committee")
def change_committee(request: HttpRequest, slug: str, given: CommitteeIn) -> dict[str, Any]:
    return _changed(request, Committee, slug, given)


def _changed(request: HttpRequest, model: Any, slug: str, given: BodyIn | CommitteeIn) -> dict[str, Any]:
    viewer, seen = _editor(request), _Seen(request, given.version)
    one = model.objects.visible_to(viewer).filter(slug=slug).first()
    if one is None:
        raise NotFound
    fields = given.model_dump(exclude_none=True, exclude=_KEYS)
    return _edited(seen.write(editing.change, one, fields, because=given.because, by=viewer))


@router.get("/history", response=HistoryOut, summary="What people changed in a document, body or committee")
def history(request: HttpRequest, of: Query[HistoryOf]) -> dict[str, Any]:
    viewer = viewer_of(request)
    versions: list[reads.Version] = []
    one: Any = None
    if of.document:
        one = queries.find(of.document, viewer)
        versions = reads.of_document(one, viewer) if one else []
    elif of.body:
        one = Body.objects.visible_to(viewer).filter(code=of.body).first()
        versions = reads.of_record("body", one, viewer) if one else []
    elif of.committee:
        one = Committee.objects.visible_to(viewer).filter(slug=of.committee).first()
        versions = reads.of_record("committee", one, viewer) if one else []
    if one is None:
        raise NotFound
    return {**_edited(one), "changes": [reads.version_json(version) for version in versions]}


@router.post("/history/undo", response={200: dict[str, UUID]}, summary="Undo a change, by a new one")
def undo(request: HttpRequest, given: UndoIn) -> dict[str, UUID]:
    return {"id": undoing.undo(given.change, because=given.because, by=_editor(request)).rid}
