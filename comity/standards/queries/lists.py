"""Lists of documents: narrowed, sorted, searched, a page at a time; and what they can be narrowed to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from comity.engine.topics import SCHEMES
from comity.records.cursors import Cursor
from comity.records.search import ranking
from comity.records.viewer import Viewer
from comity.standards.columns import Columns, Mask, columns, narrow
from comity.standards.models import Committee, Document, DocumentType, Selection, Stage
from comity.standards.queries.classification import concept_labels, documents_by_concept, is_about
from comity.standards.queries.filters import COLUMNS, Filters
from comity.standards.queries.rows import Row, rows
from comity.standards.queries.validity import Then, as_of_many, day_of

PAGE = 25
FOUND = 500  # documents a search ranks


@dataclass(slots=True)
class Listing:
    """One page of documents with what is needed to go on."""

    filters: Filters
    rows: list[Row]
    total: int
    more: bool = False  # more match than a search ranks
    reasons: dict[int, ranking.Hit] = field(default_factory=dict)
    translated: str = ""
    first: int = 1
    next: int | None = None
    previous: int | None = None
    ids: list[int] = field(default_factory=list)
    cursor: Cursor | None = None  # where the next page begins; None on the last
    thens: dict[int, Then] = field(default_factory=dict)  # how the rows stood on the day asked for

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


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
        return holds("publishers", value)
    if name == "committee":
        return Q(committee__slug=value)
    if name == "language":
        return holds("languages", value)
    if name == "concept":
        return is_about(value)
    return Q(**{name: value})


def holds(column: str, value: str) -> Q:
    """A column that is a JSON list holds a string."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__contains": [value]})
    return Q(**{f"{column}__icontains": json.dumps(value, ensure_ascii=False)})


def listing(filters: Filters, viewer: Viewer, *, size: int = PAGE, meaning: bool = True) -> Listing:
    """A page of the catalogue: the filtered documents, or what answers the query among them.

    Two queries without a question; at most nine with one, six where all its words stand in some document.
    One more after a cursor.
    Four more for how the rows stood on a day.

    Raises:
        NotADay: `as_of` is no date.
    """
    day = day_of(filters.as_of)
    page = _answer(filters, viewer, size, meaning) if filters.query else _sorted(filters, viewer, size)
    if day:
        page.thens = as_of_many([one.pk for one in page.rows], day, viewer)
    return page


def _sorted(filters: Filters, viewer: Viewer, size: int) -> Listing:
    held = columns().fresh()
    sort = filters.sort or "newest"

    def found() -> Any:
        return held.ordered(_mask(held, filters, held.seen_by(viewer)), sort)

    keys = found() if viewer.signed_in else held.keep((sort, filters.key), found)
    start = _start(filters, keys, size)
    chosen = keys[start : start + size].tolist()
    return _paged(Listing(filters, rows(chosen, viewer), len(keys)), start, size)


def _start(filters: Filters, keys: Any, size: int) -> int:
    if filters.after is None:
        return (filters.page - 1) * size
    row = Document.objects.filter(rid=filters.after.row).values_list("pk", flat=True).first()
    return filters.after.start(keys, row)


def _mask(held: Columns, filters: Filters, seen: Mask, without: str = "") -> Mask:
    mask = seen if filters.all else seen & held.ai()
    if filters.concept and without != "concept":
        about = np.zeros(len(mask), bool)
        about[_about(held).get(filters.concept, [])] = True
        mask = mask & about
    return narrow(held, _values(held, filters), mask, without)


def _values(held: Columns, filters: Filters) -> dict[str, Any]:
    """The chosen facets as the columns hold them."""
    found: dict[str, Any] = {name: value for name, value in filters.chosen().items() if name in COLUMNS}
    if filters.year:
        found["year"] = int(filters.year)
    if filters.committee:
        slugs = {slug: pk for pk, (slug, _designation) in _committees(held).items()}
        found["committee"] = slugs.get(filters.committee, 0)
    return found


def _paged(page: Listing, start: int, size: int) -> Listing:
    if page.rows and start + size < page.total:
        page.cursor = Cursor(page.rows[-1].rid, start + size)
    page.first = start + 1
    page.previous = page.filters.page - 1 if start else None
    page.next = page.filters.page + 1 if start + size < page.total else None
    return page


def _answer(filters: Filters, viewer: Viewer, size: int, meaning: bool) -> Listing:
    within = {"document": filtered(filters, viewer) if filters.chosen() or not filters.all else None}
    results = ranking.search(filters.query, viewer=viewer, within=within, most=FOUND, meaning=meaning)
    keys = [hit.object for hit in results.hits]
    if filters.sort:
        held = columns().fresh()
        keys = held.ordered(held.among(keys), filters.sort).tolist()
    start = _start(filters, keys, size)
    chosen = keys[start : start + size]
    page = Listing(
        filters,
        rows(chosen, viewer),
        len(keys),
        results.more,
        translated=results.translated,
        ids=keys,
    )
    page.reasons = {hit.object: hit for hit in results.hits}
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
    """The values of each facet with their counts, commonest first (years: newest first). Four queries at most.

    Every facet is counted without its own filter, so that one can change one's mind.
    """
    held = columns().fresh()

    def found() -> dict[str, list[Choice]]:
        seen = held.among(page.ids) if page.filters.query else held.seen_by(viewer)
        counts = {name: held.counts(name, _mask(held, page.filters, seen, name)) for name in COLUMNS}
        labelled = _labelled(counts, page.filters, _committees(held), most)
        return labelled | _concepts(held, _mask(held, page.filters, seen, "concept"), page.filters.concept, most)

    return found() if viewer.signed_in or page.filters.query else held.keep(("facets", page.filters.key), found)


def _about(held: Columns) -> dict[str, Any]:
    """Places of the documents that are about each concept, kept until something is written. One query then."""

    def read() -> dict[str, Any]:
        return {name: held.places(keys) for name, keys in documents_by_concept().items()}

    known: dict[str, Any] = held.keep("about", read)
    return known


def _concepts(held: Columns, mask: Mask, chosen: str, most: int) -> dict[str, list[Choice]]:
    """What the documents are about: a group a scheme, the commonest concepts first."""
    labels: dict[str, Any] = held.keep("concepts", concept_labels)
    counts = {name: int(mask[places].sum()) for name, places in _about(held).items()}
    found: dict[str, list[Choice]] = {f"concept:{scheme}": [] for scheme in SCHEMES}
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        group = found[f"concept:{name.split(':')[0]}"]
        if name in labels and (name == chosen or (count and len(group) < most)):
            group.append(Choice("concept", name, labels[name], count, name == chosen))
    return found


def _committees(held: Columns) -> dict[int, tuple[str, str]]:
    """Slug and designation of every committee, kept until something is written: they are few."""

    def read() -> dict[int, tuple[str, str]]:
        rows = Committee.objects.order_by().values_list("pk", "slug", "designation")
        return {pk: (slug, designation) for pk, slug, designation in rows}

    known: dict[int, tuple[str, str]] = held.keep("committees", read)
    return known


def _labelled(
    counts: Mapping[str, Counter[Any]], filters: Filters, committees: Mapping[int, tuple[str, str]], most: int
) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {}
    for name in COLUMNS:
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


def matching(filters: Filters, viewer: Viewer) -> QuerySet[Document]:
    """All documents of a list: those the filters leave, or of them those that answer the query."""
    found = filtered(filters, viewer)
    return found.filter(pk__in=listing(filters, viewer, size=1).ids) if filters.query else found
