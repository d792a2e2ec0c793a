"""Documents as lists and pages show them: plain values, not models.

A page of a list shows twenty-five; to make them and what they point to into models takes six times as
long as to read them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from comity.records.fields import Multilingual
from comity.records.viewer import Viewer
from comity.standards.models import Body, Committee, Document, DocumentType
from comity.standards.queries.compiled import VIEWERS, Compiled, among, given

ROW = (
    "rid",
    "slug",
    "identifier",
    "title",
    "stage",
    "date",
    "selection",
    "reasons",
    "editions_known",
    "differs",
    "part_of",
    "type",
    "key",
    "publishers",
    "committee__designation",
    "committee__slug",
    "body__code",
)
# What is read of each document, in the order of the parameters of `_row`.
READ = (
    "pk",
    "rid",
    "slug",
    "key",
    "identifier",
    "title",
    "type",
    "stage",
    "date",
    "year",
    "publishers",
    "languages",
    "territory",
    "selection",
    "reasons",
    "part_of",
    "current",
    "work_id",
    "editions_known",
    "differs",
    "body__code",
    "body__slug",
    "body__name",
    "committee__designation",
    "committee__slug",
    "committee__name",
)


@dataclass(frozen=True, slots=True)
class BodyName:
    """The body of a document, as a link shows it."""

    code: str
    slug: str
    name: Multilingual

    get_absolute_url = Body.get_absolute_url


@dataclass(frozen=True, slots=True)
class CommitteeName:
    """The committee of a document, as a link shows it."""

    designation: str
    slug: str
    name: Multilingual

    get_absolute_url = Committee.get_absolute_url


@dataclass(slots=True, eq=False)
class Row:
    """A document with its body and committee."""

    pk: int
    rid: UUID
    slug: str
    key: str
    identifier: str
    title: Multilingual
    type: str
    stage: str
    date: str
    year: int | None
    publishers: tuple[str, ...]
    languages: tuple[str, ...]
    territory: str
    selection: int
    reasons: list[list[str]]
    part_of: str
    current: str
    work_id: int | None
    editions_known: int
    differs: bool
    body: BodyName
    committee: CommitteeName | None

    get_absolute_url = Document.get_absolute_url

    def get_type_display(self) -> Any:
        return DocumentType(self.type).label


def rows(keys: list[int], viewer: Viewer) -> list[Row]:
    """The documents with these primary keys that the viewer may see, in this order. One query."""
    if not keys:
        return []
    by_key = {row[0]: row for row in _by_keys(viewer).rows(keys=keys)}
    return [made(by_key[key]) for key in keys if key in by_key]


def document(slug: str, viewer: Viewer) -> Row | None:
    """The document a page is about. One query."""
    found = _by_slug(viewer).rows(slug=slug)
    return made(found[0]) if found else None


@lru_cache(maxsize=VIEWERS)
def _by_keys(viewer: Viewer) -> Compiled:
    return Compiled(read(Document.objects.visible_to(viewer).filter(among(Document, "id", "keys"))))


@lru_cache(maxsize=VIEWERS)
def _by_slug(viewer: Viewer) -> Compiled:
    return Compiled(read(Document.objects.visible_to(viewer).filter(slug=given("slug"))))


def read(found: QuerySet[Document]) -> QuerySet[Any]:
    """What is read of documents to make rows of them."""
    return found.values_list(*READ)


def made(values: tuple[Any, ...]) -> Row:
    """A row of what was read."""
    (pk, rid, slug, key, identifier, title, kind, stage, date, year, publishers, languages, *rest) = values
    territory, selection, reasons, part_of, current, work, editions, differs, *names = rest
    return Row(
        pk,
        rid if isinstance(rid, UUID) else UUID(rid),  # SQLite has no type for it
        slug,
        key,
        identifier,
        Multilingual(json.loads(title)),
        kind,
        stage,
        date,
        year,
        _listed(publishers),
        _listed(languages),
        territory,
        selection,
        json.loads(reasons),
        part_of,
        current,
        work,
        editions,
        bool(differs),
        _body(*names[:3]),
        _committee(*names[3:]) if names[3] else None,
    )


# The same few stand in many documents.


@lru_cache(maxsize=2_000)
def _listed(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


@lru_cache(maxsize=500)
def _body(code: str, slug: str, name: str) -> BodyName:
    return BodyName(code, slug, Multilingual(json.loads(name)))


@lru_cache(maxsize=2_000)
def _committee(designation: str, slug: str, name: str) -> CommitteeName:
    return CommitteeName(designation, slug, Multilingual(json.loads(name)))


def with_names(found: QuerySet[Document]) -> QuerySet[Document]:
    """Documents as models, with what a row of a list shows of them."""
    return found.select_related("committee", "body").only(*ROW)
