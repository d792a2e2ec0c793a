"""Outlines that a reader found, corrected by a person before anything is saved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comity.formats import instruments as formats
from comity.formats.errors import FormatError
from comity.formats.instruments.model import KINDS, PLACEHOLDER, SourceClause, SourceInstrument, settled
from comity.records.errors import NotAllowed, NotFound
from comity.records.viewer import NODE, Viewer
from comity.standards import policies
from comity.standards.errors import TooLarge, Unreadable
from comity.standards.models import OutlineDraft
from comity.standards.services.instruments import Saved, Target, save_instrument
from comity.standards.services.registry import FACTS

LARGEST = 32 << 20
SHIPPED = FACTS / "instruments"
KEEP, JOIN, DROP = "keep", "join", "drop"
FATES = (KEEP, JOIN, DROP)
COLUMNS = ("row", "fate", "level", "ref", "kind", "heading", "doubts", "text")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person makes of one row of an outline.

    Attributes:
        fate: "keep" it; "join" its words to the clause before it; "drop" it (a running head, a footnote).
        level: 1 at the top; its parent is the nearest row before it with a lower level.
    """

    fate: str = KEEP
    level: int = 1
    ref: str = ""
    kind: str = "clause"
    heading: str = ""


def read_instrument(
    content: bytes,
    file: str,
    *,
    form: str = "",
    language: str = "",
    part: str = "",
    mapping: Mapping[str, str] | None = None,
) -> SourceInstrument:
    """Read a file's clauses, whatever its format.

    Args:
        form: one of `formats.FORMATS`; recognised where it is not given.
        language: which to read, of a file that has several.
        part: which to read, of a bill that enacts several Acts.
        mapping: of a table, the column that holds each field.

    Raises:
        TooLarge, Unreadable: with the file, the line and the reason.
    """
    if len(content) > LARGEST:
        raise TooLarge(most=LARGEST >> 20)
    try:
        return formats.read(content, file=file, form=form, language=language, part=part, mapping=mapping)
    except FormatError as error:
        raise Unreadable(reason=str(error), line=error.line) from error


def read_shipped(file: Path) -> Saved:
    """Save one of the outlines that come with the product: numbers, headings, and summaries in our own words."""
    found = read_instrument(file.read_bytes(), file.name, form="comity-json")
    return save_instrument(found, Target(selected="shipped outline"), by=NODE)


def shipped() -> list[Path]:
    """The outlines that come with the product."""
    return sorted(SHIPPED.glob("*.json"))


def draft_outline(found: SourceInstrument, file: str, target: Target, *, by: Viewer) -> OutlineDraft:
    """Keep what a reader found until a person has looked at it.

    Raises:
        NotAllowed: the viewer does not import.
    """
    if not policies.may_import(by):
        raise NotAllowed
    return OutlineDraft.objects.create(
        actor=by.actor, file=file[-255:], target=asdict(target), outline=asdict(found) | {"clauses": _rows(found)}
    )


def drafted(token: UUID, *, by: Viewer) -> OutlineDraft:
    """The draft under a token.

    Raises:
        NotAllowed: the viewer does not import.
        NotFound: there is none, or it is somebody else's.
    """
    if not policies.may_import(by):
        raise NotAllowed
    draft = OutlineDraft.objects.filter(token=token).first()
    if draft is None or draft.actor != by.actor:
        raise NotFound
    return draft


@transaction.atomic
def correct_outline(draft: OutlineDraft, corrections: Mapping[int, Correction], *, by: Viewer) -> None:
    """Take over what a person made of some rows, by their place from 0. What they looked at is not doubted any more.

    Raises:
        NotAllowed: the viewer does not import.
        Unreadable: a ref is empty, or a kind or fate is not one there is; nothing is taken over. A clause to which
            the file gives no number may stay without one.
    """
    draft = drafted(OutlineDraft.objects.select_for_update().get(pk=draft.pk).token, by=by)
    rows = draft.outline["clauses"]
    for place, said in corrections.items():
        if not 0 <= place < len(rows):
            continue
        if has_no_number(rows[place]) and not said.ref.strip():
            said = replace(said, ref=rows[place]["ref"])
        _check(said, place)
        rows[place] |= {
            "fate": said.fate,
            "level": min(max(said.level, 1), 24),
            "ref": said.ref.strip(),
            "kind": said.kind,
            "heading": said.heading.strip(),
            "doubts": [],
        }
    draft.save(update_fields=["outline"])


