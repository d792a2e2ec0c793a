"""What was in force on a day: the status of editions then, and what an undated reference meant.

Worked out from what bodies state: when an edition came out, when it was taken away, what followed it. Where
that does not decide a day, the answer is "not known", with the reason; nothing is guessed between two dates.

A day is judged by four rules, each of which can only move an edition forward: not yet published, then
current, then superseded or withdrawn.

1. A date that is known to the year or the month decides no day inside that year or month.
2. A body that still lists an edition as published keeps it, whatever came out later. Where nobody states
   a stage, the next edition takes the place of the one before it.
3. An edition that is gone without a date went when what follows it came out; where nothing does, all that
   is known is that it was gone when the source was read.
4. Of what came after the source was read, nothing is known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.engine.dates import PartialDate
from comity.engine.stages import Stage

DRAFTS = frozenset((Stage.PROPOSAL, Stage.DRAFTING, Stage.CONSULTATION, Stage.APPROVAL))


class Status(StrEnum):
    NOT_YET = "not-yet-published"
    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    NOT_KNOWN = "not-known"


class Why(StrEnum):
    """Why a status is not known."""

    NOTHING = ""
    OUT_NOT_STATED = "publication-not-dated"  # no source says when it came out
    OUT_WITHIN = "published-in-that-year-or-month"  # the date is not precise enough
    OVER_NOT_STATED = "end-not-dated"  # it is gone; when it went is not said
    OVER_WITHIN = "ended-in-that-year-or-month"
    NO_STAGE = "stage-not-stated"
    AFTER_READING = "after-the-source-was-read"
    NO_EDITION = "no-edition"


@dataclass(frozen=True, slots=True)
class Successor:
    """What took an edition's place, and when that came out."""

    key: str
    out: PartialDate | None


