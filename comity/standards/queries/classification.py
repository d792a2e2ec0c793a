"""What documents are about: of one document, what waits for a decision, and how far people agree with the engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from comity.engine.topics import SCHEMES
from comity.records.fields import Multilingual
from comity.records.models import Concept, Task
from comity.records.viewer import ANYONE, Viewer
from comity.standards.models import Classification
from comity.standards.queries.compiled import VIEWERS, Compiled, given

State = Classification.State
PAGE = 50
MOST_CLASSES = 100  # of one document
CONFIDENCES = (0.9, 0.8, 0.6)  # that the queue is narrowed to
NAME = re.compile(r"[a-z-]{1,32}:[A-Za-z0-9-]{1,64}")
READ = ("rid", "concept__scheme__code", "concept__code", "concept__label", "state", "confidence", "evidence")


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class as pages show it. `evidence` is (place, term)."""

    rid: UUID
    scheme: str
    code: str
    label: Multilingual
    state: str
    confidence: float | None
    evidence: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return f"{self.scheme}:{self.code}"

    @property
    def suggested(self) -> bool:
        return self.state == State.SUGGESTED

    @property
    def terms(self) -> list[str]:
        """The terms that spoke for it, as far as a line holds them."""
        return terms_of(self.evidence)

    @property
    def percent(self) -> int:
        """Confidence for people; as if sure where a person said it."""
        return 100 if self.confidence is None else percent(self.confidence)


def percent(confidence: float) -> int:
    """A probability for people: the engine is never quite sure."""
    return min(99, round(100 * confidence))


def terms_of(evidence: Iterable[Sequence[str]]) -> list[str]:
    """Words of the document itself among what spoke for a concept, the strongest three."""
    said = (term for place, term in evidence if place in ("title", "keyword"))
    return list(dict.fromkeys(said))[:3]


def classes_of(document: int, viewer: Viewer) -> list[ClassRow]:
    """What a document is about, by scheme, what is confirmed first. What was rejected is not shown. One query."""
    found = [_made(*values) for values in _classes_of(viewer).rows(document=document)]
    return sorted(found, key=lambda one: (SCHEMES.index(one.scheme), one.suggested, -one.percent, one.code))


@lru_cache(maxsize=VIEWERS)
def _classes_of(viewer: Viewer) -> Compiled:
    mine = Classification.objects.visible_to(viewer).filter(document=given("document"))
    shown = mine.exclude(state=State.REJECTED).filter(concept__scheme__code__in=SCHEMES)
    return Compiled(shown.order_by("pk").values_list(*READ)[:MOST_CLASSES])


def _made(rid: Any, scheme: str, code: str, label: str, state: str, confidence: float | None, said: str) -> ClassRow:
    evidence = tuple((place, term) for place, term in json.loads(said))
    key = rid if isinstance(rid, UUID) else UUID(rid)  # SQLite has no type for it
    return ClassRow(key, scheme, code, Multilingual(json.loads(label)), state, confidence, evidence)


# what waits


@dataclass(frozen=True, slots=True)
class Queue:
    """What the queue is narrowed to, as it stands in the address."""

    concept: str = ""
    scheme: str = ""
    state: str = State.SUGGESTED
    least: float = 0.0
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Queue:
        """From an address's query; what makes no sense there is as good as not there."""
        concept, page, least = given.get("concept", ""), given.get("page", "1"), given.get("least", "")
        return cls(
            concept=concept if NAME.fullmatch(concept) else "",
            scheme=given.get("scheme", "") if given.get("scheme") in SCHEMES else "",
            state=given.get("state", "") if given.get("state") in State.values else State.SUGGESTED,
            least=float(least) if re.fullmatch(r"0?\.\d{1,4}|[01]", least) else 0.0,
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) else 1,
        )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A class of the queue with its document."""

    one: Classification
    terms: list[str]
    percent: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of classes, the surest first; how many there are in all, and of each scheme and concept."""

    queue: Queue
    rows: list[WaitingRow]
    total: int
    schemes: dict[str, int]
    concepts: list[tuple[str, Multilingual, int]]

    @property
    def more(self) -> bool:
        return self.queue.page * PAGE < self.total