def has_no_number(row: Mapping[str, Any]) -> bool:
    """Whether the ref of a row was made from its place: people need not see it."""
    return str(row["ref"]).startswith(PLACEHOLDER)


def _check(said: Correction, place: int) -> None:
    if said.fate not in FATES or said.kind not in KINDS:
        raise Unreadable(_("Row %(row)s says something that is not among the choices."), row=place + 1)
    if said.fate == KEEP and not said.ref.strip():
        raise Unreadable(
            _("Row %(row)s has no number. Give it one, join it to the row before, or leave it out."), row=place + 1
        )


@transaction.atomic
def save_outline(draft: OutlineDraft, *, by: Viewer) -> Saved:
    """Save a draft as clauses of its edition, and forget the draft.

    Raises:
        NotAllowed, Unnamed, NotAnEdition: as `save_instrument` does.
        Unreadable: nothing of it is kept.
    """
    draft = drafted(draft.token, by=by)
    saved = save_instrument(corrected(draft), Target(**draft.target), by=by)
    draft.delete()
    return saved


def corrected(draft: OutlineDraft) -> SourceInstrument:
    """The instrument as the draft has it now.

    Raises:
        Unreadable: no clause is left.
    """
    about = dict(draft.outline)
    rows = about.pop("clauses")
    about["warnings"] = tuple(about["warnings"])
    try:
        clauses = settled(draft.file, _clauses(rows))
    except FormatError as error:
        raise Unreadable(reason=str(error)) from error
    return SourceInstrument(**about, clauses=clauses)


def _clauses(rows: Iterable[Mapping[str, Any]]) -> list[SourceClause]:
    """Clauses of the rows that stay; each under the nearest row before it with a lower level."""
    found: list[SourceClause] = []
    above: list[tuple[int, str]] = []
    for row in rows:
        if row["fate"] == DROP:
            continue
        if row["fate"] == JOIN and found:
            found[-1] = _joined(found[-1], row)
            continue
        while above and above[-1][0] >= row["level"]:
            above.pop()
        found.append(
            SourceClause(
                ref=row["ref"],
                parent=above[-1][1] if above else None,
                kind=row["kind"],
                heading=row["heading"],
                text=row["text"],
                guidance=row["guidance"],
                summary=row["summary"],
                doubts=tuple(row["doubts"]),
                line=row["line"],
            )
        )
        above.append((row["level"], row["ref"]))
    return found


def _joined(before: SourceClause, row: Mapping[str, Any]) -> SourceClause:
    words = " ".join(filter(None, (row["heading"], row["text"])))
    return replace(before, text="\n\n".join(filter(None, (before.text, words))))


def _rows(found: SourceInstrument) -> list[dict[str, Any]]:
    levels: dict[str | None, int] = {None: 0}
    rows = []
    for clause in found.clauses:
        levels[clause.ref] = level = levels[clause.parent] + 1
        row = asdict(clause) | {"level": level, "fate": KEEP}
        row.pop("parent")
        rows.append(row)
    return rows


def outline_table(found: SourceInstrument) -> str:
    """The outline as a table (tab-separated) for a text editor or spreadsheet; `with_table` reads it back."""
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n")
    table.writerow(COLUMNS)
    for place, row in enumerate(_rows(found), 1):
        doubts, text = ", ".join(row["doubts"]), row["text"][:80].replace("\n", " ")
        table.writerow([place, KEEP, row["level"], row["ref"], row["kind"], row["heading"], doubts, text])
    return out.getvalue()


def with_table(found: SourceInstrument, table: str, file: str) -> SourceInstrument:
    """The instrument with its outline as a person corrected it in the table.

    Raises:
        Unreadable: with the line of the table that makes no sense.
    """
    rows = _rows(found)
    for line, said in enumerate(csv.DictReader(io.StringIO(table), delimiter="\t"), 2):
        try:
            place = int(said["row"]) - 1
            change = Correction(
                said["fate"].strip(), int(said["level"]), said["ref"].strip(), said["kind"].strip(), said["heading"]
            )
            if not 0 <= place < len(rows):
                raise ValueError(f"there is no row {said['row']}")
            _check(change, place)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(reason=f"{file}, line {line}: {error}") from error
        except Unreadable as error:
            raise Unreadable(reason=f"{file}, line {line}: {error.text}") from error
        rows[place] |= asdict(change) | {"doubts": []}
    try:
        return replace(found, clauses=settled(file, _clauses(rows)))
    except FormatError as error:
        raise Unreadable(reason=str(error)) from error
