"""Reads of the catalogue that pages, API and CLI share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from comity.engine import identifiers
from comity.records import kinds
from comity.records.log import Fault
from comity.records.models import FacetCount, Task
from comity.records.search import ranking
from comity.records.viewer import ANYONE, Viewer
from comity.standards import claims
from comity.standards.columns import Columns, Mask, columns, narrow
from comity.standards.models import (
    Body,
    Claim,
    ColumnMapping,
    Committee,
    Document,
    DocumentType,
    Edition,
    Relation,
    Selection,
    Source,
    Stage,
)

PAGE = 25
FACETS = ("body", "stage", "type", "year", "language", "committee")
SORTS = ("newest", "oldest", "identifier")
FOUND = 500  # documents a search ranks
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


PAGE_OF_DOCUMENT = (
    *ROW,
    "languages",
    "territory",
    "current",
    "work_id",
    "body__name",
    "body__slug",
    "committee__name",
)


def _plain(text: str, most: int) -> str:
    """What of a text a database takes: no NUL, no half of a character."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:most]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to, as it stands in the address."""

    query: str = ""
    body: str = ""
    stage: str = ""
    type: str = ""
    year: str = ""
    language: str = ""
    committee: str = ""
    all: bool = False
    sort: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        """From an address's query; what makes no sense there is as good as not there."""
        values = {name: _plain(given.get(name, ""), 200) for name in FACETS}
        page = given.get("page", "1")
        year = values["year"]
        return cls(
            query=_plain(given.get("q", ""), 500),
            body=values["body"].upper(),
            stage=values["stage"] if values["stage"] in Stage.values else "",
            type=values["type"] if values["type"] in DocumentType.values else "",
            year=year if year.isascii() and year.isdigit() and len(year) == 4 else "",
            language=values["language"],
            committee=values["committee"],
            all=given.get("all") == "1",
            sort=given.get("sort", "") if given.get("sort") in SORTS else "",
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) else 1,
        )

    @property
    def narrowed(self) -> bool:
        return any(getattr(self, name) for name in FACETS) or bool(self.query)

    @property
    def key(self) -> tuple[Any, ...]:
        """What decides which documents are left, but for the query."""
        return self.all, *(getattr(self, name) for name in FACETS)

    def chosen(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FACETS if getattr(self, name)}


@dataclass(slots=True)
class Listing:
    """One page of documents with what is needed to go on."""

    filters: Filters
    rows: list[Document]
    total: int
    more: bool = False  # more match than a search ranks
    reasons: dict[int, ranking.Hit] = field(default_factory=dict)
    translated: str = ""
    first: int = 1
    next: int | None = None
    previous: int | None = None
    ids: list[int] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def rows_with_reasons(self) -> list[tuple[Document, ranking.Hit | None]]:
        return [(one, self.reasons.get(one.pk)) for one in self.rows]


def filtered(filters: Filters, viewer: Viewer, without: str = "") -> QuerySet[Document]:
    """Documents the filters leave, but for the facet `without`."""
    found = Document.objects.visible_to(viewer)
    if not filters.all:
        found = found.filter(selection=Selection.AI)
    for name, value in filters.chosen().items():
        if name != without:
            found = found.filter(_condition(name, value))
    return found


def _condition(name: str, value: str) -> Q:
    if name == "body":
        return _holds("publishers", value)
    if name == "committee":
        return Q(committee__slug=value)
    if name == "language":
        return _holds("languages", value)
    return Q(**{name: value})


