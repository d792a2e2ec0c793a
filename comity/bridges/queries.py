"""Reads that pages, the API and the command line share, each with its fixed number of SQL queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from comity.bridges import names, why
from comity.bridges.models import Bridge, BridgeClause, Crosswalk, CrosswalkPair, Proposal, Relation
from comity.bridges.services.everything import Everything, result
from comity.bridges.services.proposing import LIKELY, POSSIBLE
from comity.records.fields import direction
from comity.records.models import Task
from comity.records.viewer import Viewer
from comity.standards.models import Clause, ClauseText, Edition, Expression
from comity.standards.queries import instruments
from comity.standards.queries.instruments import Said

PAGE = 25
SHOWS = ("likely", "possible", "none", "published")
_SIDES = ("source__document", "target__document")
_TURNED = {Relation.SUBSET: Relation.SUPERSET, Relation.SUPERSET: Relation.SUBSET}


def bridges(viewer: Viewer) -> list[Bridge]:
    """All bridges, by title. One query."""
    return list(Bridge.objects.visible_to(viewer).select_related(*_SIDES).order_by("title", "pk"))


def crosswalks(viewer: Viewer) -> list[Crosswalk]:
    """All published crosswalks. One query."""
    found = Crosswalk.objects.visible_to(viewer).select_related(*_SIDES)
    return list(found.order_by("source__identifier", "target__identifier", "publisher", "pk"))


def bridge(slug: str, viewer: Viewer) -> Bridge | None:
    """A bridge by the last part of its address or its public id. One query."""
    seen = Bridge.objects.visible_to(viewer).select_related(*_SIDES)
    try:
        return seen.filter(Q(slug=slug) | Q(rid=UUID(slug))).first()
    except ValueError:
        return seen.filter(slug=slug).first()


def bridge_between(source: Edition, target: Edition, viewer: Viewer) -> Bridge | None:
    """The bridge from one edition to another. One query."""
    return Bridge.objects.visible_to(viewer).select_related(*_SIDES).filter(source=source, target=target).first()


def crosswalk(rid: UUID, viewer: Viewer) -> Crosswalk | None:
    """A published crosswalk. One query."""
    return Crosswalk.objects.visible_to(viewer).select_related(*_SIDES).filter(rid=rid).first()


def texts(viewer: Viewer) -> list[Edition]:
    """Editions that can be compared, by identifier. One query."""
    read = Expression.objects.visible_to(viewer).values("edition")
    found = Edition.objects.visible_to(viewer).filter(pk__in=read).select_related("document")
    return list(found.order_by("identifier", "-date"))


def everything(viewer: Viewer) -> tuple[Everything | None, list[Edition]]:
    """What came of all pairs, of the texts the viewer may see; and those texts. One query."""
    found = result()
    if found is None:
        return None, []
    seen = [one for one in texts(viewer) if str(one.rid) in found.instruments]
    rids = {str(one.rid) for one in seen}
    pairs = tuple(one for one in found.pairs if one.source in rids and one.target in rids)
    return replace(found, instruments=tuple(one for one in found.instruments if one in rids), pairs=pairs), seen


def proposing(key: int) -> Task | None:
    """A task that proposes. One query."""
    return Task.objects.filter(name="bridges.propose", pk=key).first()


def waiting() -> QuerySet[Task]:
    """What is being proposed now."""
    return Task.objects.filter(name="bridges.propose", state__in=(Task.State.QUEUED, Task.State.RUNNING))


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a bridge is shown.

    Attributes:
        show: one of `SHOWS`, or "" for all clauses.
        query: words of either side.
        clause: ref of the only clause to show.
        teaching: in the order in which decisions teach most; else that of the source.
    """

    show: str = ""
    query: str = ""
    clause: str = ""
    teaching: bool = False
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filters:
        number = given.get("page", "")
        return cls(
            show=given.get("show", "") if given.get("show") in SHOWS else "",
            query=given.get("q", "").replace("\x00", "").strip()[:200],
            clause=given.get("clause", "").replace("\x00", "")[:250],
            teaching=given.get("order") == "teaching",
            page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A clause on one side of a bridge, with what it says in the language read, as far as it may be shown."""

    rid: UUID
    ref: str
    heading: str
    text: str
    language: str
    address: str

    @property
    def direction(self) -> str:
        return direction(self.language)


@dataclass(frozen=True, slots=True)
class Published:
    """A pair as its publisher has it, read from the bridge's source to its target."""

    place: Place
    publisher: str
    relation: str
    word: str
    rationale: str
    address: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A counterpart the engine proposes; `publishers` say the same."""

    place: Place
    rank: int
    score: float
    confidence: float
    relation: str
    relation_confidence: float
    why: why.Why
    publishers: tuple[Published, ...] = ()

    @property
    def likely(self) -> bool:
        return self.confidence >= LIKELY


@dataclass(slots=True)
class Row:
    """A clause of the source with all that is known of its counterparts.

    `published` are the pairs that the engine did not propose.
    """

    place: Place
    none: float
    best: float
    proposals: list[Proposed] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)

    @property
    def no_counterpart(self) -> bool:
        return self.none >= LIKELY > self.best


@dataclass(slots=True)
class BridgePage:
    """A page of a bridge.

    Attributes:
        total: rows that the filters leave.
        possible, published: rows with a proposal worth a look, and with pairs of publishers.
        stale: a text was changed after the engine proposed.
        crosswalks: published lists between the two texts, in either direction.
    """

    bridge: Bridge
    rows: list[Row]
    total: int
    possible: int
    published: int
    crosswalks: list[Crosswalk]
    stale: bool
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def bridge_page(bridge: Bridge, viewer: Viewer, filters: Filters, *, size: int = PAGE) -> BridgePage:
    """A page of a bridge's source clauses with their counterparts. Nine queries."""
    walks = crosswalks_between(bridge.source, bridge.target, viewer)
    listed = rows_of(bridge, filters, walks)
    possible = BridgeClause.objects.filter(bridge=bridge, best__gte=POSSIBLE).count()
    published = BridgeClause.objects.filter(bridge=bridge).filter(_published(walks, bridge)).count() if walks else 0
    shown = list(listed[(filters.page - 1) * size : filters.page * size])
    found, changed = filled(bridge, shown, walks, viewer)
    stale = bool(changed and bridge.proposed_at and changed > bridge.proposed_at)
    return BridgePage(bridge, found, listed.count(), possible, published, walks, stale, filters.page)


def crosswalks_between(source: Edition, target: Edition, viewer: Viewer) -> list[Crosswalk]:
    """Published lists from one text to the other, in either direction. One query."""
    either = Q(source=source, target=target) | Q(source=target, target=source)
    return list(
        Crosswalk.objects.visible_to(viewer).select_related(*_SIDES).filter(either).order_by("publisher", "pk")
    )


def rows_of(bridge: Bridge, filters: Filters, walks: Sequence[Crosswalk]) -> QuerySet[BridgeClause]:
    """The rows that the filters leave, in order."""
    rows = BridgeClause.objects.filter(bridge=bridge).select_related("clause")
    if filters.clause:
        rows = rows.filter(clause__ref=filters.clause)
    if filters.show == "likely":
        rows = rows.filter(best__gte=LIKELY)
    elif filters.show == "possible":
        rows = rows.filter(best__gte=POSSIBLE)
    elif filters.show == "none":
        rows = rows.filter(none__gte=LIKELY, best__lt=LIKELY)
    elif filters.show == "published":
        rows = rows.filter(_published(walks, bridge))
    if filters.query:
        rows = rows.filter(_says(filters.query))
    return rows.order_by("teaching" if filters.teaching else "order", "pk")


def _published(walks: Sequence[Crosswalk], bridge: Bridge) -> Q:
    there = [one.pk for one in walks if one.source_id == bridge.source_id]
    back = [one.pk for one in walks if one.source_id != bridge.source_id]
    pairs = CrosswalkPair.objects.exclude(relation=Relation.NONE)
    return Q(Exists(pairs.filter(crosswalk__in=there, source=OuterRef("clause")))) | Q(
        Exists(pairs.filter(crosswalk__in=back, target=OuterRef("clause")))
    )


def _says(words: str) -> Q:
    """Rows whose clause, or one of whose proposals, has the words in its number, heading or text."""
    said = ClauseText.objects.filter(
        Q(heading__icontains=words) | Q(text__icontains=words) | Q(summary__icontains=words)
    )
    targets = Proposal.objects.filter(bridge=OuterRef("bridge"), source=OuterRef("clause")).filter(
        Q(target__ref__icontains=words) | Q(Exists(said.filter(clause=OuterRef("target"))))
    )
    return Q(clause__ref__icontains=words) | Q(Exists(said.filter(clause=OuterRef("clause")))) | Q(Exists(targets))


def filled(
    bridge: Bridge, shown: Sequence[BridgeClause], walks: Sequence[Crosswalk], viewer: Viewer
) -> tuple[list[Row], Any]:
    """The rows with their counterparts, and when a text of either side was last changed. Five queries."""
    sources = [one.clause_id for one in shown]
    proposals = list(
        Proposal.objects.filter(bridge=bridge, source__in=sources).select_related("target").order_by("source", "rank")
    )
    pairs = _pairs(bridge, walks, sources)
    counterparts = {one.target for one in proposals} | {one for _source, one, _pair, _walk in pairs}
    clauses = {one.clause for one in shown} | counterparts
    places, changed = _placed(bridge, clauses, viewer)
    published: dict[int, list[Published]] = {}
    for source, target, pair, walk in pairs:
        if target.pk in places:
            published.setdefault(source, []).append(_as_published(places[target.pk], pair, walk, bridge))
    proposed: dict[int, list[Proposed]] = {}
    for one in proposals:
        if one.target_id in places:
            same = [pair for pair in published.get(one.source_id, ()) if pair.place.rid == one.target.rid]
            proposed.setdefault(one.source_id, []).append(_as_proposed(places[one.target_id], one, tuple(same)))
    return [_row(one, places, proposed, published) for one in shown if one.clause_id in places], changed


def _row(
    one: BridgeClause,
    places: Mapping[int, Place],
    proposed: Mapping[int, list[Proposed]],
    published: Mapping[int, list[Published]],
) -> Row:
    mine = proposed.get(one.clause_id, [])
    already = {each.place.rid for each in mine}
    rest = [each for each in published.get(one.clause_id, ()) if each.place.rid not in already]
    return Row(places[one.clause_id], one.none, one.best, mine, rest)


def _pairs(
    bridge: Bridge, walks: Sequence[Crosswalk], sources: Sequence[int]
) -> list[tuple[int, Clause, CrosswalkPair, Crosswalk]]:
    """(source, target, pair, crosswalk) as the bridge runs. One query, none without crosswalks."""
    if not walks:
        return []
    by_key = {one.pk: one for one in walks}
    either = Q(source__in=sources, crosswalk__source=bridge.source) | Q(
        target__in=sources, crosswalk__target=bridge.source
    )
    found = CrosswalkPair.objects.filter(either, crosswalk__in=list(by_key))
    return [
        (one.source_id, one.target, one, walk)
        if walk.source_id == bridge.source_id
        else (one.target_id, one.source, one, walk)
        for one in found.select_related("source", "target").order_by("crosswalk", "pk")
        for walk in (by_key[one.crosswalk_id],)
    ]


def _placed(bridge: Bridge, clauses: Iterable[Clause], viewer: Viewer) -> tuple[dict[int, Place], Any]:
    """Clauses with their words in the reader's language, or that of the comparison. Two queries."""
    editions = {one.pk: one for one in (bridge.source, bridge.target)}
    expressions = Expression.objects.visible_to(viewer).filter(edition__in=list(editions)).order_by("language")
    by_edition: dict[int, list[Expression]] = {}
    changed = None
    for one in expressions:
        by_edition.setdefault(one.edition_id, []).append(one)
        changed = max(changed or one.updated_at, one.updated_at)
    mine = [(get_language() or "en").split("-")[0], *bridge.languages]
    read = {key: instruments.to_read(found, mine)[0] for key, found in by_edition.items()}
    wanted = [one for one in clauses if one.withdrawn_at is None and one.edition_id in read]
    said = instruments.texts([one.pk for one in wanted], read.values())
    return {
        one.pk: _place(one, editions[one.edition_id], read[one.edition_id], said.get(one.pk, {})) for one in wanted
    }, changed


def _place(clause: Clause, edition: Edition, read: Expression, said: Mapping[int, Said]) -> Place:
    words = said.get(read.pk, Said())
    return Place(
        rid=clause.rid,
        ref=clause.ref,
        heading=words.heading,
        text=words.text or words.summary,
        language=read.language,
        address=clause_address(edition, clause.ref, read.language),
    )


def clause_address(edition: Edition, ref: str, language: str = "") -> str:
    """The page of a clause in this edition."""
    meant = {"edition": str(edition.rid)} | ({"lang": language} if language else {})
    return f"{edition.document.get_absolute_url()}clauses/{quote(ref, safe='()')}?{urlencode(meant)}"


def row_address(bridge: Bridge, ref: str) -> str:
    """A bridge's page with one clause of its source."""
    return f"{bridge.get_absolute_url()}?{urlencode({'clause': ref})}"


def _as_published(place: Place, pair: CrosswalkPair, walk: Crosswalk, bridge: Bridge) -> Published:
    turned = walk.source_id != bridge.source_id
    relation = _TURNED.get(Relation(pair.relation), pair.relation) if turned and pair.relation else pair.relation
    word = "" if turned and pair.relation else pair.word
    return Published(place, walk.publisher or walk.title, relation, word, pair.rationale, walk.get_absolute_url())


def _as_proposed(place: Place, one: Proposal, publishers: tuple[Published, ...]) -> Proposed:
    return Proposed(
        place=place,
        rank=one.rank,
        score=one.score,
        confidence=one.confidence,
        relation=one.relation,
        relation_confidence=one.relation_confidence,
        why=why.explained(one.evidence),
        publishers=publishers,
    )


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair of a published crosswalk with what the clauses say."""

    source: Place
    target: Place
    relation: str
    word: str
    rationale: str


def crosswalk_page(one: Crosswalk, viewer: Viewer, page: int, *, size: int = 100) -> list[PairRow]:
    """A page of a published crosswalk's pairs. Three queries."""
    found = CrosswalkPair.objects.filter(crosswalk=one).select_related("source", "target")
    pairs = list(found.order_by("source__order", "target__order")[(page - 1) * size : page * size])
    between = Bridge(source=one.source, target=one.target, languages=[])
    places, _changed = _placed(between, {clause for pair in pairs for clause in (pair.source, pair.target)}, viewer)
    return [
        PairRow(places[pair.source_id], places[pair.target_id], pair.relation, pair.word, pair.rationale)
        for pair in pairs
        if pair.source_id in places and pair.target_id in places
    ]


# beside clauses


@dataclass(frozen=True, slots=True)
class Counterparts:
    """How many clauses of another text correspond to one clause: published, or worth a look.

    Attributes:
        sure: some are published or likely; else they are only possible.
    """

    name: str
    count: int
    address: str
    sure: bool


def counterparts(clauses: Sequence[UUID], viewer: Viewer) -> dict[UUID, list[Counterparts]]:
    """For each clause how many counterparts it has in other texts. Three queries."""
    found: dict[tuple[UUID, int], set[int]] = {}
    addresses: dict[tuple[UUID, int], str] = {}
    editions: set[int] = set()
    sure: set[tuple[UUID, int]] = set()
    seen = Bridge.objects.visible_to(viewer).values("pk")
    walks = Crosswalk.objects.visible_to(viewer).values("pk")
    worth = Proposal.objects.filter(confidence__gte=POSSIBLE, bridge__in=seen, source__rid__in=clauses)
    fields = ("source__rid", "source__ref", "bridge__target_id", "target_id", "bridge__slug", "confidence")
    for rid, ref, edition, clause, slug, confidence in worth.values_list(*fields):
        if confidence >= LIKELY:
            sure.add((rid, edition))
        found.setdefault((rid, edition), set()).add(clause)
        addresses[rid, edition] = f"/bridges/{slug}/?{urlencode({'clause': ref})}"
        editions.add(edition)
    pairs = CrosswalkPair.objects.exclude(relation=Relation.NONE).filter(crosswalk__in=walks)
    stated = pairs.filter(Q(source__rid__in=clauses) | Q(target__rid__in=clauses))
    wanted = set(clauses)
    for one in stated.select_related("source", "target", "crosswalk"):
        for mine, other in ((one.source, one.target), (one.target, one.source)):
            if mine.rid in wanted:
                key = (mine.rid, other.edition_id)
                found.setdefault(key, set()).add(other.pk)
                sure.add(key)
                addresses.setdefault(key, one.crosswalk.get_absolute_url())
                editions.add(other.edition_id)
    if not editions:
        return {}
    named = {one.pk: names.called(one) for one in Edition.objects.filter(pk__in=editions).select_related("document")}
    lines: dict[UUID, list[Counterparts]] = {}
    for (rid, edition), others in sorted(found.items(), key=lambda one: named[one[0][1]]):
        lines.setdefault(rid, []).append(
            Counterparts(named[edition], len(others), addresses[rid, edition], (rid, edition) in sure)
        )
    return lines


def bridges_of(clause: UUID, viewer: Viewer) -> list[tuple[Bridge, Row]]:
    """The bridges that begin at a clause, each with its row. Five queries a bridge, and one."""
    rows = BridgeClause.objects.filter(clause__rid=clause, bridge__in=Bridge.objects.visible_to(viewer).values("pk"))
    found = []
    for one in rows.select_related("clause", "bridge__source__document", "bridge__target__document").order_by(
        "bridge__title"
    ):
        walks = crosswalks_between(one.bridge.source, one.bridge.target, viewer)
        filled_rows, _changed = filled(one.bridge, [one], walks, viewer)
        found += [(one.bridge, row) for row in filled_rows]
    return found
