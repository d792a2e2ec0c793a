"""What a reference is compared with: documents with their editions, what followed them, who else publishes them."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q

from comity.engine import identifiers
from comity.engine.references import Edition as Printed
from comity.engine.references import Known, Standing
from comity.engine.validity import DRAFTS, Status
from comity.records.fields import Multilingual
from comity.records.models import seen_by
from comity.records.viewer import Viewer
from comity.standards.models import Document, Edition, Relation, RelationKind, SameWork, Stage
from comity.standards.queries.compiled import VIEWERS, Compiled, among
from comity.standards.queries.validity import Then, as_of_many

HOPS = 6  # rounds along what superseded what
TWINS = 12
DOCUMENT = ("pk", "key", "identifier", "title", "other_titles", "publishers", "stage", "current")
EDITION = ("document_id", "key", "identifier", "label", "title", "stage", "date")
_STANDING = {
    Status.CURRENT: Standing.CURRENT,
    Status.SUPERSEDED: Standing.OVER,
    Status.WITHDRAWN: Standing.OVER,
    Status.NOT_YET: Standing.DRAFT,
    Status.NOT_KNOWN: Standing.NOT_KNOWN,
}


class Named(NamedTuple):
    """A document to be pointed at."""

    pk: int
    rid: str
    slug: str
    key: str
    identifier: str
    title: Multilingual
    stage: str

    @property
    def address(self) -> str:
        return f"/standards/{self.slug}/"


def read(documents: Iterable[int], viewer: Viewer, day: datetime.date | None = None) -> dict[int, Known]:
    """Facts of documents that the viewer may see, by primary key. Two queries, and four with a day."""
    wanted = sorted(set(documents))
    if not wanted:
        return {}
    rows = _documents(viewer).rows(keys=wanted)
    editions: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for document, *values in _editions(viewer).rows(keys=wanted):
        editions[document].append(tuple(values))
    thens = as_of_many([row[0] for row in rows], day, viewer) if day else {}
    return {row[0]: _known(row, editions[row[0]], thens.get(row[0])) for row in rows}


def _known(row: tuple[Any, ...], editions: Sequence[tuple[Any, ...]], then: Then | None) -> Known:
    pk, key, identifier, title, others, publishers, stage, current = row
    titles = [*json.loads(title).items(), *((tag, one) for tag, one in json.loads(others))]
    printed = sorted((_edition(*values, then=then) for values in editions), key=lambda one: one.order)
    if then is not None:
        current = then.edition.key if then.edition and then.status is Status.CURRENT else ""
    return Known(
        pk,
        key,
        identifier,
        tuple(titles),
        tuple(json.loads(publishers)),
        _STANDING[then.status] if then else _standing(stage),
        tuple(printed),
        current,
    )


def _edition(
    key: str, identifier: str, label: str, title: str, stage: str, date: str, *, then: Then | None
) -> Printed:
    standing = _standing(stage)
    if then is not None:
        known = then.editions.get(key)
        standing = _STANDING[known.status] if known else Standing.NOT_KNOWN
    order = (bool(label), identifiers.sort_key(label), date, key)
    return Printed(key, identifier, label, tuple(json.loads(title).items()), standing, order)


def _standing(stage: str) -> Standing:
    if stage == Stage.WITHDRAWN:
        return Standing.OVER
    if stage in DRAFTS:
        return Standing.DRAFT
    return Standing.CURRENT if stage == Stage.PUBLISHED else Standing.NOT_KNOWN


def followed(
    documents: Iterable[int], known: Mapping[int, Known], viewer: Viewer, day: datetime.date | None
) -> tuple[dict[int, list[int]], dict[int, bool], dict[int, Known]]:
    """What took the place of documents that are over: edges, who is over, and facts of those met on the way.

    At most `HOPS` rounds of five queries (nine with a day): a circle leads to what was looked at already.
    """
    after: dict[int, list[int]] = {}
    met: dict[int, Known] = {}
    waiting = {pk for pk in documents if _over(known[pk])}
    for _hop in range(HOPS):
        if not waiting:
            break
        edges = _edges({pk: (met.get(pk) or known[pk]).key for pk in waiting}, viewer)
        reached = {pk for targets in edges.values() for pk in targets}
        met |= read(reached - set(known) - set(met), viewer, day)
        both = {**known, **met}
        # What is a draft, or was one on that day, has not taken the place of anything.
        after |= {pk: [one for one in edges[pk] if one in both and not _draft(both[one])] for pk in waiting}
        waiting = {pk for pk in reached - set(after) if pk in both and _over(both[pk])}
    return after, {pk: _over(one) for pk, one in {**known, **met}.items()}, met


def _over(one: Known) -> bool:
    return one.standing is Standing.OVER


def _draft(one: Known) -> bool:
    return one.standing is Standing.DRAFT


def _edges(keys: Mapping[int, str], viewer: Viewer) -> dict[int, list[int]]:
    """The documents that sources say took the place of each. Three queries."""
    targets: dict[int, list[str]] = defaultdict(list)
    for pk, target in _followed_by(viewer).rows(documents=sorted(keys)):
        targets[pk].append(target)
    follow: dict[str, list[int]] = defaultdict(list)
    for key, pk in _follows(viewer).rows(targets=sorted(keys.values())):
        follow[key].append(pk)
    by_key = dict(_by_key(viewer).rows(keys=sorted({one for some in targets.values() for one in some})))
    found = {}
    for pk, key in keys.items():
        some = [by_key[one] for one in targets[pk] if one in by_key] + follow[key]
        found[pk] = [one for one in dict.fromkeys(some) if one != pk]
    return found


def identical(documents: Iterable[int], viewer: Viewer) -> dict[int, list[int]]:
    """Other documents of the same works, but for those of which it is decided that they differ. Three queries."""
    wanted = sorted(set(documents))
    works = dict(_works(viewer).rows(keys=wanted)) if wanted else {}
    if not works:
        return {}
    members: dict[int, list[int]] = defaultdict(list)
    for work, pk in _members(viewer).rows(works=sorted(set(works.values()))):
        members[work].append(pk)
    other = set(_modified(viewer).rows())
    found = {}
    for pk, work in works.items():
        twins = [one for one in members[work] if one != pk and not {(pk, one), (one, pk)} & other]
        if twins:
            found[pk] = twins[:TWINS]
    return found


def named(documents: Iterable[int], viewer: Viewer) -> dict[int, Named]:
    """Documents to be pointed at. One query."""
    wanted = sorted(set(documents))
    rows = _named(viewer).rows(keys=wanted) if wanted else []
    return {
        pk: Named(pk, str(rid), slug, key, identifier, Multilingual(json.loads(title)), stage)
        for pk, rid, slug, key, identifier, title, stage in rows
    }


@lru_cache(maxsize=VIEWERS)
def _documents(viewer: Viewer) -> Compiled:
    return Compiled(_seen(viewer).values_list(*DOCUMENT))


def _seen(viewer: Viewer) -> Any:
    return Document.objects.visible_to(viewer).filter(among(Document, "id", "keys")).order_by()


@lru_cache(maxsize=VIEWERS)
def _editions(viewer: Viewer) -> Compiled:
    found = Edition.objects.visible_to(viewer).filter(among(Edition, "document", "keys"))
    return Compiled(found.order_by().values_list(*EDITION))


@lru_cache(maxsize=VIEWERS)
def _named(viewer: Viewer) -> Compiled:
    return Compiled(_seen(viewer).values_list("pk", "rid", "slug", "key", "identifier", "title", "stage"))


@lru_cache(maxsize=VIEWERS)
def _by_key(viewer: Viewer) -> Compiled:
    found = Document.objects.visible_to(viewer).filter(among(Document, "key", "keys"))
    return Compiled(found.order_by().values_list("key", "pk"))


@lru_cache(maxsize=VIEWERS)
def _follows(viewer: Viewer) -> Compiled:
    theirs = _edition_seen(viewer) & Q(among(Relation, "target_document", "targets"))
    found = Relation.objects.filter(theirs, kind=RelationKind.SUPERSEDES)
    return Compiled(found.order_by().values_list("target_document", "edition__document_id").distinct())


def _edition_seen(viewer: Viewer) -> Q:
    """Relations are as visible as the edition they belong to."""
    return seen_by(viewer, "edition__") & Q(edition__withdrawn_at__isnull=True)


@lru_cache(maxsize=VIEWERS)
def _followed_by(viewer: Viewer) -> Compiled:
    mine = _edition_seen(viewer) & Q(among(Edition, "document", "documents"))
    found = Relation.objects.filter(mine, kind=RelationKind.SUPERSEDED_BY)
    return Compiled(found.order_by().values_list("edition__document_id", "target_document").distinct())


@lru_cache(maxsize=VIEWERS)
def _works(viewer: Viewer) -> Compiled:
    return Compiled(_seen(viewer).filter(work__isnull=False).values_list("pk", "work_id"))


@lru_cache(maxsize=VIEWERS)
def _members(viewer: Viewer) -> Compiled:
    found = Document.objects.visible_to(viewer).filter(among(Document, "work", "works"))
    return Compiled(found.order_by("body__order", "key").values_list("work_id", "pk"))


@lru_cache(maxsize=VIEWERS)
def _modified(viewer: Viewer) -> Compiled:
    decided = SameWork.objects.visible_to(viewer).filter(state=SameWork.State.ACCEPTED, adoption__in=("MOD", "NEQ"))
    return Compiled(decided.order_by().values_list("first_id", "second_id"))