def _holds(column: str, value: str) -> Q:
    """A column that is a JSON list holds a string."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__contains": [value]})
    return Q(**{f"{column}__icontains": json.dumps(value, ensure_ascii=False)})


def listing(filters: Filters, viewer: Viewer, *, size: int = PAGE, meaning: bool = True) -> Listing:
    """A page of the catalogue: the filtered documents, or what answers the query among them.

    Three queries without a question, at most ten with one.
    """
    if filters.query:
        return _answer(filters, viewer, size, meaning)
    held = columns().fresh()
    sort = filters.sort or "newest"

    def found() -> Any:
        return held.ordered(_mask(held, filters, held.seen_by(viewer)), sort)

    keys = found() if viewer.signed_in else held.keep((sort, filters.key), found)
    start = (filters.page - 1) * size
    page = Listing(filters, _rows_of(keys[start : start + size].tolist(), viewer), len(keys))
    return _paged(page, start, size)


def _mask(held: Columns, filters: Filters, seen: Mask, without: str = "") -> Mask:
    mask = seen if filters.all else seen & held.ai()
    return narrow(held, _values(filters), mask, without)


def _values(filters: Filters) -> dict[str, Any]:
    """The chosen facets as the columns hold them."""
    found: dict[str, Any] = dict(filters.chosen())
    if filters.year:
        found["year"] = int(filters.year)
    if filters.committee:
        found["committee"] = (
            Committee.objects.filter(slug=filters.committee).values_list("pk", flat=True).first() or 0
        )
    return found


def _rows_of(keys: list[int], viewer: Viewer) -> list[Document]:
    by_key = {one.pk: one for one in _row(Document.objects.visible_to(viewer).filter(pk__in=keys))}
    return [by_key[key] for key in keys if key in by_key]


def _row(found: QuerySet[Document]) -> QuerySet[Document]:
    return found.select_related("committee", "body").only(*ROW)


def _paged(page: Listing, start: int, size: int) -> Listing:
    page.first = start + 1
    page.previous = page.filters.page - 1 if start else None
    page.next = page.filters.page + 1 if start + size < page.total else None
    return page


def _answer(filters: Filters, viewer: Viewer, size: int, meaning: bool) -> Listing:
    within = {"document": filtered(filters, viewer) if filters.chosen() or not filters.all else None}
    results = ranking.search(filters.query, viewer=viewer, within=within, most=FOUND, meaning=meaning)
    keys = [hit.object for hit in results.hits]
    start = (filters.page - 1) * size
    if filters.sort:
        held = columns().fresh()
        keys = held.ordered(held.among(keys), filters.sort).tolist()
    rows = _rows_of(keys[start : start + size], viewer)
    page = Listing(filters, rows, len(keys), results.more, translated=results.translated, ids=keys)
    page.reasons = {hit.object: hit for hit in results.hits[start : start + size]}
    return _paged(page, start, size)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet a list can be narrowed to."""

    facet: str
    value: str
    label: Any
    count: int
    chosen: bool = False


def facets(page: Listing, viewer: Viewer, *, most: int = 12) -> dict[str, list[Choice]]:
    """The values of each facet with their counts, commonest first (years: newest first). Three queries at most.

    Every facet is counted without its own filter, so that one can change one's mind.
    """
    held = columns().fresh()

    def found() -> dict[str, list[Choice]]:
        seen = held.among(page.ids) if page.filters.query else held.seen_by(viewer)
        counts = {name: held.counts(name, _mask(held, page.filters, seen, name)) for name in FACETS}
        return _labelled(counts, page.filters, most)

    return found() if viewer.signed_in or page.filters.query else held.keep(("facets", page.filters.key), found)


def _labelled(counts: Mapping[str, Counter[Any]], filters: Filters, most: int) -> dict[str, list[Choice]]:
    committees = {
        pk: (slug, designation)
        for pk, slug, designation in Committee.objects.filter(
            pk__in=[pk for pk, _n in counts["committee"].most_common(most)]
        ).values_list("pk", "slug", "designation")
    }
    found: dict[str, list[Choice]] = {}
    for name in FACETS:
        order = sorted(counts[name].items(), key=lambda item: (-item[1], str(item[0])))[:most]
        if name == "year":
            order = sorted(counts[name].items(), reverse=True)[:most]
        chosen = getattr(filters, name)
        choices = []
        for value, count in order:
            slug, label = _named(name, value, committees)
            if slug:
                choices.append(Choice(name, slug, label, count, slug == chosen))
        found[name] = choices
    return found


def _named(name: str, value: Any, committees: Mapping[int, tuple[str, str]]) -> tuple[str, Any]:
    if name == "committee":
        return committees.get(value, ("", ""))
    if name == "body":
        return value, _("publisher not stated") if value == "OTHER" else value
    if name == "stage":
        return value, Stage(value).label
    if name == "type":
        return value, DocumentType(value).label
    return str(value), str(value)


# one document


@dataclass(slots=True)
class Link:
    """A relation as it is shown: to a document that is here, or to an identifier that is not."""

    kind: str
    label: Any
    target: str
    dated: bool
    document: Document | None


@dataclass(slots=True)
class Dossier:
    """All that a document's page shows."""

    document: Document
    editions: list[Edition]
    current: Edition | None
    links: dict[Any, list[Link]]
    links_left: int
    same_work: list[Document]
    parts: list[Document]
    whole: Document | None
    identifiers: list[tuple[str, str]]


PAGE_OF_EDITION = (
    "key", "identifier", "label", "number", "stage", "stage_words", "stage_inferred", "date", "dates", "links", "ics",
    "sources", "differences", "document_id",
)  # fmt: skip
SHOWN_LINKS = 40
SHOWN_EDITIONS = 60


