"""Who works on what: topics by body, committee or stage; where several draft the same, and where nobody does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext

from comity.records.fields import Multilingual
from comity.records.models import Concept, Scheme
from comity.records.viewer import Viewer
from comity.standards.models import Classification, Selection, Stage

VIEWS = ("body", "committee", "stage")
SCHEME = "ai-topic"
PREPARING = (Stage.PROPOSAL, Stage.DRAFTING, Stage.CONSULTATION, Stage.APPROVAL)
COLUMNS = {"body": 10, "committee": 7, "stage": len(Stage)}
EVIDENCE = 6  # documents named for each group
State = Classification.State


@dataclass(frozen=True, slots=True)
class Asked:
    """What the map is of, as it stands in the address."""

    by: str = "body"
    scheme: str = SCHEME
    confirmed: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """From an address's query; what makes no sense there is as good as not there."""
        by, scheme = given.get("by", ""), given.get("scheme", "")
        known = scheme.isascii() and 0 < len(scheme) <= 32 and "\0" not in scheme
        return cls(by if by in VIEWS else "body", scheme if known else SCHEME, given.get("confirmed") == "1")

    def address(self, **changes: Any) -> str:
        """The query of an address that asks for this, with some of it changed."""
        now = {"by": self.by, "scheme": self.scheme, "confirmed": self.confirmed} | changes
        plain = {"by": "body", "scheme": SCHEME, "confirmed": False}
        return urlencode(
            {name: "1" if value is True else value for name, value in now.items() if value != plain[name]}
        )


class Named(NamedTuple):
    """A document as evidence."""

    pk: int
    slug: str
    identifier: str
    title: Multilingual
    publishers: tuple[str, ...]
    stage: str
    date: str
    work: int | None
    committee: str
    designation: str

    @property
    def preparing(self) -> bool:
        return self.stage in PREPARING

    @property
    def address(self) -> str:
        return f"/standards/{self.slug}/"


@dataclass(slots=True)
class Count:
    """Documents by where they stand."""

    published: int = 0
    preparing: int = 0
    withdrawn: int = 0
    unknown: int = 0

    def add(self, stage: str) -> None:
        if stage == Stage.PUBLISHED:
            self.published += 1
        elif stage in PREPARING:
            self.preparing += 1
        elif stage == Stage.WITHDRAWN:
            self.withdrawn += 1
        else:
            self.unknown += 1

    @property
    def all(self) -> int:
        return self.published + self.preparing + self.withdrawn + self.unknown


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # what the catalogue's filter is called with
    label: Any
    count: Count


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies that prepare something together, and what."""

    bodies: tuple[str, ...]
    documents: list[Named]

    @property
    def label(self) -> str:
        return "/".join(body_label(code) for code in self.bodies)

    @property
    def shown(self) -> list[Named]:
        return self.documents[:EVIDENCE]

    @property
    def more(self) -> int:
        return max(0, len(self.documents) - EVIDENCE)


@dataclass(slots=True)
class Topic:
    """A concept with who works on it."""

    code: str
    label: Multilingual
    count: Count = field(default_factory=Count)
    cells: list[Count] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    suggested: int = 0
    confirmed: int = 0
    latest: list[Named] = field(default_factory=list)

    @property
    def overlaps(self) -> bool:
        """Several groups of bodies prepare documents on it."""
        return len(self.groups) > 1

    @property
    def gap(self) -> str:
        """ "nothing" (no document), "unpublished", "idle" (nobody prepares one), or ""."""
        if not self.count.published:
            return "unpublished" if self.count.preparing else "nothing"
        return "" if self.count.preparing else "idle"


@dataclass(slots=True)
class WorkMap:
    """The whole map, ready to be drawn, listed and exported."""

    asked: Asked
    schemes: list[tuple[str, Multilingual]]
    columns: list[Column]
    left: int  # columns that are not drawn, for they have the fewest documents
    topics: list[Topic]
    suggested: int
    confirmed: int
    documents: int

    @property
    def title(self) -> Multilingual:
        return next((title for code, title in self.schemes if code == self.asked.scheme), Multilingual())

    @property
    def overlaps(self) -> list[Topic]:
        """Topics that several groups work on, those with most groups first."""
        found = [one for one in self.topics if one.overlaps]
        return sorted(found, key=lambda one: (-len(one.groups), -one.count.preparing))

    def gaps(self, kind: str) -> list[Topic]:
        return [one for one in self.topics if one.gap == kind]

    @property
    def most(self) -> int:
        """The most documents that are drawn in one cell."""
        drawn = (cell.published + cell.preparing + sum(self.rest(cell)) for one in self.topics for cell in one.cells)
        return max(drawn, default=0)

    def rest(self, cell: Count) -> tuple[int, ...]:
        """What is drawn only where the columns are stages."""
        return (cell.withdrawn + cell.unknown,) if self.asked.by == "stage" else (0,)

    def address(self, topic: Topic, column: Column | None = None) -> str:
        """The documents behind a number, in the catalogue."""
        chosen = {"concept": f"{self.asked.scheme}:{topic.code}"}
        if column is not None:
            chosen[self.asked.by] = column.key
        return f"/standards/?{urlencode(chosen)}"


ROW = (
    "concept",
    "state",
    "document",
    "document__slug",
    "document__identifier",
    "document__title",
    "document__publishers",
    "document__stage",
    "document__date",
    "document__work",
    "document__committee__slug",
    "document__committee__designation",
)


def work_map(asked: Asked, viewer: Viewer) -> WorkMap:
    """Who works on the concepts of a scheme: AI standards by body, committee or stage. Three queries."""
    schemes = [
        (one.code, one.title) for one in Scheme.objects.filter(concepts__isnull=False).distinct().order_by("pk")
    ]
    concepts = list(Concept.objects.filter(scheme__code=asked.scheme).order_by("pk"))
    classes = Classification.objects.visible_to(viewer).filter(
        concept__scheme__code=asked.scheme, document__selection=Selection.AI
    )
    wanted = (State.CONFIRMED,) if asked.confirmed else (State.CONFIRMED, State.SUGGESTED)
    documents: dict[int, Named] = {}
    about: dict[int, list[Named]] = defaultdict(list)
    states: dict[int, Counter[str]] = defaultdict(Counter)
    for concept, state, *values in classes.filter(state__in=wanted).values_list(*ROW):
        one = documents.setdefault(values[0], _named(values))
        about[concept].append(one)
        states[concept][state] += 1
    columns, left = _columns(asked.by, documents.values())
    topics = [_topic(one, about[one.pk], states[one.pk], columns, asked.by) for one in concepts]
    topics.sort(key=lambda one: -one.count.all)
    return WorkMap(
        asked,
        schemes,
        columns,
        left,
        topics,
        sum(one.suggested for one in topics),
        sum(one.confirmed for one in topics),
        len(documents),
    )


def _named(values: list[Any]) -> Named:
    pk, slug, identifier, title, publishers, stage, date, work, committee, designation = values
    return Named(
        pk, slug, identifier, title, tuple(publishers), stage, date, work, committee or "", designation or ""
    )


def _keys(one: Named, by: str) -> tuple[str, ...]:
    """The columns a document counts in: a joint one in those of all its bodies."""
    if by == "body":
        return one.publishers
    if by == "committee":
        return (one.committee,) if one.committee else ()
    return (one.stage,)


def _columns(by: str, documents: Iterable[Named]) -> tuple[list[Column], int]:
    counts: dict[str, Count] = defaultdict(Count)
    labels: dict[str, Any] = {}
    for one in documents:
        for key in _keys(one, by):
            counts[key].add(one.stage)
            labels[key] = one.designation if by == "committee" else body_label(key)
    if by == "stage":
        found = [stage.value for stage in Stage if stage.value in counts]
        return [Column(key, Stage(key).label, counts[key]) for key in found], 0
    order = sorted(counts, key=lambda key: (-counts[key].all, key))
    drawn = order[: COLUMNS[by]]
    return [Column(key, labels[key], counts[key]) for key in drawn], len(order) - len(drawn)


def body_label(code: str) -> str:
    """A body's code, or that a source states no publisher."""
    return gettext("publisher not stated") if code == "OTHER" else code


