"""Whether a new relation would close a circle of documents that supersede each other."""

from __future__ import annotations

from collections.abc import Iterable

from comity.engine import identifiers
from comity.engine.identifiers import Reference
from comity.standards.models import Edition, Relation, RelationKind

MOST_STEPS = 50
MOST_NAMES = 2_000


def closed_by(kind: str, about: Reference, target: Reference) -> list[str]:
    """The circle that the relation would close, as keys from its beginning to its end; [] if it closes none.

    Four queries a step; circles that sources state among themselves are not looked for, and end the walk.
    """
    if kind == RelationKind.SUPERSEDES:
        start, end = target, about
    elif kind == RelationKind.SUPERSEDED_BY:
        start, end = about, target
    else:
        return []
    ends = {end.key, end.document}
    came_from: dict[str, str] = {start.key: ""}
    waiting = {start.key}
    for _step in range(MOST_STEPS):
        found = {later: name for name, later in _superseded(waiting) if later not in came_from}
        came_from |= found
        if met := sorted(ends & found.keys()):
            return [end.key, *reversed(_path(came_from, met[0]))]
        waiting = set(found)
        if not waiting or len(came_from) > MOST_NAMES:
            break
    return []


def _path(came_from: dict[str, str], last: str) -> list[str]:
    path = [last]
    while came_from[path[-1]]:
        path.append(came_from[path[-1]])
    return path


def _superseded(names: set[str]) -> Iterable[tuple[str, str]]:
    """(name, what it supersedes), whichever of the two says so. A name is an edition's, or an undated document's.

    Four queries, each by an index: joined in one they would read the whole table.
    """
    meant = dict(Edition.objects.filter(key__in=names).values_list("pk", "key"))
    meant |= dict(Edition.objects.filter(document__key__in=names).values_list("pk", "document__key"))
    stated = Relation.objects.filter(edition__in=meant, kind=RelationKind.SUPERSEDES)
    for edition, target in stated.values_list("edition", "target_key"):
        yield meant[edition], target
    documents = {identifiers.parse(name).document for name in names}
    backward = Relation.objects.filter(target_document__in=documents, kind=RelationKind.SUPERSEDED_BY)
    for target, later in backward.values_list("target_key", "edition__key"):
        if target in names:
            yield target, later
