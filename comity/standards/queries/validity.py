"""What was in force on a day: read from editions, their dates and what followed them.

Valid time only: the status of editions and what an undated reference meant then. What a title or a
committee was called that day is not known.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone

from comity.engine import identifiers, stages
from comity.engine.dates import PartialDate
from comity.engine.validity import DRAFTS, Span, Stated, Status, Successor, Target, Why, read_day, spans, undated
from comity.records.viewer import ANYONE, Viewer
from comity.standards.claims import EDITORS
from comity.standards.errors import NotADay
from comity.standards.models import Document, Edition, Relation, RelationKind
from comity.standards.queries.compiled import VIEWERS, Compiled, among
from comity.standards.queries.rows import Row

FIELDS = ("document_id", "key", "identifier", "label", "stage", "stage_inferred", "date", "dates", "sources")
OUT, OVER = ("published", "issued"), ("withdrawn", "obsoleted")
MISDATED = ("updated",)  # where catalogues date an amendment that they call published with its standard


class Named(NamedTuple):
    """An edition to be pointed at."""

    key: str
    identifier: str
    slug: str
    out: str
    draft: bool

    @property
    def address(self) -> str:
        return f"/standards/{self.slug}/"


@dataclass(frozen=True, slots=True)
class EditionThen:
    """An edition on that day, with what took its place, by then or later."""

    key: str
    identifier: str
    status: Status
    why: Why
    out: str
    over: str
    inferred: bool  # the end is that of what came next, not one that a source dates
    successors: tuple[Named, ...] = ()


@dataclass(slots=True)
class Then:
    """A document on a day.

    `status` is that of the document: what an undated reference to it meant. `edition` is the one in force,
    or the last one that was; where that cannot be told, `candidates` are those it may have been.
    """

    day: datetime.date
    status: Status
    why: Why
    edition: EditionThen | None
    kept: list[EditionThen] = field(default_factory=list)
    candidates: list[EditionThen] = field(default_factory=list)
    editions: dict[str, EditionThen] = field(default_factory=dict)

    @property
    def successors(self) -> tuple[Named, ...]:
        """What took the place of the edition that was in force, or of the last one that was."""
        return self.edition.successors if self.edition else ()


def day_of(given: str) -> datetime.date | None:
    """The day an address asks for ("" asks for none); a year or a month stands for its last day.

    Raises:
        NotADay: it is no date.
    """
    if not given.strip():
        return None
    try:
        return read_day(given.strip())
    except ValueError as error:
        raise NotADay(given=given[:40]) from error


def as_of(document: Document | Row, day: datetime.date, viewer: Viewer = ANYONE) -> Then:
    """What was in force of a document on a day. Four queries."""
    return as_of_many([document.pk], day, viewer)[document.pk]


def as_of_many(documents: Iterable[int], day: datetime.date, viewer: Viewer = ANYONE) -> dict[int, Then]:
    """The same of any number of documents, by primary key. Four queries."""
    wanted = list(documents)
    editions: dict[int, list[tuple[Any, ...]]] = {key: [] for key in wanted}
    for document, *values in _editions(viewer).rows(documents=wanted) if wanted else ():
        editions[document].append(tuple(values))
    keys = {values[0] for found in editions.values() for values in found}
    named, known = _successors(wanted, keys, viewer) if keys else ({}, {})
    today = PartialDate.parse(timezone.localdate().isoformat())
    found = {}
    for document, rows in editions.items():
        stated = [_stated(values, place, named, known, today) for place, values in enumerate(_in_order(rows))]
        found[document] = _then(stated, {key: identifier for key, identifier, *_rest in rows}, known, day)
    return found


def _in_order(found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Editions, the latest last: those without a label first, then by label, date and key."""
    if len(found) < 2:
        return list(found)
    return sorted(found, key=lambda one: (bool(one[2]), identifiers.sort_key(one[2]), one[5], one[0]))


def _stated(
    values: tuple[Any, ...],
    place: int,
    named: Mapping[str, Sequence[str]],
    known: Mapping[str, Named],
    today: PartialDate,
) -> Stated:
    key, _identifier, label, stage, inferred, _date, dates, sources = values
    said: dict[str, str] = json.loads(dates)
    # What people state of a field is no reading of the whole.
    told = [one for one in json.loads(sources) if one.get("source") != EDITORS] or json.loads(sources)
    read = [date for one in told if (date := _partial(one.get("read", "")))]
    return Stated(
        key=key,
        stage=stages.Stage(stage),
        inferred=bool(inferred),
        draft=_draft(key, stage),
        out=_out(said, label),
        over=_first(said, OVER),
        confirmed=_partial(said.get("confirmed", "")),
        read=max(read, default=today),
        order=place,
        branch=label.rpartition("/")[0],
        successors=tuple(
            Successor(one, _partial(known[one].out))
            for one in named.get(key, ())
            if one in known and one != key and not known[one].draft
        ),
    )


