"""A person decides whether two documents are the same work; undoing brings back what was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import AlreadyDecided, NeedsReason, NotDecided
from comity.standards.models import Document, SameWork, Work
from comity.standards.services.works import declared, groups_of, shown_again, work_for


@transaction.atomic
def accept(
    proposal: SameWork, *, adoption: str = "", reason: str = "", by: Viewer, expected: int | None = None
) -> SameWork:
    """The two are the same work: all documents of both their works are joined in one.

    Args:
        adoption: how the later relates to the earlier, one of `AdoptionKind`, or "" where nobody knows.
        expected: the version the reader saw.

    Raises:
        NotAllowed: the viewer does not decide on works.
        AlreadyDecided: somebody was first.
        Stale: the proposal changed since `expected`.
    """
    one = _locked(proposal, by, expected)
    members = _members(one)
    one.before = {str(member.rid): str(member.work.rid) if member.work else "" for member in members}
    known = min((member.work for member in members if member.work), key=lambda work: work.pk, default=None)
    because = f"decided to be the same work: {_named(one)}"
    work = known or work_for([one.first, one.second], by=by, because=because)
    one.made = "" if known else str(work.rid)
    _move(members, dict.fromkeys((member.pk for member in members), work), by, because)
    one.adoption = adoption
    return _decide(one, SameWork.State.ACCEPTED, reason, by)


@transaction.atomic
def reject(proposal: SameWork, *, reason: str, by: Viewer, expected: int | None = None) -> SameWork:
    """The two are not the same work; they are not proposed again.

    Raises:
        NotAllowed, AlreadyDecided, Stale: as `accept`.
        NeedsReason: none is given.
    """
    one = _locked(proposal, by, expected)
    if not reason.strip():
        raise NeedsReason
    return _decide(one, SameWork.State.REJECTED, reason, by)


@transaction.atomic
def undo(decision: SameWork, *, reason: str = "", by: Viewer, expected: int | None = None) -> SameWork:
    """Take a decision back: it waits again, and documents go back to the works they were in.

    What bodies declare, other decisions and earlier works still hold together stays together. So where
    nothing else happened since, everything is exactly as before the decision.

    Raises:
        NotAllowed: the viewer does not decide on works.
        NotDecided: it waits for a decision already.
        Stale: it changed since `expected`.
    """
    if not policies.may_decide(by):
        raise NotAllowed
    one = _fresh(decision)
    if one.state == SameWork.State.PROPOSED:
        raise NotDecided
    if expected is not None and expected != one.version:
        raise Stale
    accepted = one.state == SameWork.State.ACCEPTED
    one.history = [*one.history, _entry("undone", reason, by)]
    one.state, one.decided_by, one.decided_at = SameWork.State.PROPOSED, None, None
    one.reason = one.adoption = ""
    records.put(one, by=by, because=reason or "a decision was undone")
    if accepted:
        _part(one, by, f"no longer decided to be the same work: {_named(one)}")
    return one


def _locked(proposal: SameWork, by: Viewer, expected: int | None) -> SameWork:
    if not policies.may_decide(by):
        raise NotAllowed
    one = _fresh(proposal)
    if one.state != SameWork.State.PROPOSED:
        raise AlreadyDecided
    if expected is not None and expected != one.version:
        raise Stale
    return one


def _fresh(one: SameWork) -> SameWork:
    """The pair as it is now, with its documents, held until the transaction ends."""
    found: SameWork = records.lock(one)
    documents = {each.pk: each for each in _documents(Q(pk__in=(found.first_id, found.second_id)))}
    found.first, found.second = documents[found.first_id], documents[found.second_id]
    return found


def _documents(which: Q) -> list[Document]:
    return list(Document.objects.filter(which).select_related("body", "committee", "work").order_by("pk"))


def _members(one: SameWork) -> list[Document]:
    """The two, and all that are in a work of theirs."""
    works = {side.work_id for side in one.sides if side.work_id}
    return _documents(Q(pk__in=(one.first_id, one.second_id)) | Q(work__in=works))


def _named(one: SameWork) -> str:
    return f"{one.first.identifier}, {one.second.identifier}"


def _decide(one: SameWork, state: SameWork.State, reason: str, by: Viewer) -> SameWork:
    one.state, one.reason = state, reason.strip()[:500]
    one.decided_by, one.decided_at = by.actor, timezone.now()
    one.history = [*one.history, _entry(str(state), one.reason, by, one.adoption)]
    return records.put(one, by=by, because=one.reason or str(state))


def _entry(did: str, reason: str, by: Viewer, adoption: str = "") -> dict[str, str]:
    return {
        "did": did,
        "at": timezone.now().isoformat(),
        "by": str(by.actor or ""),
        "reason": reason.strip()[:500],
        "adoption": adoption,
    }


def _move(members: Iterable[Document], to: dict[int, Work | None], by: Viewer, because: str) -> None:
    """Put documents into works; works that nothing is left in go out of sight."""
    left = set()
    for member in members:
        work = to[member.pk]
        if member.work_id != (work.pk if work else None):
            left.add(member.work_id)
            member.work = work
            records.put(member, by=by, because=because)
    empty = Work.objects.filter(
        pk__in=[key for key in left if key is not None], documents__isnull=True, withdrawn_at__isnull=True
    )
    for work in empty:
        records.withdraw(work, by=by, because=because)


# undoing


def _part(one: SameWork, by: Viewer, because: str) -> None:
    """Give each group of documents that still belong together its own work."""
    if one.first.work_id is None or one.first.work_id != one.second.work_id:
        return  # another decision or a declaration moved one of them since
    members = _documents(Q(work=one.first.work_id))
    by_key = {member.pk: member for member in members}
    groups = _together(members, one)
    if len(groups) == 1:
        return  # others hold them together
    works = _Works(one, members)
    to: dict[int, Work | None] = {}
    for group in sorted(groups, key=lambda keys: (-len(keys), min(keys))):
        work = works.of([by_key[key] for key in group], by, because)
        to |= dict.fromkeys(group, work)
    _move(members, to, by, because)


def _together(members: list[Document], one: SameWork) -> list[set[int]]:
    """Groups of what bodies declare, other decisions hold, or was one work before this decision."""
    keys = {member.pk for member in members}
    others = SameWork.objects.filter(
        state=SameWork.State.ACCEPTED, withdrawn_at__isnull=True, first__in=keys, second__in=keys
    )
    was: dict[str, list[int]] = defaultdict(list)
    for member in members:
        if work := one.before.get(str(member.rid)):
            was[work].append(member.pk)
    # A work that a decision made, and that was undone since, holds nothing together any longer.
    undone = set(_made_and_undone(was))
    pairs = [pair for pair in declared(keys) if keys.issuperset(pair)]
    pairs += others.values_list("first", "second")
    pairs += [pair for work, group in was.items() if work not in undone for pair in combinations(group, 2)]
    return groups_of([*pairs, *((key, key) for key in keys)], least=1)


def _made_and_undone(works: Iterable[str]) -> Iterable[str]:
    made = SameWork.objects.filter(made__in=list(works)).exclude(state=SameWork.State.ACCEPTED)
    return made.values_list("made", flat=True)


class _Works:
    """Which work each group goes back to: its own of before, the one it is in, or one made for it."""

    def __init__(self, one: SameWork, members: list[Document]) -> None:
        self._before = one.before
        self._now = members[0].work
        rids = {work for work in one.before.values() if work}
        gone = set(_made_and_undone(rids))
        self._known = {str(work.rid): work for work in Work.objects.filter(rid__in=rids)}
        self._lasting = {rid for rid in self._known if rid not in gone}
        self._given: set[int] = set()

    def of(self, group: list[Document], by: Viewer, because: str) -> Work | None:
        for member in group:
            rid = self._before.get(str(member.rid), "")
            if rid in self._lasting and self._known[rid].pk not in self._given:
                return self._give(self._known[rid], by, because)
        if len(group) == 1:
            return None  # what stands alone needs no work
        if self._now is not None and self._now.pk not in self._given and self._now.pk not in self._reserved():
            return self._give(self._now, by, because)
        return self._give(work_for(group, by=by, because=because), by, because)

    def _reserved(self) -> set[int]:
        return {self._known[rid].pk for rid in self._lasting}

    def _give(self, work: Work, by: Viewer, because: str) -> Work:
        self._given.add(work.pk)
        return work if work.withdrawn_at is None else shown_again(work, by=by, because=because)