@dataclass(frozen=True, slots=True)
class Stated:
    """What sources state of an edition.

    Attributes:
        stage: where it stood when the sources were read.
        inferred: no source states the stage.
        draft: it is a draft, which is never in force.
        out, over, confirmed: when it came out, was taken away, was said to stay.
        read: when the sources were read.
        order: its place among the editions of the document, the latest highest.
        branch: editions of different branches (releases of 3GPP) are kept beside each other.
        successors: what the sources say took its place.
    """

    key: str
    stage: Stage
    inferred: bool = False
    draft: bool = False
    out: PartialDate | None = None
    over: PartialDate | None = None
    confirmed: PartialDate | None = None
    read: PartialDate | None = None
    order: int = 0
    branch: str = ""
    successors: tuple[Successor, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    status: Status
    why: Why = Why.NOTHING


@dataclass(frozen=True, slots=True)
class Span:
    """The life of an edition, as far as it is known: `over` says it has ended, `end` when."""

    stated: Stated
    over: bool
    end: PartialDate | None
    successors: tuple[Successor, ...] = ()
    inferred: bool = False  # the end is that of what came next, not one that a source dates

    @property
    def key(self) -> str:
        return self.stated.key

    def at(self, day: datetime.date) -> Finding:
        """The edition's status on a day. Total; and as days go by it only moves forward."""
        out, read = self.stated.out, self.stated.read
        if out and day < out.earliest():
            return Finding(Status.NOT_YET)
        if self.over:
            if self._gone(day):
                return Finding(self._ended(day))
            if self.end and day >= self.end.earliest():
                return Finding(Status.NOT_KNOWN, Why.OVER_WITHIN)
        if not self.over and read and day > read.earliest():
            return Finding(Status.NOT_KNOWN, Why.AFTER_READING)
        return self._draft() if self.stated.draft else self._in_force(day)

    def _gone(self, day: datetime.date) -> bool:
        known = self.end or self.stated.read
        return known is not None and day >= known.latest()

    def _ended(self, day: datetime.date) -> Status:
        followed = any(one.out is None or one.out.earliest() <= day for one in self.successors)
        return Status.SUPERSEDED if followed else Status.WITHDRAWN

    def _draft(self) -> Finding:
        if self.over and self.end is None:
            return Finding(Status.NOT_KNOWN, Why.OVER_NOT_STATED)
        return Finding(Status.NOT_YET)

    def _in_force(self, day: datetime.date) -> Finding:
        """Of a day before the end and before the reading."""
        one = self.stated
        seen = [date for date in (one.out, one.confirmed) if date]
        if one.stage == Stage.PUBLISHED and one.read:
            seen.append(one.read)
        if not seen or day < min(date.latest() for date in seen):
            return Finding(Status.NOT_KNOWN, Why.OUT_WITHIN if one.out else Why.OUT_NOT_STATED)
        if self.over and self.end is None and day > max(date.earliest() for date in seen):
            return Finding(Status.NOT_KNOWN, Why.OVER_NOT_STATED)
        if one.stage == Stage.UNKNOWN and not self.over:
            return Finding(Status.NOT_KNOWN, Why.NO_STAGE)
        return Finding(Status.CURRENT)


def spans(editions: Sequence[Stated]) -> list[Span]:
    """The lives of a document's editions, the latest first."""
    ordered = sorted(editions, key=lambda one: (one.order, one.key), reverse=True)
    return [_span(one, [other for other in ordered if _follows(other, one)]) for one in ordered]


def _follows(other: Stated, one: Stated) -> bool:
    later = (other.order, other.key) > (one.order, one.key)
    return later and not other.draft and not one.draft and other.branch == one.branch


def _span(one: Stated, later: Iterable[Stated]) -> Span:
    if one.stage != Stage.WITHDRAWN and not (one.inferred and one.stage == Stage.PUBLISHED and not one.draft):
        return Span(one, over=False, end=None)
    named = tuple(dict.fromkeys(next_ for next_ in one.successors if not _before(next_.out, one.out)))
    followed = named or _next(later)
    if one.stage != Stage.WITHDRAWN and not followed:
        return Span(one, over=False, end=None)
    if one.over and not _before(one.over, one.out):
        return Span(one, over=True, end=one.over, successors=followed)
    dated = [next_.out for next_ in followed if next_.out]
    # What follows may have been dated earlier (a release of 3GPP): then the edition was over as it came out.
    end = max(min(dated), one.out) if dated and one.out else min(dated, default=None)
    return Span(one, over=True, end=end, successors=followed, inferred=end is not None)


def _next(later: Iterable[Stated]) -> tuple[Successor, ...]:
    """Of the later editions, the one that came out first; the one next in order where none is dated."""
    nearest = list(later)[::-1]
    dated = [one for one in nearest if one.out]
    found = min(dated, key=lambda one: (one.out, one.order)) if dated else next(iter(nearest), None)
    return (Successor(found.key, found.out),) if found else ()


def _before(date: PartialDate | None, other: PartialDate | None) -> bool:
    return date is not None and other is not None and date.latest() < other.earliest()


@dataclass(frozen=True, slots=True)
class Target:
    """What an undated reference meant on a day.

    Attributes:
        status: that of the document: current where `key` names the edition in force.
        key: the edition in force; or, where none is, the last one that was.
        kept: older editions that the body kept in force beside it.
        candidates: where the day is not known: the editions it may have been.
    """

    status: Status
    key: str = ""
    why: Why = Why.NOTHING
    kept: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


def undated(lives: Sequence[Span], day: datetime.date) -> Target:
    """What a reference to the document, without an edition, meant on a day: one edition at most.

    `lives` come from `spans`, the latest first.
    """
    if not lives:
        return Target(Status.NOT_KNOWN, why=Why.NO_EDITION)
    found = [(one, one.at(day)) for one in _proper(lives)]
    current = [one.key for one, finding in found if finding.status == Status.CURRENT]
    unsure: list[tuple[str, Why]] = []
    for one, finding in found:
        if finding.status == Status.CURRENT:
            break  # what is older than an edition in force is not what was meant
        if finding.status == Status.NOT_KNOWN:
            unsure.append((one.key, finding.why))
    if unsure:
        candidates = tuple(key for key, _why in unsure) + tuple(current[:1])
        return Target(Status.NOT_KNOWN, why=unsure[0][1], candidates=candidates)
    if current:
        return Target(Status.CURRENT, current[0], kept=tuple(current[1:]))
    ended = [(one, finding.status) for one, finding in found if finding.status != Status.NOT_YET]
    if ended and not (ended[0][0].stated.draft and len(ended) < len(found)):
        return Target(ended[0][1], ended[0][0].key)
    return Target(Status.NOT_YET)


def _proper(lives: Sequence[Span]) -> Sequence[Span]:
    """What can be in force: no drafts, and nothing of which nobody says where it stands; else what there is."""
    stated = [one for one in lives if one.stated.stage != Stage.UNKNOWN]
    return [one for one in stated if not one.stated.draft] or stated or lives


def read_day(text: str) -> datetime.date:
    """The day that "2018", "2018-05" or "2018-05-31" stands for: the last one it may mean.

    Raises ValueError for everything else.
    """
    if len(text) not in (4, 7, 10) or text[4:5] not in ("", "-"):
        raise ValueError(f"not a year, a month or a day: {text[:40]!r}")
    return PartialDate.parse(text).latest()
