"""What lists are filtered, sorted and counted by, as columns in memory: one row a document.

Counting six facets over 140,000 documents takes a database a second and these columns two
milliseconds. Each process keeps its own, 5 MB for that many, and reads what was written since it last
looked; so nothing is ever stale, and nothing has to be told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Case, Max, SmallIntegerField, TextField, When
from django.db.models.functions import Cast
from numpy.typing import NDArray

from comity.records.models import Visibility
from comity.records.viewer import Viewer
from comity.standards.models import Document, Selection

Mask = NDArray[np.bool_]
FIELDS = (
    "pk",
    "bodies_held",
    "stage",
    "type",
    "year",
    "languages_held",
    "committee_id",
    "selection",
    "date",
    "open_to",
)
# 0: nobody (withdrawn), 1: some, 2: everybody.
OPEN_TO = Case(
    When(withdrawn_at__isnull=False, then=0),
    When(visibility=Visibility.PUBLIC, then=2),
    default=1,
    output_field=SmallIntegerField(),
)
MOST_KEPT = 400
CHUNK = 5_000
PLAIN = ("stage", "type", "year", "committee")
LISTS = {"body": "publishers", "language": "languages"}


class Codes:
    """Values that repeat, as small numbers. `read` makes the value of what stands in the database."""

    def __init__(self, read: Callable[[Any], Any] = lambda stored: stored) -> None:
        self.values: list[Any] = []
        self._read = read
        self._codes: dict[Any, int] = {}

    def of(self, stored: Any) -> int:
        code = self._codes.get(stored)
        if code is None:
            code = self._codes[stored] = len(self.values)
            self.values.append(self._read(stored))
        return code

    def all_of(self, stored: Iterable[Any]) -> list[int]:
        known = self._codes
        return [known[one] if one in known else self.of(one) for one in stored]

    def holding(self, value: Any) -> list[int]:
        """Codes of the lists that hold `value`."""
        return [code for code, values in enumerate(self.values) if value in values]


class Columns:
    """The columns, renewed by `fresh`. Read them under one call of it: a renewal may move rows."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sequence = -1
        self._seen: Any = None
        self._rows: dict[int, int] = {}
        # The lists are few, the documents many: each distinct text is taken apart once.
        self._codes = {name: Codes() for name in PLAIN} | {name: Codes(_listed) for name in LISTS}
        self._data: dict[str, NDArray[np.int64]] = {}
        self._orders: dict[str, NDArray[np.int64]] = {}
        self._kept: dict[Any, Any] = {}
        self._grow(0)

    def fresh(self) -> Columns:
        """These columns with everything that is committed. One query, three if something was written."""
        with connection.cursor() as cursor:  # asked for by every page, so without the ORM
            cursor.execute("SELECT MAX(sequence) FROM records_change")
            sequence = cursor.fetchone()[0] or 0
        if sequence != self._sequence:
            with self._lock:
                if sequence > self._sequence:  # another thread may have read meanwhile
                    self._read(sequence)
        return self

    def _read(self, sequence: int) -> None:
        rows = Document.objects.all()
        if self._seen is not None:
            rows = rows.filter(updated_at__gte=self._seen)
        # Asked before the rows are read: what is written meanwhile is read twice rather than never.
        seen = rows.aggregate(latest=Max("updated_at"))["latest"]
        rows = rows.annotate(
            bodies_held=_as_text("publishers"),
            languages_held=_as_text("languages"),
            open_to=OPEN_TO,
        )
        for chunk in _chunks(rows.values_list(*FIELDS).iterator(chunk_size=CHUNK)):
            self._put(chunk)
        self._seen = seen or self._seen
        self._orders, self._kept = {}, {}
        self._sequence = sequence

    def keep(self, key: Any, make: Callable[[], Any]) -> Any:
        """What was made of the columns under `key`, until something is written."""
        kept = self._kept
        if key not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = make()
        return kept[key]

    def _grow(self, size: int) -> None:
        for name in ("pk", *PLAIN, *LISTS, "selection", "date", "open"):
            known = self._data.get(name, np.zeros(0, np.int64))
            if size > len(known):
                self._data[name] = np.concatenate([known, np.zeros(size - len(known), known.dtype)])
            elif name not in self._data:
                self._data[name] = known

    def _put(self, chunk: list[tuple[Any, ...]]) -> None:
        """Take in what was read of some documents, a column at a time: row by row takes four times as long."""
        keys, publishers, *plain, languages, committees, selections, dates, open_to = zip(*chunk, strict=True)
        for key in keys:
            self._rows.setdefault(key, len(self._rows))
        self._grow(len(self._rows))
        places = [self._rows[key] for key in keys]
        coded = dict(zip(PLAIN, (*plain, committees), strict=True)) | {"body": publishers, "language": languages}
        for name, values in coded.items():
            self._data[name][places] = self._codes[name].all_of(values)
        self._data["pk"][places] = keys
        self._data["selection"][places] = selections
        self._data["date"][places] = [_sortable(date) for date in dates]
        self._data["open"][places] = open_to

    # reading

    def seen_by(self, viewer: Viewer) -> Mask:
        """What a viewer may see: the public documents, and the few others a query names. One query if signed in."""
        mask: Mask = self._data["open"] == 2
        if viewer.signed_in:
            others = Document.objects.visible_to(viewer).exclude(visibility=Visibility.PUBLIC)
            places = [self._rows[pk] for pk in others.values_list("pk", flat=True) if pk in self._rows]
            mask[places] = True
        return mask

    def among(self, keys: Iterable[int]) -> Mask:
        mask = np.zeros(len(self._data["pk"]), bool)
        mask[[self._rows[pk] for pk in keys if pk in self._rows]] = True
        return mask

    def places(self, keys: Iterable[int]) -> NDArray[np.int64]:
        """Where documents stand in a mask; those that are not here are left out."""
        return np.array([self._rows[pk] for pk in keys if pk in self._rows], np.int64)

    def ai(self) -> Mask:
        return self._data["selection"] == Selection.AI

    def where(self, name: str, value: Any) -> Mask:
        """Documents whose facet has a value."""
        codes = self._codes[name]
        if name in LISTS:
            return np.isin(self._data[name], codes.holding(value))
        known = codes.values.index(value) if value in codes.values else -1
        mask: Mask = self._data[name] == known
        return mask

    def counts(self, name: str, mask: Mask) -> Counter[Any]:
        """How many of the documents carry each value of a facet."""
        codes = self._codes[name].values
        tally = np.bincount(self._data[name][mask], minlength=len(codes))
        found: Counter[Any] = Counter()
        for value, count in zip(codes, tally.tolist(), strict=False):
            if count:
                for one in value if name in LISTS else (value,):
                    found[one] += count
        found.pop(None, None)
        return found

    def ordered(self, mask: Mask, sort: str) -> NDArray[np.int64]:
        """Primary keys of the documents, sorted: "newest", "oldest" or "identifier"."""
        if sort not in self._orders:
            self._orders[sort] = self._order(sort)
        order = self._orders[sort]
        keys: NDArray[np.int64] = self._data["pk"][order[mask[order]]]
        return keys

    def _order(self, sort: str) -> NDArray[np.int64]:
        pk, date = self._data["pk"], self._data["date"]
        if sort == "identifier":
            keys = Document.objects.order_by("identifier", "pk").values_list("pk", flat=True)
            return np.fromiter((self._rows[key] for key in keys if key in self._rows), np.int64)
        return np.lexsort((pk, date if sort == "oldest" else -date))


def _as_text(column: str) -> Cast:
    return Cast(column, TextField())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _chunks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


@lru_cache(maxsize=50_000)
def _sortable(date: str) -> int:
    """A partial date as a number: what is not known sorts first within what is."""
    digits = date.replace("-", "")
    return int(digits.ljust(8, "0")) if digits.isdigit() else 0


@lru_cache(maxsize=1)
def columns() -> Columns:
    return Columns()


def narrow(found: Columns, chosen: Mapping[str, Any], mask: Mask, without: str = "") -> Mask:
    """`mask` with the chosen facets applied, but for one."""
    for name, value in chosen.items():
        if name != without:
            mask = mask & found.where(name, value)
    return mask
