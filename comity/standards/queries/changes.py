"""What changed between editions, what a language lacks, what an amending act does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from comity.engine import amendments as reading
from comity.engine import changes
from comity.engine.amendments import Amendment, Instruction
from comity.engine.changes import Change, Kind, Piece, Provision
from comity.records.viewer import ANYONE, Viewer
from comity.standards.columns import columns
from comity.standards.models import Clause, ClauseText, Document, Edition, Expression
from comity.standards.queries.instruments import (
    Place,
    Said,
    edition_of,
    editions_with_clauses,
    expressions_of,
    places,
    to_read,
)
from comity.standards.queries.rows import Row

KINDS = tuple(str(kind) for kind in Kind)
CHANGED = tuple(kind for kind in KINDS if kind != Kind.UNCHANGED)
SHOWN_CHANGES = 60  # changes on one page of a comparison


def compared(
    document: Document | Row, viewer: Viewer, *, old: str = "", new: str = "", language: str = "", most: int = 100_000
) -> Comparison | None:
    """What changed between two editions of a document, without what did not; None where that is not known."""
    editions = editions_with_clauses(document, viewer)
    later = edition_of(editions, new)
    earlier = edition_of(editions, old) if old else next((one for one in editions if one != later), None)
    if later is None or earlier is None or later == earlier:
        return None
    shared = shared_languages(earlier, later, viewer)
    chosen = language if language in shared else ("" if language else next(iter(shared), ""))
    return compare(earlier, later, chosen, viewer, kinds=CHANGED, size=most) if chosen else None


def change_json(row: ChangeRow) -> dict[str, Any]:
    """A change for programs."""
    heading = next((said.heading for _place, said in (*row.new, *row.old) if said.heading), "")
    return {
        "kind": row.kind,
        "reworded": row.change.reworded,
        "similarity": round(row.change.similarity, 6),
        "old": [place.ref for place, _said in row.old],
        "new": [place.ref for place, _said in row.new],
        "heading": heading,
        "words": [[piece.kind, piece.text] for piece in row.pieces if piece.kind != "same"],
    }


def shared_languages(old: Edition, new: Edition, viewer: Viewer) -> list[str]:
    """Languages both editions can be read in, English first. One query."""
    found = Expression.objects.visible_to(viewer).filter(edition__in=[old, new]).values_list("language", flat=True)
    return sorted((tag for tag, times in Counter(found).items() if times > 1), key=lambda tag: (tag != "en", tag))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change with its clauses, and the words of it where they may be shown."""

    change: Change
    kind: str
    old: list[tuple[Place, Said]]
    new: list[tuple[Place, Said]]
    pieces: list[Piece]
    heading_pieces: list[Piece]


@dataclass(slots=True)
class Comparison:
    """Two editions in one language."""

    old: Edition
    new: Edition
    language: str
    counts: dict[str, int]
    rows: list[ChangeRow]
    total: int
    hidden: bool = False
    without_recitals: bool = False


def compare(
    old: Edition,
    new: Edition,
    language: str,
    viewer: Viewer,
    *,
    kinds: Sequence[str] = (),
    page: int = 1,
    size: int = SHOWN_CHANGES,
    fold: bool = False,
) -> Comparison | None:
    """What changed from one edition to another; None where one of them is not known in the language. Six queries.

    With `fold`, recitals that the newer text leaves out altogether are only counted.
    Clauses that are known to be one provision are compared as such, whatever their numbers.
    """
    before, after = (_stated(edition, language, viewer) for edition in (old, new))
    if before is None or after is None:
        return None
    found = changes.compare(_provisions(before), _provisions(after))
    wanted = [one for one in found if str(one.kind) in kinds] if kinds else found
    without_recitals = _has_recitals(before) and not _has_recitals(after)
    if fold and without_recitals and list(kinds) != [Kind.GONE]:  # they would fill the first pages
        wanted = [one for one in wanted if not _is_recital(one, before)]
    shown = wanted[(page - 1) * size : page * size]
    return Comparison(
        old,
        new,
        language,
        dict(Counter(str(one.kind) for one in found)),
        [_change_row(one, before, after) for one in shown],
        len(wanted),
        hidden=not (before.shown and after.shown),
        without_recitals=without_recitals,
    )


@dataclass(slots=True)
class _Stated:
    places: list[Place]
    said: list[Said]
    shown: bool


def _stated(edition: Edition, language: str, viewer: Viewer) -> _Stated | None:
    expression = Expression.objects.visible_to(viewer).filter(edition=edition, language=language).first()
    if expression is None:
        return None
    stated = ClauseText.objects.filter(expression=expression)
    said = {key: Said(*words) for key, *words in stated.values_list("clause_id", "heading", "text")}
    here = [place for place in places(edition, viewer) if place.pk in said]
    return _Stated(here, [said[place.pk] for place in here], expression.may_show)


def _has_recitals(stated: _Stated) -> bool:
    return any(place.kind == Clause.Kind.RECITAL for place in stated.places)


def _is_recital(change: Change, before: _Stated) -> bool:
    return bool(change.old) and not change.new and before.places[change.old[0]].kind == Clause.Kind.RECITAL


def _provisions(stated: _Stated) -> list[Provision]:
    return [
        Provision(place.ref, place.parent, said.heading, said.text, str(place.lineage))
        for place, said in zip(stated.places, stated.said, strict=True)
    ]


