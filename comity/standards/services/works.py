"""Documents that are declared to be one work: joint numbers, adoptions, twin texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from django.db import transaction

from comity.records import identity, log
from comity.records import services as records
from comity.records.viewer import Viewer
from comity.standards.models import Document, Identifier, Relation, RelationKind, SameWork, Work

DECLARED = (RelationKind.ADOPTS, RelationKind.ADOPTED_BY, RelationKind.IDENTICAL)


@transaction.atomic
def link_works(*, by: Viewer) -> int:
    """Join documents that their own bodies declare to be the same work. Returns how many were joined.

    Nothing is inferred here: an adoption that a body states, or a second identifier it gives the text
    (ITU-T Recommendations that are ISO/IEC standards). What people decided stays joined when one of the
    two moves to another work.
    """
    log.hold()
    groups = groups_of(chain(declared(), decided()))
    documents = {one.pk: one for one in Document.objects.filter(pk__in={pk for group in groups for pk in group})}
    joined = []
    for group in groups:
        members = [documents[pk] for pk in sorted(group)]
        if len({one.work_id for one in members}) == 1 and members[0].work_id:
            continue
        work = _work_of(members, by)
        for one in members:
            if one.work_id != work.pk:
                one.work = work
                joined.append(one)
    records.bulk_put(joined, by=by, because="declared to be the same work")
    return len(joined)


def decided() -> Iterator[tuple[int, int]]:
    """Pairs of document keys that somebody accepted as one work."""
    accepted = SameWork.objects.filter(state=SameWork.State.ACCEPTED, withdrawn_at__isnull=True)
    yield from accepted.values_list("first", "second")


def declared(among: Collection[int] | None = None) -> Iterator[tuple[int, int]]:
    """Pairs of document keys that their bodies declare to be one work; with `among`, from these documents only."""
    mine = {} if among is None else {"edition__document__in": among}
    relations = Relation.objects.filter(kind__in=DECLARED, **mine).values_list(
        "edition__document_id", "target_document"
    )
    targets = dict(Document.objects.filter(key__in={target for _pk, target in relations}).values_list("key", "pk"))
    for document, target in relations:
        if target in targets:
            yield document, targets[target]
    twins = Identifier.objects.filter(kind="twin", **mine).values_list("edition__document_id", "key")
    for start in range(0, len(twins), 5_000):
        part = twins[start : start + 5_000]
        own = Identifier.objects.filter(kind="own", key__in={key for _pk, key in part})
        editions = dict(own.values_list("key", "edition__document_id"))
        for document, key in part:
            if key in editions:
                yield document, editions[key]


def groups_of(pairs: Iterable[tuple[int, int]], *, least: int = 2) -> list[set[int]]:
    """Connected components of the pairs (union-find with path halving)."""
    root: dict[int, int] = {}

    def find(one: int) -> int:
        while root.setdefault(one, one) != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for a, b in pairs:
        root[find(a)] = find(b)
    groups: dict[int, set[int]] = defaultdict(set)
    for one in list(root):
        groups[find(one)].add(one)
    return [group for group in groups.values() if len(group) >= least]


def _work_of(members: list[Document], by: Viewer) -> Work:
    for one in members:
        if one.work:
            return one.work
    return work_for(members, by=by, because="declared to be the same work")


def work_for(members: Collection[Document], *, by: Viewer, because: str) -> Work:
    """The work called after the first of `members`: the one there is, in sight again, or a new one."""
    first = min(members, key=lambda one: (one.body.order, one.key))
    known = Work.objects.filter(key=first.key).first()
    if known is not None:
        return known if known.withdrawn_at is None else shown_again(known, by=by, because=because)
    made = Work(rid=identity.of_fact("work", first.key), key=first.key, title=first.title)
    return records.put(made, by=by, because=because)


def shown_again(work: Work, *, by: Viewer, because: str) -> Work:
    """A work that was withdrawn because nothing was left in it."""
    work.withdrawn_at = None
    return records.put(work, by=by, because=because)
