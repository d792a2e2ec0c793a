"""Rows of tables that hold crosswalks, below the header that is looked for."""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.formats.crosswalks.model import MAX_MAPPINGS
from comity.formats.errors import FormatError
from comity.formats.instruments.source import check_size
from comity.formats.sheets import Row, xlsx_sheets
from comity.formats.values import excerpt

HEADER_ROWS = 20
"""How far down the header may stand."""
MAX_ROWS = MAX_MAPPINGS + 2 * HEADER_ROWS
_MAX_HEADER = 20_000
_DELIMITERS = "\t;,|"

Fits = Callable[[Sequence[str]], bool]
"""Whether cells are the header that is looked for."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a text stands: its line from 0, its delimiter and its cells."""

    place: int
    delimiter: str
    names: list[str]


def header_of(lines: Iterable[str], fits: Fits) -> Header | None:
    """The first of the first lines that fits, whatever parts its cells."""
    for place, line in enumerate(itertools.islice(lines, HEADER_ROWS)):
        for delimiter in _DELIMITERS if len(line) <= _MAX_HEADER else "":
            names = _cells(line, delimiter)
            if fits(names):
                return Header(place, delimiter, names)
    return None


def text_rows(lines: Sequence[str], header: Header, file: str) -> Iterator[Row]:
    """The rows below a header that have any content, with their lines.

    Raises:
        FormatError: a line is not CSV, or there are too many.
    """
    below = header.place + 1
    reader = csv.reader((f"{line}\n" for line in lines[below:]), delimiter=header.delimiter)
    count = 0
    while True:
        line = below + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FormatError(file, line, f"this line is not part of a table: {error}") from None
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MAX_ROWS:
                raise _too_many(file)
            yield line, cells


def workbook(content: bytes, file: str) -> dict[str, list[Row]]:
    """The rows of every sheet of a workbook by its name.

    Raises:
        FormatError: no workbook, a damaged one, or one beyond the limits.
    """
    check_size(content, file)
    sheets: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = Path(folder, "given.xlsx")
        path.write_bytes(content)
        try:
            for name, row in itertools.islice(xlsx_sheets(path), 2 * MAX_ROWS):
                rows = sheets.setdefault(name, [])
                rows.append(row)
                if len(rows) > MAX_ROWS:
                    raise _too_many(file)
        except FormatError as error:
            raise FormatError(file, error.line, error.reason.replace(str(path), file)) from None
    return sheets


def sheet_header(rows: Sequence[Row], fits: Fits) -> int | None:
    """The place of the first of the first rows that fits."""
    return next((place for place, (_line, cells) in enumerate(rows[:HEADER_ROWS]) if fits(cells)), None)


def shown(names: Iterable[str]) -> str:
    """Column headers for a message."""
    return ", ".join(excerpt(name, 40) for name in itertools.islice(names, 30) if name.strip()) or "none"


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _too_many(file: str) -> FormatError:
    return FormatError(file, 0, f"it has more than {MAX_MAPPINGS:,} rows: not one crosswalk")
