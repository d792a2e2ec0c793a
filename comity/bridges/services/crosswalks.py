"""Published crosswalks: what their publishers say, taken in as evidence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction

from comity.bridges import policies
from comity.bridges.errors import SameInstrument, TooLarge, UnknownInstrument, UnknownReference, UnreadableCrosswalk
from comity.bridges.models import Crosswalk, CrosswalkPair
from comity.bridges.services.instruments import FACTS, edition_called
from comity.engine.refs import Refs
from comity.formats import crosswalks as formats
from comity.formats.crosswalks import FormatError, SourceCrosswalk, SourceMapping
from comity.records import identity, log, rows
from comity.records import services as records
from comity.records.errors import NotAllowed
from comity.records.viewer import NODE, Viewer
from comity.standards.models import Clause, Edition

LARGEST = 32 << 20
SHOWN = 20  # examples of what could not be matched that are kept
SIDES = ("source", "target")


@dataclass(frozen=True, slots=True)
class Lost:
    """A ref of a file that names no clause of the text: where it stands and on which side."""

    side: str
    ref: str
    line: int


@dataclass(slots=True)
class Imported:
    """What came of one crosswalk of a file.

    Attributes:
        state: "new", "changed" or "unchanged".
        lost: every ref that named no clause, once.
        pairs_lost: pairs that could not be kept for that.
    """

    crosswalk: Crosswalk
    state: str
    pairs: int
    pairs_lost: int = 0
    lost: list[Lost] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_crosswalk(
    content: bytes,
    file: str,
    *,
    source: Edition | None = None,
    target: Edition | None = None,
    publisher: str = "",
    form: str = "",
    by: Viewer = NODE,
) -> list[Imported]:
    """Keep what a file says of two texts as published pairs, with its publisher. All of it, or nothing.

    The same file again changes nothing; a newer one of the same publisher between the same texts replaces it.

    Args:
        source, target: the texts, where the file does not name them or names them otherwise.
        publisher: who published it, where the file does not say.
        form: one of `formats.FORMATS`; by default it is found out.

    Raises:
        NotAllowed: the viewer does not import.
        TooLarge, UnreadableCrosswalk: with the line and the reason.
        UnknownInstrument: a text it names is not here.
        SameInstrument: both sides are one text.
        UnknownReference: no pair names a clause of both texts.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    if len(content) > LARGEST:
        raise TooLarge(most=LARGEST >> 20)
    name = Path(file).name[:255]
    try:
        chosen = form or formats.detect(content, name)
        found = formats.read_all(content, file=name, form=chosen)
    except FormatError as error:
        raise UnreadableCrosswalk(reason=str(error), line=error.line) from error
    with transaction.atomic():
        log.hold()
        return [_Taking(one, name, chosen, source, target, publisher, by).take() for one in found]


