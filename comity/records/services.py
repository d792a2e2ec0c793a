"""The one way to write: policy, version, log, search and cache generation in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from comity.records import kinds, log, rows
from comity.records.errors import NotAllowed, Stale
from comity.records.models import Change, Record, Snapshot, Visibility
from comity.records.search import index
from comity.records.viewer import Viewer

R = TypeVar("R", bound=Record)


@transaction.atomic
def put(record: R, *, by: Viewer, because: str = "", expected: int | None = None, snapshot: bool | None = None) -> R:
    """Write one record.

    Args:
        expected: the version the writer saw; None for a record that nobody else can have changed.
        snapshot: whether this version's body is kept, to be compared with others. By default what people write is.

    Raises:
        NotAllowed: the viewer may not write it.
        Stale: somebody wrote it since `expected`.
    """
    log.hold()
    kind = kinds.of(type(record))
    _check(kind, record, by)
    if expected is not None and expected != _stored_version(record):
        raise Stale
    if _hides([record]):
        log.bump(kind.name)
    _stamp(record, by)
    record.save()
    kept = not by.node if snapshot is None else snapshot
    log.append([record], operation=Change.Operation.PUT, by=by, because=because, snapshot=kept)
    index.refresh(kind, [record])
    return record


@transaction.atomic
def bulk_put(records: Sequence[R], *, by: Viewer, because: str) -> None:
    """Write some thousand records of one kind as one entry of the log.

    New ones have no primary key and are given one; the others are overwritten whole.
    """
    if not records:
        return
    log.hold()
    model = type(records[0])
    kind = kinds.of(model)
    new = [record for record in records if record.pk is None]
    old = [record for record in records if record.pk is not None]
    for record in records:
        _check(kind, record, by)
        _stamp(record, by)
    if _hides(old):
        log.bump(kind.name)
    rows.save(model, new, old)
    log.append(records, operation=Change.Operation.PUT, by=by, because=because)
    index.refresh(kind, records)


@transaction.atomic
def withdraw(record: R, *, by: Viewer, because: str) -> R:
    """Take a record out of sight. It stays in the log, and its identifier is never given again."""
    log.hold()
    kind = kinds.of(type(record))
    _check(kind, record, by)
    if _hides([record]):
        log.bump(kind.name)
    record.withdrawn_at = timezone.now()
    _stamp(record, by)
    record.save()
    log.append([record], operation=Change.Operation.WITHDRAW, by=by, because=because)
    index.forget(kind, [record.pk])
    return record


@transaction.atomic
def erase(records: Sequence[Record]) -> None:
    """Take personal records of one kind away for good: rows, what was kept of them, and the salts of their digests.

    The log keeps its entries, so its chain stands; without their salts they say nothing of anybody.
    """
    if not records:
        return
    log.hold()
    model = type(records[0])
    kind = kinds.of(model)
    if not kind.personal:
        raise TypeError(f"records of the kind {kind.name} are withdrawn, not erased")
    if any(record.visibility == Visibility.PUBLIC for record in records):
        log.bump(kind.name)  # finished pages must not show them any longer
    changes = Change.objects.filter(kind=kind.name, record__in=[record.rid for record in records])
    Snapshot.objects.filter(change__in=changes).delete()
    changes.update(salt=None)
    keys = [record.pk for record in records]
    index.forget(kind, keys)
    model._default_manager.filter(pk__in=keys).delete()


def lock(record: R) -> R:
    """The record as it is now, held against other writers until the transaction ends."""
    log.hold()
    return type(record).objects.select_for_update().get(pk=record.pk)


def _check(kind: kinds.Kind, record: Record, by: Viewer) -> None:
    if not by.node and not kind.may_edit(by, record):
        raise NotAllowed


def _hides(records: Sequence[Record]) -> bool:
    """Whether records that everybody could see are public no longer: finished pages must not show them."""
    if not records or any(record.visibility == Visibility.PUBLIC for record in records):
        return False  # or the log's entry is public, and tells
    keys = [record.pk for record in records]
    return bool(type(records[0]).objects.filter(pk__in=keys, visibility=Visibility.PUBLIC).exists())


def _stamp(record: Record, by: Viewer) -> None:
    if record.pk is None and by.actor is not None and record.contributor is None:
        record.contributor = by.actor
    record.version += 1
    record.updated_at = timezone.now()


def _stored_version(record: Record) -> int:
    if record.pk is None:
        return 0
    return int(type(record).objects.values_list("version", flat=True).get(pk=record.pk))
