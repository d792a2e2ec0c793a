"""Tables of pairs, TSV, CSV and XLSX: a row a pair, with columns `source_ref` and `target_ref`.

What is said of the whole crosswalk (its instruments, its publisher) stands in columns too, the same in every row.
Rows of several pairs of instruments are several crosswalks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from comity.formats.crosswalks import rows
from comity.formats.crosswalks.cells import unguarded
from comity.formats.crosswalks.model import RELATIONS, SourceCrosswalk, SourceMapping, settled
from comity.formats.crosswalks.words import measured, relation_of
from comity.formats.errors import FormatError
from comity.formats.instruments.columns import same
from comity.formats.instruments.source import decoded
from comity.formats.sheets import Row

_NAMES = {
    "source_ref": "source ref|source reference|source id|source clause|source control|source requirement|source",
    "target_ref": "target ref|target reference|target id|target clause|target control|target requirement|target",
    "source_name": "source doc|source document|source name|source instrument|source framework|source standard",
    "target_name": "target doc|target document|target name|target instrument|target framework|target standard",
    "source_edition": "source edition|source version",
    "target_edition": "target edition|target version",
    "relationship": "relationship|relationship type|publisher word|mapping type",
    "relation": "relation",
    "strength": "strength",
    "tenths": "strength of relationship",
    "rationale": "rationale|comment|comments|note|notes|remarks|justification|explanation",
    "title": "title|crosswalk",
    "publisher": "publisher|provider",
    "licence": "licence|license",
    "published": "published|publication date|date",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split("|")}
_ABOUT = ("title", "publisher", "licence", "published")
# Where the row was taken from, and whether the two clauses are held: said of a row, and nothing of its pair.
_PASSED_OVER = ("origin", "usable")

Cells = Mapping[str, str]


def fits(names: Sequence[str]) -> bool:
    """Whether these are the headers of a table of pairs."""
    return {"source_ref", "target_ref"} <= {_FIELDS.get(same(name), "") for name in names}


def read(content: bytes, file: str) -> tuple[SourceCrosswalk, ...]:
    """Read a table; of a workbook, the first sheet that has the columns.

    Raises:
        FormatError: it is no table, has no columns for the two refs or one of them twice, or a row that maps a clause
            to nothing or has a relation that is none.
    """
    header, line, body, warnings = _workbook(content, file) if content.startswith(b"PK") else _text(content, file)
    places, unread = _places(header, line, file)
    if unread:
        warnings = (*warnings, f"Columns that are not read: {rows.shown(unread)}.")
    groups: dict[tuple[str, str, str, str], list[tuple[int, Cells]]] = {}
    for number, cells in body:
        row = {field: unguarded(cells[place].strip()) for field, place in places.items() if place < len(cells)}
        if any(row.values()):
            groups.setdefault(_pair(row), []).append((number, row))
    if not groups:
        raise FormatError(file, line, "there is nothing below the header")
    return tuple(_crosswalk(file, pair, group, places, warnings) for pair, group in groups.items())


def _text(content: bytes, file: str) -> tuple[list[str], int, Iterable[Row], tuple[str, ...]]:
    text, warnings = decoded(content, file)
    lines = text.split("\n")
    header = rows.header_of(lines, fits)
    if header is None:
        first = next((place for place, line in enumerate(lines) if line.strip()), 0)
        raise no_columns(file, first + 1, guessed_names(lines[first]))
    return header.names, header.place + 1, rows.text_rows(lines, header, file), warnings


def _workbook(content: bytes, file: str) -> tuple[list[str], int, Iterable[Row], tuple[str, ...]]:
    sheets = rows.workbook(content, file)
    for sheet in sheets.values():
        place = rows.sheet_header(sheet, fits)
        if place is not None:
            line, names = sheet[place]
            return names, line, sheet[place + 1 :], ()
    first = next((sheet[0] for sheet in sheets.values()), None)
    if first is None:
        raise FormatError(file, 0, "there is nothing in it")
    raise no_columns(file, *first)


def guessed_names(line: str) -> list[str]:
    """What may be the headers on a line that has none of ours."""
    return re.split(r"[\t;,|]", line[:2_000])


def no_columns(file: str, line: int, names: Iterable[str]) -> FormatError:
    """The error of a table whose columns have other names."""
    words = f'call the columns with the two clauses "source_ref" and "target_ref" (columns: {rows.shown(names)})'
    return FormatError(file, line, f"there are no columns source_ref and target_ref: {words}")


def _places(names: Sequence[str], line: int, file: str) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the headers that are none."""
    places: dict[str, int] = {}
    unread = []
    for place, name in enumerate(names):
        field = _FIELDS.get(same(name), "")
        if field and field not in places:
            places[field] = place
        elif field in ("source_ref", "target_ref"):
            raise FormatError(file, line, f"there are two columns for {field}: {names[places[field]]} and {name}")
        elif name.strip() and same(name) not in _PASSED_OVER:
            unread.append(name)
    return places, unread


def _pair(row: Cells) -> tuple[str, str, str, str]:
    """The names and editions of the two instruments, as a crosswalk has them."""
    source, target = row.get("source_name", ""), row.get("target_name", "")
    return source, row.get("source_edition", ""), target, row.get("target_edition", "")


def _crosswalk(
    file: str,
    pair: tuple[str, str, str, str],
    group: Sequence[tuple[int, Cells]],
    places: Mapping[str, int],
    warnings: tuple[str, ...],
) -> SourceCrosswalk:
    about = {name: list(dict.fromkeys(row[name] for _line, row in group if row.get(name))) for name in _ABOUT}
    several = [name for name, values in about.items() if len(values) > 1]
    if several:
        warnings = (*warnings, f"Rows differ in {', '.join(several)}: what the first of them says is taken.")
    first = {name: next(iter(values), "") for name, values in about.items()}
    draft = SourceCrosswalk(
        *pair,
        title=first["title"],
        publisher=first["publisher"],
        licence=first["licence"],
        published=first["published"],
        warnings=warnings,
    )
    stated = "relation" in places and "relationship" in places
    return settled(file, draft, _mappings(file, group, stated))


def _mappings(file: str, group: Iterable[tuple[int, Cells]], stated: bool) -> Iterator[SourceMapping]:
    for line, row in group:
        word = row.get("relationship", "") if stated else row.get("relationship", "") or row.get("relation", "")
        relation = row.get("relation", "") if stated else relation_of(word)
        if relation not in RELATIONS:
            known = ", ".join(filter(None, RELATIONS))
            raise FormatError(
                file, line, f"there is no relation {relation[:60]!r}; there are {known}, or an empty cell"
            )
        strength = measured(row.get("strength", ""))
        yield SourceMapping(
            source_ref=row.get("source_ref", ""),
            target_ref=row.get("target_ref", ""),
            relation=relation,
            publisher_word=word,
            strength=strength if strength is not None else measured(row.get("tenths", ""), 10),
            rationale=row.get("rationale", ""),
            line=line,
        )
