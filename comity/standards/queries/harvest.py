"""Documents as harvesters take them: in the order in which they last changed, withdrawn ones too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from comity.records.models import Change, Visibility
from comity.records.viewer import ANYONE
from comity.standards.models import Body, Document, Selection
from comity.standards.queries.compiled import Compiled
from comity.standards.queries.lists import holds

AI_SET = "ai"
BODY_SET = "body:"
FIELDS = (
    "rid",
    "updated_at",
    "withdrawn_at",
    "visibility",
    "selection",
    "publishers",
    "slug",
    "identifier",
    "title",
    "date",
    "type",
    "languages",
    "committee__designation",
)


@dataclass(slots=True)
class Harvested:
    """A document as a harvester takes it; of one that is public no longer, only its id and when that was."""

    rid: str
    changed: datetime
    gone: bool
    ai: bool
    publishers: tuple[str, ...]
    slug: str
    identifier: str
    title: dict[str, str]
    date: str
    type: str
    languages: tuple[str, ...]
    committee: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Which documents: of a set, changed from `since` on and before `before`, after the last one given."""

    set: str = ""
    since: datetime | None = None
    before: datetime | None = None
    after: tuple[datetime, UUID] | None = None


def harvest(wanted: Slice, most: int) -> list[Harvested]:
    """The next documents, oldest change first. One query."""
    found = _slice(wanted)
    if wanted.after:
        changed, rid = wanted.after
        found = found.filter(Q(updated_at=changed, rid__gt=rid) | Q(updated_at__gt=changed), updated_at__gte=changed)
    found = found.order_by("updated_at", "rid").values_list(*FIELDS)[:most]
    return [_made(*row) for row in Compiled(found).rows()]


def harvest_size(wanted: Slice) -> int:
    """How many documents a whole harvest of `wanted` is now. One query."""
    return _slice(wanted).count()


def harvested(rid: UUID) -> Harvested | None:
    """One document by its public id. One query."""
    rows = Compiled(_once_public().filter(rid=rid).values_list(*FIELDS)).rows()
    return _made(*rows[0]) if rows else None


def earliest_change() -> datetime:
    """When the oldest document that can be harvested last changed. One query."""
    first = _once_public().order_by("updated_at").values_list("updated_at", flat=True).first()
    return first or datetime(2000, 1, 1, tzinfo=UTC)


def harvest_sets() -> Iterator[tuple[str, str]]:
    """The sets, with their names. One query."""
    yield AI_SET, "AI standards"
    for slug, code in Body.objects.visible_to(ANYONE).order_by("slug").values_list("slug", "code"):
        yield f"{BODY_SET}{slug}", code


def known_set(name: str) -> bool:
    """Whether there is a set of this name. One query at most."""
    return name in ("", AI_SET, BODY_SET[:-1]) or _body_of(name) is not None


def set_names() -> dict[str, str]:
    """The set of each body, by its code. One query."""
    rows = Body.objects.visible_to(ANYONE).values_list("code", "slug")
    return {code: f"{BODY_SET}{slug}" for code, slug in rows}


def _body_of(name: str) -> str | None:
    if not name.startswith(BODY_SET):
        return None
    found = Body.objects.visible_to(ANYONE).filter(slug=name.removeprefix(BODY_SET))
    return found.values_list("code", flat=True).first()


def _slice(wanted: Slice) -> QuerySet[Document]:
    found = _once_public()
    if wanted.since:
        found = found.filter(updated_at__gte=wanted.since)
    if wanted.before:
        found = found.filter(updated_at__lt=wanted.before)
    if wanted.set == AI_SET:
        return found.filter(selection=Selection.AI)
    code = _body_of(wanted.set)
    return found.filter(holds("publishers", code)) if code else found


def _once_public() -> QuerySet[Document]:
    """Documents that everybody may see or once could: who has harvested one must learn that it is gone.

    What came by an import was public then; what a person wrote was if the log says so.
    """
    logged = Change.objects.filter(record=OuterRef("rid"), public=True)
    once = Q(visibility=Visibility.PUBLIC) | Q(contributor=None) | Q(Exists(logged))
    return Document.objects.filter(once)


def _made(*row: Any) -> Harvested:
    rid, changed, withdrawn, visibility, selection, publishers, slug, identifier, title, date, kind, langs, group = (
        row
    )
    return Harvested(
        _dashed(rid) if isinstance(rid, str) else str(rid),
        _moment(changed),
        withdrawn is not None or visibility != Visibility.PUBLIC,
        selection == Selection.AI,
        _listed(publishers),
        slug,
        identifier,
        json.loads(title),
        date,
        kind,
        _listed(langs),
        group or "",
    )


def _dashed(stored: str) -> str:
    """What `str(UUID(stored))` gives, without making one: there are hundreds of thousands."""
    return f"{stored[:8]}-{stored[8:12]}-{stored[12:16]}-{stored[16:20]}-{stored[20:]}"


def _moment(stored: datetime | str) -> datetime:
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so


@lru_cache(maxsize=2_000)
def _listed(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


__all__ = [
    "Harvested",
    "Slice",
    "earliest_change",
    "harvest",
    "harvest_sets",
    "harvest_size",
    "harvested",
    "known_set",
    "set_names",
]
