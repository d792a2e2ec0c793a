"""Going back: undoing is a new change, never a rewrite of what happened."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from comity.records import log
from comity.records.errors import NotAllowed, NotFound
from comity.records.models import Change, Snapshot
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import ChangedSince, NothingChanged
from comity.standards.models import Body, Committee, Editorial, Work
from comity.standards.services import editing, stating, values

KINDS: dict[str, type[Any]] = {"editorial": Editorial, "body": Body, "committee": Committee, "work": Work}


@transaction.atomic
def undo(sequence: int, *, because: str, by: Viewer) -> Any:
    """Set what a change changed back to what it was before. Returns the record.

    Args:
        sequence: of the change in the log.

    Raises:
        NotAllowed: only the secretariat edits.
        NotFound: there is no such change by people, or nothing is kept of what was before it.
        ChangedSince: another change of the same fields came after it.
        NothingChanged: it changed no field.
    """
    if not policies.may_edit(by, None):
        raise NotAllowed
    log.hold()
    change = Change.objects.filter(sequence=sequence, kind__in=KINDS, snapshot__isnull=False).first()
    if change is None:
        raise NotFound
    before, after = _before(change), dict(change.snapshot.body)
    one = KINDS[change.kind].objects.filter(rid=change.record).first()
    if one is None:
        raise NotFound
    if isinstance(one, Editorial):
        return _editorial(one, before.get("says", {}), after["says"], because, by)
    return _record(one, before, after, because, by)


def _before(change: Change) -> dict[str, Any]:
    """The version before a change. There is none before the first that editors state; for others there must be."""
    earlier = Snapshot.objects.filter(
        change__record=change.record, change__kind=change.kind, change__sequence__lt=change.sequence
    )
    found = earlier.order_by("-change__sequence").first()
    if found is None and change.kind != "editorial":
        raise NotFound
    return dict(found.body) if found else {}


def _editorial(one: Editorial, before: values.Says, after: values.Says, because: str, by: Viewer) -> Editorial:
    changed = stating.changed_in(before, after)
    _still(changed & stating.changed_in(one.says, after))
    says = {**one.says, **{field: before.get(field) for field in changed}}
    says = {field: says[field] for field in values.FIELDS if says.get(field)}
    return stating.write(one, says, changed, because=because, by=by)


def _record(one: Any, before: dict[str, Any], after: dict[str, Any], because: str, by: Viewer) -> Any:
    now = editing.body_of(one)
    fields = editing.FIELDS[type(one)]
    changed = {field for field in fields if before.get(field) != after.get(field)}
    if not changed:
        raise NothingChanged
    _still({field for field in changed if now.get(field) != after.get(field)})
    return editing.restore(one, {field: before.get(field) for field in changed}, because=because, by=by)


def _still(changed: set[str]) -> None:
    if changed:
        raise ChangedSince(fields=", ".join(sorted(changed)))
