"""All that a document's page shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from comity.engine import identifiers
from comity.records import kinds
from comity.records.viewer import ANYONE, Viewer
from comity.standards.columns import Columns
from comity.standards.models import (
    Body,
    Document,
    Edition,
    Expression,
    Identifier,
    Relation,
    RelationKind,
    SameWork,
)
from comity.standards.queries.classification import ClassRow, classes_of
from comity.standards.queries.compiled import VIEWERS, Compiled, among, given
from comity.standards.queries.rows import Row, made, read, with_names
from comity.standards.queries.works import decisions_in

SHOWN_LINKS = 40
MOST_EDITIONS = 500
MOST_NEAR = 200
LINK = ("kind", "target", "target_key", "target_document", "dated")
EDITION = (
    "key",
    "identifier",
    "label",
    "number",
    "stage",
    "stage_words",
    "stage_inferred",
    "date",
    "dates",
    "links",
    "ics",
    "sources",
    "differences",
    "pk",
)


@dataclass(slots=True, eq=False)
class EditionRow:
    """An edition as the page of its document shows it."""

    key: str
    identifier: str
    label: str
    number: str
    stage: str
    stage_words: str
    stage_inferred: bool
    date: str
    dates: dict[str, str]
    links: dict[str, str]
    ics: list[str]
    sources: list[dict[str, str]]
    differences: list[dict[str, Any]]
    pk: int
    readable: bool  # clause by clause


class Stated(NamedTuple):
    """A relation as it was read."""

    kind: str
    target: str
    target_key: str
    target_document: str
    dated: bool


@dataclass(slots=True)
class Link:
    """A relation as it is shown: to a document that is here, or to an identifier that is not."""

    kind: str
    label: Any
    target: str
    dated: bool
    document: Document | Row | None
    target_key: str = ""


@dataclass(slots=True)
class Dossier:
    """All that a document's page shows."""

    document: Document | Row
    editions: list[EditionRow]
    current: EditionRow | None
    links: dict[Any, list[Link]]
    links_left: int
    same_work: list[Row]
    parts: list[Row]
    whole: Row | None
    identifiers: list[tuple[str, str]]
    decisions: list[SameWork]
    classes: list[ClassRow]

    @property
    def shown(self) -> set[int]:
        """Primary keys of all documents the page shows."""
        linked = {link.document.pk for group in self.links.values() for link in group if link.document}
        others = [*self.same_work, *self.parts, *([self.whole] if self.whole else [])]
        return {self.document.pk} | linked | {one.pk for one in others}

    @property
    def readable(self) -> bool:
        return any(one.readable for one in self.editions)


def dossier(document: Document | Row, viewer: Viewer) -> Dossier:
    """A document with its editions, relations, work, parts, identifiers and classes. Seven queries at most."""
    editions = _editions(document, viewer)
    current = next((one for one in editions if one.key == document.current), editions[0] if editions else None)
    relations, left = _relations(current)
    whole = identifiers.parse(document.part_of).document if document.part_of else ""
    keys = {one.key for one in editions}
    near = _near(document, keys, ({one.target_document for one in relations} | {whole}) - {""}, viewer)
    by_key = {one.key: one for one in near}
    return Dossier(
        document=document,
        editions=editions,
        current=current,
        links=_links((one for one in relations if not _shown_elsewhere(one, document, by_key, keys)), by_key),
        links_left=left,
        same_work=[one for one in near if document.work_id and one.work_id == document.work_id],
        parts=sorted((one for one in near if one.part_of in keys), key=lambda one: one.date),
        whole=by_key.get(whole),
        identifiers=_identifiers_of().rows(edition=current.pk) if current else [],
        decisions=decisions_in(document.work_id, viewer),
        classes=classes_of(document.pk, viewer),
    )


def _editions(document: Document | Row, viewer: Viewer) -> list[EditionRow]:
    """What the viewer may see of a document's editions, the latest first."""
    found = [_edition(*values) for values in _editions_of(viewer).rows(document=document.pk)]
    if len(found) > 1:
        found.sort(key=lambda one: (one.date or "0", identifiers.sort_key(one.label)), reverse=True)
    return found


def _edition(*values: Any) -> EditionRow:
    (
        key,
        identifier,
        label,
        number,
        stage,
        words,
        inferred,
        date,
        dates,
        links,
        ics,
        sources,
        differences,
        pk,
        readable,
    ) = values
    return EditionRow(
        key,
        identifier,
        label,
        number,
        stage,
        words,
        bool(inferred),
        date,
        json.loads(dates),
        json.loads(links),
        json.loads(ics),
        json.loads(sources),
        json.loads(differences),
        pk,
        bool(readable),
    )