def dossier(document: Document, viewer: Viewer) -> Dossier:
    """A document with its editions, relations, work, parts and identifiers. Five queries at most."""
    mine = Edition.objects.visible_to(viewer).filter(document=document).only(*PAGE_OF_EDITION)
    editions = list(mine.order_by("-date", "-pk")[:500])
    editions.sort(key=lambda one: (one.date or "0", identifiers.sort_key(one.label)), reverse=True)
    current = next((one for one in editions if one.key == document.current), editions[0] if editions else None)
    relations, left = _relations(current)
    whole = identifiers.parse(document.part_of).document if document.part_of else ""
    wanted = {one.target_document for one in relations} | {whole}
    same = Q(part_of__in=[one.key for one in editions]) | Q(key__in=wanted - {""})
    if document.work_id:
        same |= Q(work=document.work_id)
    near = list(
        _row(Document.objects.visible_to(viewer).filter(same).exclude(pk=document.pk)).only(*ROW, "work_id")[:200]
    )
    by_key = {one.key: one for one in near}
    keys = {one.key for one in editions}
    return Dossier(
        document=document,
        editions=editions,
        current=current,
        links=_links((one for one in relations if not _shown_elsewhere(one, document, by_key, keys)), by_key),
        links_left=left,
        same_work=[one for one in near if document.work_id and one.work_id == document.work_id],
        parts=sorted((one for one in near if one.part_of in keys), key=lambda one: one.date),
        whole=by_key.get(whole),
        identifiers=list(current.identifiers.values_list("kind", "value").order_by("pk")[:20]) if current else [],
    )


def _shown_elsewhere(one: Relation, document: Document, by_key: Mapping[str, Document], keys: set[str]) -> bool:
    """Whether the page shows a relation's target already: an edition of this document, or an amendment to one."""
    target = by_key.get(one.target_document)
    return one.target_document == document.key or (target is not None and target.part_of in keys)


def _relations(edition: Edition | None) -> tuple[list[Relation], int]:
    if edition is None:
        return [], 0
    rows = list(edition.relations.order_by("kind", "target_key")[: SHOWN_LINKS + 1])
    if len(rows) <= SHOWN_LINKS:
        return rows, 0
    return rows[:SHOWN_LINKS], edition.relations.count() - SHOWN_LINKS


def _links(relations: Iterable[Relation], by_key: Mapping[str, Document]) -> dict[Any, list[Link]]:
    found: dict[Any, list[Link]] = {}
    seen = set()
    for one in relations:
        if (one.kind, one.target_key) in seen:
            continue
        seen.add((one.kind, one.target_key))
        label = one.get_kind_display()
        found.setdefault(label, []).append(
            Link(one.kind, label, one.target, one.dated, by_key.get(one.target_document))
        )
    return found


def relations_page(document: Document, viewer: Viewer, page: int, size: int = 100) -> tuple[list[Link], int]:
    """All relations of a document's current edition, a page at a time. Three queries."""
    edition = Edition.objects.visible_to(viewer).filter(key=document.current).first()
    if edition is None:
        return [], 0
    rows = edition.relations.order_by("kind", "target_key", "pk")
    shown = list(rows[(page - 1) * size : page * size])
    keys = {one.target_document for one in shown}
    by_key = {one.key: one for one in _row(Document.objects.visible_to(viewer).filter(key__in=keys))}
    links = [Link(r.kind, r.get_kind_display(), r.target, r.dated, by_key.get(r.target_document)) for r in shown]
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


def matching(filters: Filters, viewer: Viewer) -> QuerySet[Document]:
    """All documents of a list: those the filters leave, or of them those that answer the query."""
    found = filtered(filters, viewer)
    return found.filter(pk__in=listing(filters, viewer, size=1).ids) if filters.query else found


# what is here


def holdings() -> dict[str, int]:
    """How many of each thing the node holds, as far as everybody may know. Three queries."""
    rows = FacetCount.objects.filter(kind="document", facet__in=("total:", "ai|total:"))
    totals = dict(rows.values_list("facet", "entries"))
    return {
        "ai": totals.get("ai|total:", 0),
        "documents": totals.get("total:", 0),
        "bodies": Body.objects.visible_to(ANYONE).count(),
        "committees": Committee.objects.visible_to(ANYONE).count(),
    }


