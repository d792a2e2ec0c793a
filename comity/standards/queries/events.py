"""What changed, newest first: for the page of changes, feeds, mails, the API and the command line."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from comity.engine.dates import PartialDate
from comity.records.viewer import Viewer
from comity.standards.errors import NotADay
from comity.standards.models import Document, DocumentEvent, Selection
from comity.standards.queries.filters import Filters
from comity.standards.queries.lists import filtered, matching
from comity.standards.queries.rows import Row, rows

PAGE = 50
DAYS = 30  # looked back if nothing is said
FIELDS = ("pk", "document", "at", "kind", "stage_before", "stage", "edition_before", "edition", "date", "read_on")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a document."""

    pk: int
    document: Row
    at: datetime.datetime
    kind: str
    stage_before: str
    stage: str
    edition_before: str
    edition: str
    date: str
    read_on: str

    @property
    def label(self) -> Any:
        return DocumentEvent.Kind(self.kind).label


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted."""

    since: datetime.date
    until: datetime.date

    @classmethod
    def read(cls, since: str, until: str) -> Period:
        """From an address: a year or a month stands for all its days; without a first day, the last thirty.

        Raises:
            NotADay: one of them is no date, or they are in the wrong order.
        """
        last = _partial(until).latest() if until.strip() else timezone.localdate()
        back = min(DAYS, last.toordinal() - 1)
        first = _partial(since).earliest() if since.strip() else last - datetime.timedelta(days=back)
        if first > last:
            raise NotADay(given=f"{since} – {until or last}"[:40])
        return cls(first, last)

    @property
    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """The first and last moment, in the reader's time zone."""
        zone = timezone.get_current_timezone()
        first = datetime.datetime.combine(self.since, datetime.time.min)
        last = datetime.datetime.combine(self.until, datetime.time.max)
        if self.since.year == datetime.MINYEAR or self.until.year == datetime.MAXYEAR:
            zone = datetime.UTC  # the ends of the calendar cannot be moved to another zone
        return first.replace(tzinfo=zone), last.replace(tzinfo=zone)


def _partial(text: str) -> PartialDate:
    try:
        if len(text.strip()) not in (4, 7, 10):
            raise ValueError(text)
        return PartialDate.parse(text)
    except ValueError as error:
        raise NotADay(given=text[:40]) from error


@dataclass(slots=True)
class Changes:
    """One page of what changed."""

    period: Period
    events: list[Event]
    counts: Mapping[str, int]
    total: int
    number: int = 1
    kept_since: datetime.datetime | None = None  # before that, no account was kept

    @property
    def more(self) -> bool:
        return self.number * PAGE < self.total


def changed(filters: Filters, period: Period, viewer: Viewer, *, kind: str = "", size: int = PAGE) -> Changes:
    """What changed in a time, of the documents the filters leave; of one kind if that is named. Four queries."""
    found = _within(filters, period, viewer)
    counts = Counter(dict(found.order_by().values_list("kind").annotate(n=Count("pk"))))
    chosen = found.filter(kind=kind) if kind in DocumentEvent.Kind.values else found
    start = (filters.page - 1) * size
    events = _events(chosen[start : start + size], viewer)
    total = counts[kind] if kind in DocumentEvent.Kind.values else sum(counts.values())
    return Changes(period, events, counts, total, filters.page, _kept_since())


def every_change(filters: Filters, period: Period, viewer: Viewer, *, kind: str = "") -> QuerySet[DocumentEvent]:
    """All that `changed` pages through, for a table."""
    found = _within(filters, period, viewer).select_related("document")
    return found.filter(kind=kind) if kind in DocumentEvent.Kind.values else found


def _within(filters: Filters, period: Period, viewer: Viewer) -> QuerySet[DocumentEvent]:
    return _of(filters, viewer).filter(at__range=period.moments).order_by("-at", "-pk")


def _of(filters: Filters, viewer: Viewer) -> QuerySet[DocumentEvent]:
    """Events of the documents the filters leave. What is plain is asked of the document by a join."""
    if filters.query:
        return DocumentEvent.objects.filter(document__in=matching(filters, viewer))
    if filters.chosen():
        return DocumentEvent.objects.filter(document__in=filtered(filters, viewer))
    found = DocumentEvent.objects.filter(document__in=Document.objects.visible_to(viewer))
    return found if filters.all else found.filter(document__selection=Selection.AI)


def latest(filters: Filters, viewer: Viewer, *, most: int = PAGE) -> list[Event]:
    """The newest events of the documents the filters leave. Two queries, more with a question."""
    return _events(_of(filters, viewer).order_by("-at", "-pk")[:most], viewer)


def latest_of(document: Row | Document, viewer: Viewer, *, most: int = PAGE) -> list[Event]:
    """The newest events of one document. Two queries."""
    return _events(DocumentEvent.objects.filter(document=document.pk).order_by("-at", "-pk")[:most], viewer)


def _events(found: QuerySet[DocumentEvent], viewer: Viewer) -> list[Event]:
    read = list(found.values_list(*FIELDS))
    documents = {one.pk: one for one in rows([values[1] for values in read], viewer)}
    return [Event(values[0], documents[values[1]], *values[2:]) for values in read if values[1] in documents]


def _kept_since() -> datetime.datetime | None:
    return DocumentEvent.objects.order_by("at").values_list("at", flat=True).first()
