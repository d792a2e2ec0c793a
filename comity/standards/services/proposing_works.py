"""Pairs of documents that may be the same work, proposed by the engine for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from comity.engine import works as engine
from comity.engine.works import Candidate, Publication
from comity.records import log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.models import Task
from comity.records.viewer import ANYONE, NODE, Viewer
from comity.standards import policies
from comity.standards.models import Document, Edition, SameWork

BATCH = 1_000
Progress = Callable[[int, int], None]


def start_proposing_works(*, by: Viewer) -> Task:
    """Queue the proposing; who waits for it already waits for that.

    Raises:
        NotAllowed: the viewer does not decide on works.
    """
    if not policies.may_decide(by):
        raise NotAllowed
    return tasks.enqueue("standards.propose_works", once=True, actor=str(by.actor or ""))


def propose_works(*, by: Viewer = NODE, progress: Progress | None = None) -> dict[str, int]:
    """Compare all public documents of the node, and propose what may be one work. Nothing is joined.

    Safe to repeat: what waits is brought up to date, what the engine no longer proposes is withdrawn, and what
    was decided, or is one work already, is left alone. Returns how many are new, changed, kept and withdrawn.

    Raises:
        NotAllowed: the viewer does not decide on works.
    """
    if not policies.may_decide(by):
        raise NotAllowed
    writer = Viewer(actor=by.actor, node=True)
    documents = list(_documents())
    found = {_pair(one): one for one in engine.propose([_publication(*one) for one in documents], progress=progress)}
    counts = {"new": 0, "changed": 0, "kept": 0, "withdrawn": 0}
    for part in _batches(sorted(found)):
        _write([found[pair] for pair in part], writer, counts)
    _forget(set(found), writer, counts)
    return counts


def _documents() -> Iterable[tuple[Document, tuple[int, ...], tuple[str, ...]]]:
    """All public documents, with years and subjects of their editions. Two queries."""
    years: dict[int, set[int]] = defaultdict(set)
    subjects: dict[int, set[str]] = defaultdict(set)
    editions = Edition.objects.visible_to(ANYONE).values_list("document", "date", "ics")
    for document, date, ics in editions.iterator(chunk_size=5_000):
        if date[:4].isdigit():
            years[document].add(int(date[:4]))
        subjects[document].update(ics)
    seen = Document.objects.visible_to(ANYONE).select_related("body", "committee").order_by("key")
    for one in seen.iterator(chunk_size=5_000):
        yield one, tuple(sorted(years[one.pk])), tuple(sorted(subjects[one.pk]))


def _publication(one: Document, years: tuple[int, ...], subjects: tuple[str, ...]) -> Publication:
    return Publication(
        key=str(one.pk),
        body=one.body.code,
        identifiers=(one.key,),
        titles=(*one.title.items(), *((language, title) for language, title in one.other_titles)),
        years=years,
        publishers=tuple(one.publishers),
        committee=one.committee.designation if one.committee else "",
        ics=subjects,
    )


def _batches(items: list[Any]) -> Iterable[list[Any]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _pair(one: Candidate) -> tuple[int, int]:
    a, b = sorted((int(one.a), int(one.b)))
    return a, b


@transaction.atomic
def _write(part: list[Candidate], by: Viewer, counts: dict[str, int]) -> None:
    """New proposals, and those that wait, as the engine sees them now."""
    log.hold()
    pairs = [_pair(one) for one in part]
    keys = {key for pair in pairs for key in pair}
    works = dict(Document.objects.filter(pk__in=keys).values_list("pk", "work"))
    known = {
        (one.first_id, one.second_id): one
        for one in SameWork.objects.filter(first__in=[a for a, _b in pairs], second__in=[b for _a, b in pairs])
    }
    new, changed = [], []
    for pair, one in zip(pairs, part, strict=True):
        if works[pair[0]] is not None and works[pair[0]] == works[pair[1]]:
            continue
        proposal = known.get(pair)
        if proposal is None:
            new.append(_set(SameWork(first_id=pair[0], second_id=pair[1]), one))
        elif proposal.state == SameWork.State.PROPOSED:
            before = _told(proposal)
            if _told(_set(proposal, one)) != before:
                changed.append(proposal)
            else:
                counts["kept"] += 1
    counts["new"] += len(new)
    counts["changed"] += len(changed)
    records.bulk_put(new, by=by, because=f"proposed by {engine.ENGINE}")
    records.bulk_put(changed, by=by, because=f"proposed by {engine.ENGINE}")


def _set(proposal: SameWork, one: Candidate) -> SameWork:
    weighed = sorted(one.evidence, key=lambda each: -abs(each.weight))
    proposal.evidence = [
        {"sign": str(each.sign), "weight": round(each.weight, 3), "details": each.details} for each in weighed
    ]
    proposal.confidence, proposal.engine = round(one.confidence, 6), engine.ENGINE
    proposal.adoption = str(one.adoption or "")
    proposal.withdrawn_at = None
    return proposal


def _told(proposal: SameWork) -> tuple[object, ...]:
    return (
        proposal.evidence,
        proposal.confidence,
        proposal.engine,
        proposal.adoption,
        proposal.withdrawn_at is not None,
    )


@transaction.atomic
def _forget(found: set[tuple[int, int]], by: Viewer, counts: dict[str, int]) -> None:
    """Withdraw what waits though the engine no longer proposes it, or it is one work already."""
    log.hold()
    waiting = SameWork.objects.filter(state=SameWork.State.PROPOSED, withdrawn_at__isnull=True)
    gone = [
        one
        for one in waiting.select_related("first", "second")
        if (one.first_id, one.second_id) not in found
        or (one.first.work_id is not None and one.first.work_id == one.second.work_id)
    ]
    for one in gone:
        one.withdrawn_at = timezone.now()
    counts["withdrawn"] += len(gone)
    for part in _batches(gone):
        records.bulk_put(part, by=by, because="no longer proposed")