def running_tasks() -> list[dict[str, Any]]:
    rows = Task.objects.exclude(state=Task.State.DONE).order_by("-pk")[:20]
    return [
        {
            "name": one.name,
            "state": one.state,
            "done": one.done,
            "total": one.total,
            "message": one.message or (one.error.strip().splitlines() or [""])[-1],
        }
        for one in rows
    ]


def altered_claims() -> Iterator[Fault]:
    """Claims that are not what was imported. Reads all of them."""
    rows = Claim.objects.values_list("source__key", "ref", "data", "digest").iterator(chunk_size=2_000)
    for source, ref, data, digest in rows:
        if claims.digest(data) != bytes(digest):
            yield Fault(f"claim {source} {ref}", "differs from what was imported")


def sources() -> list[Source]:
    """Where the catalogue's claims come from, and how old they are."""
    return list(Source.objects.order_by("name"))


def ai_bodies() -> list[Choice]:
    """Bodies with AI standards, most first. Two queries."""
    rows = FacetCount.objects.filter(kind="document", facet__startswith="ai|body:", entries__gt=0)
    counts = {facet.removeprefix("ai|body:"): entries for facet, entries in rows.values_list("facet", "entries")}
    bodies = Body.objects.filter(code__in=list(counts))
    choices = [
        Choice("body", one.code, _("publisher not stated") if one.code == "OTHER" else one.code, counts[one.code])
        for one in bodies
    ]
    return sorted(choices, key=lambda choice: (-choice.count, choice.value))


@dataclass(frozen=True, slots=True)
class BodyRow:
    body: Body
    documents: int
    ai: int


def bodies(viewer: Viewer) -> list[BodyRow]:
    """Bodies with how much of theirs is here. Two queries."""
    rows = FacetCount.objects.filter(kind="document", entries__gt=0)
    rows = rows.filter(Q(facet__startswith="body:") | Q(facet__startswith="ai|body:"))
    counts = dict(rows.values_list("facet", "entries"))
    found = [
        BodyRow(one, counts.get(f"body:{one.code}", 0), counts.get(f"ai|body:{one.code}", 0))
        for one in Body.objects.visible_to(viewer)
    ]
    return [row for row in found if row.documents]


def body(one: Body, viewer: Viewer) -> dict[str, Any]:
    """What a body's page shows. Five queries."""
    mine = Document.objects.visible_to(viewer).filter(_holds("publishers", one.code))
    counts = dict(
        FacetCount.objects.filter(kind="document", facet__in=(f"body:{one.code}", f"ai|body:{one.code}")).values_list(
            "facet", "entries"
        )
    )
    ai = mine.filter(selection=Selection.AI)
    stages = Counter(dict(ai.order_by().values_list("stage").annotate(n=Count("pk"))))
    return {
        "total": counts.get(f"body:{one.code}", 0),
        "ai": counts.get(f"ai|body:{one.code}", 0),
        "rows": list(_row(ai).order_by("-date", "id")[:PAGE]),
        "stages": [(stage.value, stage.label, stages[stage.value]) for stage in Stage if stages[stage.value]],
        "committees": list(
            Committee.objects.visible_to(viewer)
            .filter(documents__in=ai)
            .annotate(n=Count("documents"))
            .order_by("-n", "designation")[:15]
        ),
    }


def committee(one: Committee, viewer: Viewer) -> dict[str, Any]:
    """What a committee's page shows. Three queries."""
    mine = Document.objects.visible_to(viewer).filter(committee=one)
    return {
        "total": mine.count(),
        "rows": list(_row(mine).order_by("-selection", "-date", "id")[:PAGE]),
        "children": list(Committee.objects.visible_to(viewer).filter(parent=one)[:60]),
    }


def bodies_of(document: Document, held: Columns) -> list[Body]:
    """The bodies that publish a document, in the order of its identifier."""
    known = held.keep("bodies", lambda: {one.code: one for one in Body.objects.all()})
    return [known[code] for code in document.publishers if code in known]


def document(slug: str, viewer: Viewer) -> Document | None:
    """The document a page is about. One query."""
    seen = Document.objects.visible_to(viewer).select_related("committee", "body")
    return seen.only(*PAGE_OF_DOCUMENT).filter(slug=slug).first()


def source_names() -> dict[str, str]:
    return dict(Source.objects.values_list("key", "name"))


def imports() -> QuerySet[Task]:
    """Imports by page, newest first."""
    return Task.objects.filter(name="standards.import").order_by("-pk")


def mappings() -> list[str]:
    """Names of the saved column mappings."""
    return list(ColumnMapping.objects.order_by("name").values_list("name", flat=True))