def _first(dates: Mapping[str, str], kinds: Iterable[str]) -> PartialDate | None:
    return next((date for kind in kinds if (date := _partial(dates.get(kind, "")))), None)


@lru_cache(maxsize=50_000)
def _partial(text: str) -> PartialDate | None:
    with suppress(ValueError):
        return PartialDate.parse(text) if text else None
    return None


def _out(dates: Mapping[str, str], label: str) -> PartialDate | None:
    """When an edition came out.

    Catalogues also call the day they put an old standard on the web that of publication: a date more than
    a year off the identifier's year is not believed.
    """
    year = _year(label)
    if year is None:
        return _first(dates, OUT)
    stated = (_partial(dates.get(kind, "")) for kind in (*OUT, *MISDATED))
    return next((date for date in stated if date and abs(date.year - year.year) <= 1), year)


def _year(label: str) -> PartialDate | None:
    """The year of an identifier ("ISO 9001:1987"): it is that of publication."""
    return _partial(label) if len(label) == 4 and label.isascii() and label.isdigit() and label >= "1800" else None


@lru_cache(maxsize=20_000)
def _draft(key: str, stage: str) -> bool:
    """Whether an edition is a draft: by its stage, or, where it is withdrawn, by its identifier."""
    if stage in DRAFTS:
        return True
    return stage == stages.Stage.WITHDRAWN and stages.from_identifier(identifiers.parse(key).stage) in DRAFTS


def _successors(
    documents: list[int], keys: set[str], viewer: Viewer
) -> tuple[dict[str, list[str]], dict[str, Named]]:
    """What sources say took the place of editions, and those editions. Three queries."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, target in _followed_by().rows(documents=documents):
        found[key].append(target)
    of_documents = {identifiers.parse(key).document for key in keys}
    for key, target in _follows().rows(targets=sorted(of_documents)):
        if target in keys:
            found[target].append(key)
    wanted = {one for targets in found.values() for one in targets} | keys
    known = {}
    for key, identifier, slug, label, stage, dates in _named(viewer).rows(keys=sorted(wanted)):
        out = _out(json.loads(dates), label)
        known[key] = Named(key, identifier, slug, str(out or ""), _draft(key, stage))
    return found, known


@lru_cache(maxsize=VIEWERS)
def _editions(viewer: Viewer) -> Compiled:
    found = Edition.objects.visible_to(viewer).filter(among(Edition, "document", "documents"))
    return Compiled(found.order_by().values_list(*FIELDS))


@lru_cache(maxsize=1)
def _followed_by() -> Compiled:
    mine = Relation.objects.filter(among(Edition, "document", "documents"), kind=RelationKind.SUPERSEDED_BY)
    return Compiled(mine.order_by("target_key").values_list("edition__key", "target_key"))


@lru_cache(maxsize=1)
def _follows() -> Compiled:
    theirs = Relation.objects.filter(among(Relation, "target_document", "targets"), kind=RelationKind.SUPERSEDES)
    return Compiled(theirs.order_by("edition__key").values_list("edition__key", "target_key"))


@lru_cache(maxsize=VIEWERS)
def _named(viewer: Viewer) -> Compiled:
    found = Edition.objects.visible_to(viewer).filter(among(Edition, "key", "keys"))
    return Compiled(found.order_by().values_list("key", "identifier", "document__slug", "label", "stage", "dates"))


def _then(stated: list[Stated], called: Mapping[str, str], known: Mapping[str, Named], day: datetime.date) -> Then:
    lives = spans(stated)
    editions = {one.key: _edition(one, called[one.key], known, day) for one in lives}
    target: Target = undated(lives, day)
    return Then(
        day,
        target.status,
        target.why,
        editions.get(target.key),
        [editions[key] for key in target.kept],
        [editions[key] for key in target.candidates],
        editions,
    )


def _edition(one: Span, identifier: str, known: Mapping[str, Named], day: datetime.date) -> EditionThen:
    finding = one.at(day)
    followed = [known[next_.key] for next_ in one.successors if next_.key in known] if one.over else []
    return EditionThen(
        one.key,
        identifier,
        finding.status,
        finding.why,
        str(one.stated.out or ""),
        str(one.end or ""),
        one.inferred,
        tuple(followed),
    )
