"""The change log: one chain, written under one lock, provable from the first row."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from comity.records import kinds
from comity.records.canonical import canonical, digest, merkle_root
from comity.records.models import Change, Generation, Record, Snapshot, Visibility
from comity.records.viewer import Viewer

GENESIS = bytes(32)
LEAF = 16 + 4 + 32
_LOCK = 0x636F6D697479  # "comity", the key of the advisory lock


def hold() -> None:
    """Take the one write lock of the node and keep it until the transaction ends.

    SQLite takes it when the transaction begins (BEGIN IMMEDIATE); PostgreSQL by an advisory lock.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the write lock is held only inside a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@dataclass(frozen=True, slots=True)
class Head:
    sequence: int
    chain: bytes


def head() -> Head:
    last = Change.objects.order_by("-sequence").values_list("sequence", "chain").first()
    return Head(last[0], bytes(last[1])) if last else Head(0, GENESIS)


def link(previous: bytes, change: Change) -> bytes:
    """The chain value of `change`: the digest over the previous one and all that the row says."""
    row = {
        "sequence": change.sequence,
        "at": change.at.isoformat(),
        "actor": str(change.actor or ""),
        "kind": change.kind,
        "operation": str(change.operation),
        "record": str(change.record or ""),
        "version": change.version,
        "count": change.count,
        "because": change.because,
        "public": change.public,
        "digest": bytes(change.digest).hex(),
    }
    return sha256(previous + canonical(row)).digest()


def append(
    records: Sequence[Record],
    *,
    operation: Change.Operation,
    by: Viewer,
    because: str = "",
    snapshot: bool = False,
) -> Change:
    """Log that `records` (of one kind, already at their new version) were written. Call inside `hold`."""
    kind = kinds.of(type(records[0]))
    salt = os.urandom(16) if kind.personal else b""
    digests = [digest(kind.payload(record), salt) for record in records]
    last = head()
    one = len(records) == 1
    change = Change(
        sequence=last.sequence + 1,
        at=timezone.now(),
        actor=by.actor,
        kind=kind.name,
        operation=operation,
        record=records[0].rid if one else None,
        version=records[0].version if one else 0,
        count=len(records),
        because=because[:500],
        public=any(record.visibility == Visibility.PUBLIC for record in records),
        digest=digests[0] if one else b"",
        salt=salt or None,
    )
    if not one:
        leaves = [_leaf(record.rid, record.version, value) for record, value in zip(records, digests, strict=True)]
        change.digest, change.leaves = merkle_root(leaves), b"".join(leaves)
    change.chain = link(last.chain, change)
    change.save(force_insert=True)
    if snapshot and one:
        Snapshot.objects.create(change=change, body=kind.payload(records[0]))
    if change.public:
        bump(kind.name)
    return change


def bump(kind: str) -> None:
    """Tell caches that public records of `kind` have changed."""
    if not Generation.objects.filter(kind=kind).update(number=F("number") + 1):
        Generation.objects.create(kind=kind, number=1)


def generation() -> str:
    """All generations in one short string: equal as long as nothing public has changed. One query.

    Every cached page asks for it, so it does without the ORM, which would take three times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, number FROM records_generation ORDER BY kind")
        return ".".join(f"{kind[:3]}{number}" for kind, number in cursor.fetchall())


def _leaf(rid: UUID, version: int, value: bytes) -> bytes:
    return rid.bytes + version.to_bytes(4, "big") + value


def _unpack(leaves: bytes) -> Iterator[tuple[UUID, int, bytes]]:
    for start in range(0, len(leaves), LEAF):
        leaf = leaves[start : start + LEAF]
        yield UUID(bytes=leaf[:16]), int.from_bytes(leaf[16:20], "big"), leaf[20:]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: where in the log, or which record."""

    where: str
    what: str


@dataclass(slots=True)
class Proof:
    changes: int = 0
    records: int = 0
    head: bytes = GENESIS
    faults: list[Fault] | None = None

    @property
    def holds(self) -> bool:
        return not self.faults