class _Taking:
    """One crosswalk being taken in. A fixed number of queries, whatever its size."""

    def __init__(
        self,
        found: SourceCrosswalk,
        file: str,
        form: str,
        source: Edition | None,
        target: Edition | None,
        publisher: str,
        by: Viewer,
    ) -> None:
        self.found, self.file, self.form, self.by = found, file, form, by
        self.publisher = (publisher or found.publisher)[:500]
        self.warnings = list(found.warnings)
        self.sides = {
            "source": source or self._edition(found.source_name, found.source_edition),
            "target": target or self._edition(found.target_name, found.target_edition),
        }
        if self.sides["source"].pk == self.sides["target"].pk:
            raise SameInstrument
        self.lost: dict[tuple[str, str], Lost] = {}

    def _edition(self, name: str, edition: str) -> Edition:
        try:
            return edition_called(name, self.by, edition)
        except UnknownInstrument:
            if not edition:
                raise
        found = edition_called(name, self.by)
        self.warnings.append(f"Edition {edition!r} of {name} is not here: {found.identifier} is taken.")
        return found

    def take(self) -> Imported:
        clauses, refs = {}, {}
        for side, edition in self.sides.items():
            known = Clause.objects.filter(edition=edition, withdrawn_at__isnull=True)
            clauses[side] = dict(known.values_list("ref", "pk"))
            refs[side] = Refs(clauses[side])
        pairs = self._pairs(refs)
        lacking = [self._known(refs[side], side, self._none_of(side)) for side in SIDES]
        if not pairs and not any(lacking):
            examples = ", ".join(f"{one.ref} ({one.line})" if one.line else one.ref for one in self._lost()[:5])
            raise UnknownReference(count=len(self.found.mappings) or len(self._lost()), examples=examples)
        dropped = len(self.found.mappings) - len(pairs)
        crosswalk, state = self._put(pairs, lacking, dropped)
        if state != "unchanged":
            self._write(crosswalk, pairs, clauses)
        return Imported(crosswalk, state, len(pairs), dropped, self._lost(), self.warnings)

    def _none_of(self, side: str) -> Iterable[str]:
        return self.found.no_counterpart if side == "source" else self.found.target_no_counterpart

    def _pairs(self, refs: dict[str, Refs]) -> dict[tuple[str, str], SourceMapping]:
        """Mappings by the refs their clauses have here; of two that are one pair here the first."""
        pairs: dict[tuple[str, str], SourceMapping] = {}
        for one in self.found.mappings:
            source = self._found(refs["source"], "source", one.source_ref, one.line)
            target = self._found(refs["target"], "target", one.target_ref, one.line)
            if source and target:
                pairs.setdefault((source, target), one)
        return pairs

    def _known(self, refs: Refs, side: str, given: Iterable[str]) -> list[str]:
        return [ref for one in given if (ref := self._found(refs, side, one, 0))]

    def _found(self, refs: Refs, side: str, ref: str, line: int) -> str:
        found = refs.find(ref)
        if not found:
            self.lost.setdefault((side, ref), Lost(side, ref, line))
        return found

    def _lost(self) -> list[Lost]:
        return list(self.lost.values())

    def _put(
        self, pairs: dict[tuple[str, str], SourceMapping], lacking: list[list[str]], dropped: int
    ) -> tuple[Crosswalk, str]:
        source, target = self.sides["source"], self.sides["target"]
        who = (self.publisher or self.found.title or self.file).casefold()
        rid = identity.of_fact("crosswalk", f"{source.key}|{target.key}|{who}")
        known = Crosswalk.objects.filter(rid=rid).first()
        one = known or Crosswalk(rid=rid, source=source, target=target)
        one.source, one.target = source, target  # the payload names them
        said: dict[str, Any] = {
            "publisher": self.publisher,
            "title": self.found.title[:500],
            "licence": self.found.licence[:500],
            "published": self.found.published[:40],
        }
        digest = _digest([said, [(*refs, *_says(m)) for refs, m in pairs.items()], lacking])
        if known and one.digest == digest and one.withdrawn_at is None:
            return one, "unchanged"
        for name, value in said.items():
            setattr(one, name, value)
        one.file, one.form, one.digest = self.file, self.form, digest
        one.pairs_known, one.withdrawn_at = len(pairs), None
        one.no_counterpart, one.target_no_counterpart = lacking
        one.warnings = self.warnings
        one.lost = {"pairs": dropped} | {side: self._told(side) for side in SIDES}
        records.put(
            one, by=self.by, because=f"published by {self.publisher or 'nobody named'}, read from {self.file}"
        )
        return one, "changed" if known else "new"

    def _told(self, side: str) -> dict[str, Any]:
        found = [one for one in self._lost() if one.side == side]
        return {"refs": len(found), "examples": [[one.ref, one.line] for one in found[:SHOWN]]}

    def _write(
        self,
        crosswalk: Crosswalk,
        pairs: dict[tuple[str, str], SourceMapping],
        clauses: dict[str, dict[str, int]],
    ) -> None:
        CrosswalkPair.objects.filter(crosswalk=crosswalk).delete()
        rows.insert(
            CrosswalkPair,
            ["crosswalk", "source", "target", "relation", "word", "strength", "rationale"],
            [
                (crosswalk.pk, clauses["source"][source], clauses["target"][target], *_says(one))
                for (source, target), one in pairs.items()
            ],
        )


def _says(one: SourceMapping) -> tuple[str, str, float | None, str]:
    return one.relation, one.publisher_word[:500], one.strength, one.rationale


def _digest(said: Any) -> str:
    return sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def shipped() -> list[Path]:
    """The published crosswalks between shipped outlines that come with the product."""
    return sorted(path for path in FACTS.glob("*.tsv") if "__" in path.name)


def import_shipped(progress: Callable[[int, int], None] | None = None) -> list[Imported]:
    """Take the shipped crosswalks in."""
    done, files = [], shipped()
    for place, file in enumerate(files, 1):
        done += import_crosswalk(file.read_bytes(), file.name, by=NODE)
        if progress:
            progress(place, len(files))
    return done


@transaction.atomic
def remove_crosswalk(crosswalk: Crosswalk, *, by: Viewer) -> None:
    """Take a published crosswalk away, with its pairs. It can be imported again.

    Raises:
        NotAllowed: the viewer does not import.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    crosswalk = records.lock(crosswalk)
    CrosswalkPair.objects.filter(crosswalk=crosswalk).delete()
    crosswalk.pairs_known = 0
    records.withdraw(crosswalk, by=by, because="taken away by a person")