def _topic(concept: Concept, documents: list[Named], states: Counter[str], columns: list[Column], by: str) -> Topic:
    topic = Topic(concept.code, concept.label, cells=[Count() for _column in columns])
    places = {column.key: place for place, column in enumerate(columns)}
    for one in documents:
        topic.count.add(one.stage)
        for key in _keys(one, by):
            if key in places:
                topic.cells[places[key]].add(one.stage)
    topic.suggested, topic.confirmed = states[State.SUGGESTED], states[State.CONFIRMED]
    topic.groups = groups(one for one in documents if one.preparing)
    published = sorted((one for one in documents if one.stage == Stage.PUBLISHED), key=_newest)
    topic.latest = published[:EVIDENCE]
    return topic


def _newest(one: Named) -> tuple[Any, str]:
    return tuple(-ord(letter) for letter in one.date) or (0,), one.identifier


def groups(documents: Iterable[Named]) -> list[Group]:
    """Documents by who prepares them. Bodies with a joint document, or documents of one work, stand in one group:
    what is done together is no overlap."""
    found = list(documents)
    root: dict[str, str] = {}

    def leader(name: str) -> str:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for one in found:
        names = [f"body:{code}" for code in one.publishers] + ([f"work:{one.work}"] if one.work else [])
        for name in names[1:]:
            root[leader(name)] = leader(names[0])
    together: dict[str, list[Named]] = defaultdict(list)
    for one in found:
        if one.publishers:
            together[leader(f"body:{one.publishers[0]}")].append(one)
    made = [Group(_bodies(some), sorted(some, key=_newest)) for some in together.values()]
    return sorted(made, key=lambda group: (-len(group.documents), group.bodies))


def _bodies(documents: Iterable[Named]) -> tuple[str, ...]:
    """The bodies of some documents, those with most of them first."""
    counts = Counter(code for one in documents for code in one.publishers)
    order = list(dict.fromkeys(code for one in documents for code in one.publishers))
    return tuple(sorted(order, key=lambda code: -counts[code]))