def verify(progress: Any = None, *, most: int = 50) -> Proof:
    """Prove the chain from its first row, then every record against the last change that names it.

    Reads one snapshot of the database, so writes may go on meanwhile. Stops collecting after `most`
    faults. Memory: the digest of the latest version of every record.
    """
    with _snapshot():
        return _verify(progress, most)


@contextmanager
def _snapshot() -> Iterator[None]:
    """A transaction that only reads: Django's own would take the write lock on SQLite."""
    if connection.in_atomic_block:
        yield
        return
    mode = "" if connection.vendor == "sqlite" else " ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN{mode}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")


def _verify(progress: Any, most: int) -> Proof:
    proof = Proof(faults=[])
    latest: dict[bytes, tuple[str, int, bytes, bytes]] = {}
    personal = {kind.name for kind in kinds.every() if kind.personal}
    assert proof.faults is not None  # noqa: S101  (for the type checker)
    for change in Change.objects.order_by("sequence").iterator(chunk_size=200):
        proof.faults += _check_row(change, proof)
        proof.changes, proof.head = change.sequence, bytes(change.chain)
        salt = bytes(change.salt or b"")
        if change.record is not None:
            latest[change.record.bytes] = (change.kind, change.version, bytes(change.digest), salt)
        for rid, version, value in _unpack(bytes(change.leaves or b"")):
            latest[rid.bytes] = (change.kind, version, value, salt)
        if change.record is not None and not salt and change.kind in personal:
            del latest[change.record.bytes]  # erased: body and salt are gone, the chain stands
        if len(proof.faults) >= most:
            return proof
    for kind in kinds.every():
        proof.faults += _check_kind(kind, latest, proof, progress)[: most - len(proof.faults)]
    for rid, (kind_name, *_rest) in list(latest.items())[: most - len(proof.faults)]:
        proof.faults.append(Fault(f"{kind_name} {UUID(bytes=rid)}", "is in the log but not in the database"))
    return proof


def _check_row(change: Change, proof: Proof) -> list[Fault]:
    where = f"change {change.sequence}"
    faults = []
    if change.sequence != proof.changes + 1:
        faults.append(Fault(where, f"does not follow change {proof.changes}: rows are missing"))
    if link(proof.head, change) != bytes(change.chain):
        faults.append(Fault(where, "its chain does not match: the row, or one before it, was altered"))
    leaves = bytes(change.leaves or b"")
    parts = [leaves[i : i + LEAF] for i in range(0, len(leaves), LEAF)]
    if parts and (merkle_root(parts) != bytes(change.digest) or len(parts) != change.count):
        faults.append(Fault(where, "its list of records does not match its Merkle root"))
    return faults


def _check_kind(
    kind: kinds.Kind, latest: dict[bytes, tuple[str, int, bytes, bytes]], proof: Proof, progress: Any
) -> list[Fault]:
    faults = []
    for record in _records(kind):
        proof.records += 1
        if progress and proof.records % 1_000 == 0:
            progress(proof.records)
        known = latest.pop(record.rid.bytes, None)
        where = f"{kind.name} {record.rid}"
        if known is None:
            faults.append(Fault(where, "is in the database but not in the log"))
        elif known[1] != record.version:
            faults.append(Fault(where, f"is at version {record.version}, the log says {known[1]}"))
        elif known[2] != digest(kind.payload(record), known[3]):
            faults.append(Fault(where, "differs from what was logged"))
    return faults


def _records(kind: kinds.Kind) -> Iterable[Any]:
    return kind.model._default_manager.order_by("pk").iterator(chunk_size=2_000)


def latest_changes(limit: int, *, since: datetime | None = None) -> list[Change]:
    """The newest public changes, newest first. One query."""
    changes = Change.objects.filter(public=True).defer("leaves", "salt").order_by("-sequence")
    if since is not None:
        changes = changes.filter(at__gte=since)
    return list(changes[:limit])