def _relations(edition: EditionRow | None) -> tuple[list[Stated], int]:
    if edition is None:
        return [], 0
    found = [Stated._make(values) for values in _relations_of().rows(edition=edition.pk)]
    if len(found) <= SHOWN_LINKS:
        return found, 0
    return found[:SHOWN_LINKS], Relation.objects.filter(edition=edition.pk).count() - SHOWN_LINKS


def _near(document: Document | Row, editions: set[str], documents: set[str], viewer: Viewer) -> list[Row]:
    """Parts of the editions, the documents of these keys, and those of the same work."""
    found = _documents_near(viewer).rows(
        editions=sorted(editions), documents=sorted(documents), work=document.work_id or 0, document=document.pk
    )
    return [made(values) for values in found]


# Relations and identifiers belong to an edition, and are as visible as it is.


@lru_cache(maxsize=VIEWERS)
def _editions_of(viewer: Viewer) -> Compiled:
    texts = Expression.objects.visible_to(viewer).filter(edition=OuterRef("pk"))
    mine = Edition.objects.visible_to(viewer).filter(document=given("document")).annotate(readable=Exists(texts))
    return Compiled(mine.order_by("-date", "-pk").values_list(*EDITION, "readable")[:MOST_EDITIONS])


@lru_cache(maxsize=1)
def _relations_of() -> Compiled:
    mine = Relation.objects.filter(edition=given("edition")).order_by("kind", "target_key")
    return Compiled(mine.values_list(*LINK)[: SHOWN_LINKS + 1])


@lru_cache(maxsize=1)
def _identifiers_of() -> Compiled:
    mine = Identifier.objects.filter(edition=given("edition")).order_by("pk")
    return Compiled(mine.values_list("kind", "value")[:20])


@lru_cache(maxsize=VIEWERS)
def _documents_near(viewer: Viewer) -> Compiled:
    parts, named = among(Document, "part_of", "editions"), among(Document, "key", "documents")
    found = Document.objects.visible_to(viewer).filter(Q(parts) | Q(named) | Q(work=given("work")))
    return Compiled(read(found.exclude(pk=given("document")))[:MOST_NEAR])


def _shown_elsewhere(one: Stated, document: Document | Row, by_key: Mapping[str, Row], keys: set[str]) -> bool:
    """Whether the page shows a relation's target already: an edition of this document, or an amendment to one."""
    target = by_key.get(one.target_document)
    return one.target_document == document.key or (target is not None and target.part_of in keys)


def _links(relations: Iterable[Stated], by_key: Mapping[str, Row]) -> dict[Any, list[Link]]:
    found: dict[Any, list[Link]] = {}
    seen = set()
    for one in relations:
        if (one.kind, one.target_key) in seen:
            continue
        seen.add((one.kind, one.target_key))
        label = RelationKind(one.kind).label
        found.setdefault(label, []).append(
            Link(one.kind, label, one.target, one.dated, by_key.get(one.target_document), one.target_key)
        )
    return found


def relations_page(document: Document | Row, viewer: Viewer, page: int, size: int = 100) -> tuple[list[Link], int]:
    """All relations of a document's current edition, a page at a time. Three queries."""
    edition = Edition.objects.visible_to(viewer).filter(key=document.current).first()
    if edition is None:
        return [], 0
    rows = edition.relations.order_by("kind", "target_key", "pk")
    shown = list(rows[(page - 1) * size : page * size])
    keys = {one.target_document for one in shown}
    here = with_names(Document.objects.visible_to(viewer).filter(key__in=keys))
    by_key = {one.key: one for one in here}
    links = [
        Link(r.kind, r.get_kind_display(), r.target, r.dated, by_key.get(r.target_document), r.target_key)
        for r in shown
    ]
    return links, rows.count()


def find(name: str, viewer: Viewer) -> Document | None:
    """The document a slug, public id or identifier (dated or not) names."""
    seen = Document.objects.visible_to(viewer).select_related("body", "committee")
    with suppress(ValueError):
        return seen.filter(rid=UUID(name)).first()
    direct = seen.filter(Q(slug=name) | Q(key=identifiers.parse(name).document)).first()
    if direct:
        return direct
    keys = kinds.named("document").lookup
    named = keys(name) if keys else []
    return seen.filter(pk=named[0]).first() if named else None


def bodies_of(document: Document | Row, held: Columns) -> list[Body]:
    """The bodies that publish a document, in the order of its identifier."""
    known = {one.code: one for one in all_bodies(held)}
    return [known[code] for code in document.publishers if code in known]


def all_bodies(held: Columns) -> list[Body]:
    """The bodies everybody may see, kept until something is written: they are few. One query at most."""
    bodies: list[Body] = held.keep("bodies", lambda: list(Body.objects.visible_to(ANYONE)))
    return bodies