def _change_row(change: Change, before: _Stated, after: _Stated) -> ChangeRow:
    old = [(before.places[place], before.said[place]) for place in change.old]
    new = [(after.places[place], after.said[place]) for place in change.new]
    pieces: list[Piece] = []
    heading: list[Piece] = []
    if change.reworded and before.shown and after.shown:
        was, now = ("\n\n".join(said.text for _place, said in side) for side in (old, new))
        pieces = changes.words_changed(was, now)
    if change.reworded and len(old) == len(new) == 1:
        heading = changes.words_changed(old[0][1].heading, new[0][1].heading)
    return ChangeRow(change, str(change.kind), old, new, pieces, heading)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A clause that some languages of an edition have and others lack."""

    place: Place
    heading: str
    lacking: list[str]


def lacking(edition: Edition, viewer: Viewer) -> tuple[list[Expression], list[Lacking]]:
    """The languages of an edition, and the clauses that not all of them have. Three queries."""
    expressions = expressions_of(edition, viewer)
    by_key = {one.pk: one.language for one in expressions}
    have: dict[int, dict[int, str]] = {}
    stated = ClauseText.objects.filter(expression__in=list(by_key))
    for key, expression, heading in stated.values_list("clause_id", "expression_id", "heading").iterator():
        have.setdefault(key, {})[expression] = heading
    return expressions, [
        Lacking(
            place,
            next((heading for heading in have.get(place.pk, {}).values() if heading), ""),
            [tag for key, tag in by_key.items() if key not in have.get(place.pk, {})],
        )
        for place in places(edition, viewer)
        if len(have.get(place.pk, {})) < len(by_key)
    ]


# what an amending act does


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """What a clause of an amending act does, with the amended document where this node knows it."""

    amendment: Amendment
    words: str
    document: Document | None


def amendments(edition: Edition, languages: Sequence[str], viewer: Viewer) -> list[AmendmentRow]:
    """Which provisions an act replaces, inserts, adds or deletes; nothing of most texts. Four queries."""
    read = to_read(expressions_of(edition, viewer), languages)[:1]
    stated = _stated(edition, read[0].language, viewer) if read else None
    if stated is None:
        return []
    found = reading.amendments(
        [
            Instruction(place.ref, place.parent, said.text or said.heading)
            for place, said in zip(stated.places, stated.said, strict=True)
            if place.kind != Clause.Kind.RECITAL
        ]
    )
    words = {place.ref: said.text for place, said in zip(stated.places, stated.said, strict=True)}
    documents = _acts({one.act for one in found}, viewer)
    return [
        AmendmentRow(one, words[one.clause] if stated.shown else "", documents.get(_number(one.act))) for one in found
    ]


@dataclass(frozen=True, slots=True)
class AmendedBy:
    """A clause of an act that changes a provision, and what it names of it."""

    document: Document
    edition: Edition
    clause: str
    action: reading.Action
    targets: tuple[str, ...]


def amended_by(document: Document | Row, ref: str) -> list[AmendedBy]:
    """Clauses of public acts held here that change a clause, a part of it, or what it is part of; oldest act first.

    One query; three more the first time after something was written.
    """
    known: dict[int, list[AmendedBy]] = columns().fresh().keep("amended by", _all_amendments)
    return [one for one in known.get(document.pk, ()) if any(_concerns(target, ref) for target in one.targets)]


def _concerns(target: str, ref: str) -> bool:
    return target == ref or target.startswith((f"{ref}(", f"{ref}.")) or bool(target and ref.startswith(f"{target}("))


def _all_amendments() -> dict[int, list[AmendedBy]]:
    """What every amending act changes, by the amended document; of its editions and languages one is read."""
    acts = Expression.objects.visible_to(ANYONE).filter(
        amendments__gt=0,
        edition__in=Edition.objects.visible_to(ANYONE),
        edition__document__in=Document.objects.visible_to(ANYONE),
    )
    newest = {
        one.edition.document_id: one
        for one in acts.select_related("edition__document").order_by("edition__date", "amendments", "pk")
    }
    said: dict[int, list[Instruction]] = {one.pk: [] for one in newest.values()}
    stated = ClauseText.objects.filter(expression__in=list(said), clause__withdrawn_at__isnull=True)
    stated = stated.exclude(clause__kind=Clause.Kind.RECITAL).order_by("clause__order")
    for key, ref, parent, text, heading in stated.values_list(
        "expression", "clause__ref", "clause__parent", "text", "heading"
    ).iterator():
        said[key].append(Instruction(ref, parent, text or heading))
    read = [
        (one, amendment)
        for one in sorted(newest.values(), key=lambda one: (one.edition.date, one.pk))
        for amendment in reading.amendments(said[one.pk])
    ]
    documents = _acts({amendment.act for _one, amendment in read}, ANYONE)
    found: dict[int, list[AmendedBy]] = {}
    for one, amendment in read:
        amended, by = documents.get(_number(amendment.act)), one.edition.document
        if amended is not None and amended.pk != by.pk:
            found.setdefault(amended.pk, []).append(
                AmendedBy(by, one.edition, amendment.clause, amendment.action, amendment.targets)
            )
    return found


def _acts(named: set[str], viewer: Viewer) -> dict[str, Document]:
    """Documents of EU acts by number, however a language writes them: "(UE) 2024/1689"."""
    numbers = {_number(one) for one in named} - {""}
    condition = reduce(or_, (Q(key__endswith=f") {number}") for number in numbers), Q(pk__in=[]))
    found = Document.objects.visible_to(viewer).filter(condition, body__code="EU")
    return {_number(one.key): one for one in found}


def _number(act: str) -> str:
    match = re.search(r"\d{1,4}/\d{1,4}", act)
    return match[0] if match else ""
