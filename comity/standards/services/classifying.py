"""What documents are about: the engine suggests, people confirm, reject and add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from comity.engine import topics
from comity.engine.embedding import Embedder
from comity.engine.topics import Subject, Suggestion
from comity.records import log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Concept, Task
from comity.records.search import vectors
from comity.records.viewer import NODE, Viewer
from comity.standards import policies
from comity.standards.errors import DecidedAlready, NoSuchConcept
from comity.standards.models import Claim, Classification, Document, Edition, Selection

State = Classification.State
Progress = Callable[[int, int], None]
BATCH = 500
MOST_DECIDED = 500  # classes that are decided at once
MOST_ASKED = 5_000  # documents that suggestions are asked for by name


@dataclass(slots=True)
class Suggested:
    """What came of suggesting: how many documents were looked at, and of classes how many are new, and so on."""

    documents: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0

    def add(self, other: Suggested) -> None:
        self.documents += other.documents
        self.new += other.new
        self.changed += other.changed
        self.withdrawn += other.withdrawn


def suggest_classes(
    documents: Sequence[UUID] | None = None, *, by: Viewer = NODE, progress: Progress | None = None
) -> Suggested:
    """Have the engine say what documents are about: those with these public ids, or all of the AI set.

    What a person decided stays. A suggestion that is not made any more is withdrawn. May be repeated; what was
    suggested before and is again, is not written. Computing holds no lock; every batch is a transaction of its own.

    Raises:
        NotAllowed: only the secretariat has classes suggested.
    """
    _check(by)
    known = _concepts()
    keys = list(_asked(documents, by))
    model = vectors.embedder()
    done = Suggested()
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        done.add(_write(batch, _suggestions(batch, model), known, by))
        if progress:
            progress(min(start + BATCH, len(keys)), len(keys))
    return done


@transaction.atomic
def start_suggesting(documents: Sequence[UUID] | None = None, *, by: Viewer) -> Task:
    """Queue the suggesting; who waits for the same already waits for that.

    Raises:
        NotAllowed: as `suggest_classes`.
    """
    _check(by)
    named = sorted(str(one) for one in documents[:MOST_ASKED]) if documents is not None else None
    return tasks.enqueue("standards.classify", once=True, documents=named, actor=str(by.actor or ""))


def _check(by: Viewer) -> None:
    if not policies.may_classify(by):
        raise NotAllowed


def _concepts() -> dict[str, Concept]:
    return {f"{one.scheme.code}:{one.code}": one for one in Concept.objects.select_related("scheme")}


def _asked(documents: Sequence[UUID] | None, by: Viewer) -> Iterable[int]:
    seen = Document.objects.visible_to(by).order_by("pk")
    found = seen.filter(selection=Selection.AI) if documents is None else seen.filter(rid__in=documents)
    return found.values_list("pk", flat=True)


def _suggestions(keys: Sequence[int], model: Embedder | None) -> dict[int, list[Suggestion]]:
    subjects = subjects_of(keys)
    return dict(zip(subjects, topics.suggest(list(subjects.values()), model), strict=True))


def subjects_of(keys: Sequence[int]) -> dict[int, Subject]:
    """What the engine is told of documents. Three queries."""
    words: dict[int, dict[str, None]] = defaultdict(dict)
    claims = Claim.objects.filter(edition__document__in=keys).order_by("pk")
    for document, keywords in claims.values_list("edition__document", "data__keywords"):
        words[document].update(dict.fromkeys(str(one) for one in keywords or ()))
    fields: dict[int, dict[str, None]] = defaultdict(dict)
    for document, ics in Edition.objects.filter(document__in=keys).order_by("pk").values_list("document", "ics"):
        fields[document].update(dict.fromkeys(ics))
    found = Document.objects.filter(pk__in=keys).order_by("pk").select_related("body", "committee")
    return {one.pk: _subject(one, list(words[one.pk]), list(fields[one.pk])) for one in found}


def _subject(one: Document, keywords: list[str], ics: list[str]) -> Subject:
    titles = dict.fromkeys([*one.title.items(), *((tag, title) for tag, title in one.other_titles)])
    committee = one.committee
    named = " ".join([committee.designation, *committee.name.values()]) if committee else ""
    return Subject(list(titles), keywords, one.body.code, named, ics)


@transaction.atomic
def _write(
    keys: Sequence[int], found: dict[int, list[Suggestion]], concepts: dict[str, Concept], by: Viewer
) -> Suggested:
    """Bring the suggestions of some documents up to date, in one entry of the log."""
    log.hold()
    here = {(one.document_id, one.concept_id): one for one in _classes(keys)}
    documents = Document.objects.in_bulk(keys)
    done, changed = Suggested(documents=len(keys)), []
    for document, suggestions in found.items():
        for one in suggestions:
            concept = concepts[one.concept]
            before = here.pop((document, concept.pk), None)
            if before is None:
                changed.append(_suggested(Classification(document=documents[document], concept=concept), one))
                done.new += 1
            elif before.state == State.SUGGESTED and _differs(before, one):
                done.changed += 1
                changed.append(_suggested(before, one))
    for left in here.values():
        if left.state == State.SUGGESTED and left.withdrawn_at is None:
            left.withdrawn_at = timezone.now()
            done.withdrawn += 1
            changed.append(left)
    records.bulk_put(changed, by=by, because=f"suggested by {topics.VERSION}")
    return done


def _classes(keys: Sequence[int]) -> Iterable[Classification]:
    found = Classification.objects.filter(document__in=keys).order_by("pk")
    return found.select_related("document", "concept__scheme").select_for_update(of=("self",))


def _evidence(one: Suggestion) -> list[list[str]]:
    return [[said.place, said.term] for said in one.evidence]


def _differs(before: Classification, now: Suggestion) -> bool:
    said = (before.confidence, before.evidence, before.engine, before.withdrawn_at)
    return said != (now.confidence, _evidence(now), topics.VERSION, None)


def _suggested(one: Classification, now: Suggestion) -> Classification:
    one.confidence, one.evidence, one.engine = now.confidence, _evidence(now), topics.VERSION
    one.state, one.withdrawn_at = State.SUGGESTED, None
    one.visibility, one.organisation = one.document.visibility, one.document.organisation
    return one


# people


@transaction.atomic
def decide_class(one: Classification, state: str, *, by: Viewer) -> Classification:
    """Confirm or reject a class. A decision may be changed, and then the later one counts.

    Raises:
        NotAllowed: only the secretariat decides.
        NotFound: it was withdrawn meanwhile.
        DecidedAlready: it is decided so.
    """
    _check(by)
    one = records.lock(one)
    if one.withdrawn_at is not None:
        raise NotFound
    if one.state == state:
        raise DecidedAlready(state=State(state).label)
    return records.put(_decided(one, state, by), by=by, because=f"{state} by a person")


def confirm_class(one: Classification, *, by: Viewer) -> Classification:
    """Say that a class is right. Raises as `decide_class`."""
    return decide_class(one, State.CONFIRMED, by=by)


def reject_class(one: Classification, *, by: Viewer) -> Classification:
    """Say that a class is wrong. Raises as `decide_class`."""
    return decide_class(one, State.REJECTED, by=by)


@transaction.atomic
def decide_classes(rids: Sequence[UUID], state: str, *, by: Viewer) -> int:
    """Confirm or reject many suggestions at once; returns how many. What was decided meanwhile stays as it is.

    Raises:
        NotAllowed: only the secretariat decides.
    """
    _check(by)
    log.hold()
    seen = Classification.objects.visible_to(by).filter(rid__in=list(rids)[:MOST_DECIDED], state=State.SUGGESTED)
    found = list(seen.order_by("pk").select_related("document", "concept__scheme").select_for_update(of=("self",)))
    records.bulk_put([_decided(one, state, by) for one in found], by=by, because=f"{state} by a person, many at once")
    return len(found)


@transaction.atomic
def add_class(document: Document, name: str, *, by: Viewer) -> Classification:
    """State that a document is about a concept ("scheme:code"). If it was suggested or rejected, it is confirmed.

    Raises:
        NotAllowed: only the secretariat decides.
        NoSuchConcept: there is none of that name.
        DecidedAlready: it is confirmed already.
    """
    _check(by)
    log.hold()
    concept = concept_named(name)
    one = Classification.objects.filter(document=document, concept=concept).select_for_update().first()
    if one is None:
        one = Classification(document=document, concept=concept, visibility=document.visibility)
        one.organisation = document.organisation
    elif one.withdrawn_at is not None:  # the engine had taken it back, so it was not its doing
        one.withdrawn_at, one.engine, one.confidence, one.evidence = None, "", None, []
    elif one.state == State.CONFIRMED:
        raise DecidedAlready(state=State.CONFIRMED.label)
    return records.put(_decided(one, State.CONFIRMED, by), by=by, because="added by a person")


def concept_named(name: str) -> Concept:
    """The concept of a name such as "ai-topic:risk".

    Raises:
        NoSuchConcept: there is none.
    """
    scheme, _, code = name.partition(":")
    found = Concept.objects.filter(scheme__code=scheme[:40], code=code[:80]).select_related("scheme").first()
    if found is None:
        raise NoSuchConcept(name=name[:80])
    return found


def _decided(one: Any, state: str, by: Viewer) -> Any:
    one.state, one.decided_by, one.decided_at = state, by.actor, timezone.now()
    return one