def waiting(queue: Queue, viewer: Viewer, *, size: int = PAGE) -> Waiting:
    """Classes as the queue asks. Three queries."""
    seen = Classification.objects.visible_to(viewer).filter(state=queue.state)
    if queue.least:
        seen = seen.filter(confidence__gte=queue.least)
    counts = seen.values_list("concept__scheme__code", "concept__code", "concept__label").annotate(n=Count("pk"))
    listed = [(scheme, code, Multilingual(label), n) for scheme, code, label, n in counts.order_by()]
    found = _narrowed(seen, queue)
    start = (queue.page - 1) * size
    surest = F("confidence").desc(nulls_last=True)  # both databases alike
    rows = found.select_related("document", "concept__scheme").order_by(surest, "document", "pk")
    return Waiting(
        queue,
        [_waiting_row(one) for one in rows[start : start + size]],
        found.count(),
        {scheme: sum(n for of, _code, _label, n in listed if of == scheme) for scheme in SCHEMES},
        sorted(
            ((f"{of}:{code}", label, n) for of, code, label, n in listed if of == queue.scheme),
            key=lambda one: (-one[2], one[0]),
        ),
    )


def _waiting_row(one: Classification) -> WaitingRow:
    sure = None if one.confidence is None else percent(one.confidence)
    return WaitingRow(one, terms_of(one.evidence), sure)


def _narrowed(seen: QuerySet[Classification], queue: Queue) -> QuerySet[Classification]:
    if queue.scheme:
        seen = seen.filter(concept__scheme__code=queue.scheme)
    if queue.concept:
        scheme, _, code = queue.concept.partition(":")
        seen = seen.filter(concept__scheme__code=scheme, concept__code=code)
    return seen


@dataclass(frozen=True, slots=True)
class Agreement:
    """What people decided of one concept: of suggestions, and what the engine had missed."""

    scheme: str
    code: str
    label: Multilingual
    confirmed: int
    rejected: int
    added: int

    @property
    def percent(self) -> int | None:
        """How often people confirmed what the engine suggested; None if they decided on nothing."""
        decided = self.confirmed + self.rejected
        return round(100 * self.confirmed / decided) if decided else None


def agreement(viewer: Viewer) -> list[Agreement]:
    """Concepts that people decided on, by scheme. One query."""
    decided = Classification.objects.visible_to(viewer).exclude(state=State.SUGGESTED)
    counted = decided.values_list("concept__scheme__code", "concept__code", "concept__label").annotate(
        confirmed=Count("pk", filter=Q(state=State.CONFIRMED) & ~Q(engine="")),
        rejected=Count("pk", filter=Q(state=State.REJECTED) & ~Q(engine="")),
        added=Count("pk", filter=Q(state=State.CONFIRMED, engine="")),
    )
    rows = [Agreement(of, code, Multilingual(label), *counts) for of, code, label, *counts in counted.order_by()]
    return sorted(rows, key=lambda one: (SCHEMES.index(one.scheme), one.code))


def a_class(rid: UUID, viewer: Viewer) -> Classification | None:
    """The class with this public id. One query."""
    seen = Classification.objects.visible_to(viewer).filter(rid=rid)
    return seen.select_related("document", "concept__scheme").first()


def suggesting(key: int) -> Task | None:
    """The task that suggests classes. One query."""
    return Task.objects.filter(name="standards.classify", pk=key).first()


# for lists


def documents_by_concept() -> dict[str, list[int]]:
    """Documents that everybody may know to be about each concept, confirmed or suggested. One query."""
    shown = Classification.objects.visible_to(ANYONE).exclude(state=State.REJECTED)
    found: dict[str, list[int]] = {}
    for scheme, code, document in shown.values_list("concept__scheme__code", "concept__code", "document"):
        found.setdefault(f"{scheme}:{code}", []).append(document)
    return found


def concept_labels() -> dict[str, Multilingual]:
    """The label of every concept by its name, scheme by scheme. One query."""
    rows = Concept.objects.order_by("pk").values_list("scheme__code", "code", "label")
    known = {f"{scheme}:{code}": Multilingual(label) for scheme, code, label in rows if scheme in SCHEMES}
    return dict(sorted(known.items(), key=lambda item: SCHEMES.index(item[0].split(":")[0])))


def is_about(name: str) -> Q:
    """Documents that are about a concept, as `documents_by_concept` has them."""
    scheme, _, code = name.partition(":")
    shown = Classification.objects.visible_to(ANYONE).exclude(state=State.REJECTED)
    return Q(pk__in=shown.filter(concept__scheme__code=scheme, concept__code=code).values("document"))
