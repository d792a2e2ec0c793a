"""Tables of clauses, CSV and XLSX: a mapping `{field: header}` says which column is what (see `columns`).

Rows above the header are passed over. A table that stands on its side (one clause a column, as the NIST AI RMF
Playbook has it) is turned.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from comity.formats.errors import FormatError, Refusal
from comity.formats.instruments import columns
from comity.formats.instruments.columns import guess
from comity.formats.instruments.model import MAX_CLAUSES, SourceInstrument, settled
from comity.formats.instruments.source import check_size
from comity.formats.sheets import Row, csv_rows, xlsx_rows
from comity.formats.values import excerpt

__all__ = ["guess", "headers", "read"]

HEADER_ROWS = 20
"""How far down the header may stand."""
_WORKBOOK = b"PK"


def read(content: bytes, file: str, mapping: Mapping[str, str] | None = None, language: str = "") -> SourceInstrument:
    """Read a CSV file or the first sheet with content of a workbook; without a mapping, one is guessed.

    Of a table with a column for the language, the rows of `language` are read, by default of the first one.

    Raises:
        FormatError: it is neither, a mapped column is missing or there twice, or no column can be the ref;
            it has too many rows, or parents go in a circle.
    """
    form, rows, warnings = _rows(content, file)
    fields, body = _located(file, rows, dict(mapping or {}))
    kept, language, others = columns.in_language(body, language, file)
    if not kept:
        raise FormatError(file, 0, "there is nothing below the header")
    return SourceInstrument(
        title="",
        clauses=settled(file, columns.clauses(kept, file, "parent" in fields)),
        form=form,
        language=language,
        warnings=(*warnings, *others),
    )


def headers(content: bytes, file: str) -> list[str]:
    """The column headers of a table, for a person to map. Errors as `read`, but for those of a mapping."""
    _form, rows, _warnings = _rows(content, file)
    top = [cells for _line, cells in rows[:HEADER_ROWS]]
    best = max([*top, *_turned(rows, 1)], key=lambda cells: len(guess(cells)))
    return [name for name in best if name.strip()]


def _rows(content: bytes, file: str) -> tuple[str, list[Row], tuple[str, ...]]:
    """The form of a table, its rows that hold anything, and what could not be read of it."""
    check_size(content, file)
    form, take = ("table-xlsx", xlsx_rows) if content.startswith(_WORKBOOK) else ("table-csv", csv_rows)
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = Path(folder, form.replace("-", "."))
        path.write_bytes(content)
        try:
            items = list(itertools.islice(take(path), MAX_CLAUSES + 2 * HEADER_ROWS))
        except FormatError as error:
            raise FormatError(file, error.line, error.reason.replace(str(path), file)) from None
    if len(items) >= MAX_CLAUSES + 2 * HEADER_ROWS:
        raise FormatError(file, 0, f"it has more than {MAX_CLAUSES:,} rows: not one instrument")
    rows = [item for item in items if not isinstance(item, Refusal) and any(cell.strip() for cell in item[1])]
    if not rows:
        raise FormatError(file, 0, "there is nothing in it")
    refused = [f"Line {item.line}: {item.reason}." for item in items if isinstance(item, Refusal)]
    return form, rows, tuple(refused[:100])


def _located(file: str, rows: list[Row], mapping: dict[str, str]) -> tuple[dict[str, str], Iterator[columns.Row]]:
    """Find the header, then give the mapping and the rows below; a table that lies on its side is turned."""
    if mapping:
        columns.check(mapping, file)
    for place, (line, names) in enumerate(rows[:HEADER_ROWS]):
        if fields := _fitting(names, mapping):
            return fields, _body(rows[place + 1 :], _places(file, line, names, fields))
    turned = list(_turned(rows, MAX_CLAUSES))
    if turned and (fields := _fitting(turned[0], mapping)):
        return fields, _body(enumerate(turned[1:], 2), _places(file, rows[0][0], turned[0], fields))
    shown = ", ".join(excerpt(name, 40) for name in rows[0][1][:30] if name.strip())
    if not mapping:
        raise FormatError(
            file, rows[0][0], f"no column looks like the number of a clause; say which (columns: {shown})"
        )
    known = {columns.same(name) for _line, names in rows[:HEADER_ROWS] for name in names}
    missing = next((name for name in mapping.values() if columns.same(name) not in known), "")
    words = f"there is no column {missing!r}" if missing else "the columns of the mapping are in no one row"
    raise FormatError(file, rows[0][0], f"{words} (columns: {shown})")


def _fitting(names: Sequence[str], mapping: dict[str, str]) -> dict[str, str]:
    """The mapping that this row is the header of, else an empty one."""
    if not mapping:
        fields = guess(names)
        return fields if set(fields) - {"ref", "parent", "kind", "language"} else {}
    keys = {columns.same(name) for name in names}
    return mapping if all(columns.same(name) in keys for name in mapping.values()) else {}


def _turned(rows: list[Row], most: int) -> Iterator[list[str]]:
    """Columns as rows; the refs over them often have no name of their own."""
    wide = itertools.zip_longest(*(cells for _line, cells in rows[: 2 * HEADER_ROWS]), fillvalue="")
    for place, cells in enumerate(itertools.islice(wide, most)):
        yield [
            "ref" if place == 0 and number == 0 and not cell.strip() else cell for number, cell in enumerate(cells)
        ]


def _places(file: str, line: int, names: Sequence[str], fields: Mapping[str, str]) -> dict[str, int]:
    keys = [columns.same(name) for name in names]
    for name in fields.values():
        if keys.count(columns.same(name)) > 1:
            raise FormatError(file, line, f"there are two columns {name!r}: give each its own name")
    return {field: keys.index(columns.same(name)) for field, name in fields.items()}


def _body(rows: Iterable[Row], places: Mapping[str, int]) -> Iterator[columns.Row]:
    for line, cells in rows:
        values = {field: cells[place] for field, place in places.items() if place < len(cells)}
        if any(values.get(field, "").strip() for field in values if field != "language"):
            yield columns.Row(line, values)
