"""Rows of text out of CSV files and XLSX workbooks, within bounds and without evaluating anything."""

from __future__ import annotations

import csv
import datetime
import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import openpyxl

from comity.formats import archives
from comity.formats.encoding import detect_encoding
from comity.formats.errors import FormatError, Refusal
from comity.formats.values import word

Row = tuple[int, list[str]]

MAX_LINE = 1024 * 1024
"""Characters of the longest line of a CSV file, and of the longest cell."""
MAX_COLUMNS = 1_000
MAX_ROWS = 1_048_576
MAX_MEMBERS = 2_000
_DELIMITERS = ",;\t|"


def csv_rows(path: Path) -> Iterator[Row | Refusal]:
    """Yield (line, cells) of a CSV file; delimiter and encoding are found out.

    Cells are text, whatever they look like: a formula stays as it is written.

    Raises:
        FormatError: the encoding cannot be told.
    """
    file, encoding = str(path), detect_encoding(path)
    if encoding.warning:
        yield Refusal(file, 1, encoding.warning)
    delimiter, skip = _delimiter(path, encoding.name)
    with path.open(encoding=encoding.name, newline="") as stream:
        lines = _TextLines(stream, skip)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.first = 0
            try:
                cells = next(reader)
                yield lines.first, cells[:MAX_COLUMNS]
            except StopIteration:
                break
            except csv.Error as error:
                yield Refusal(file, lines.first, f"this line is not CSV: {error}")
            yield from (Refusal(file, number, "the line is longer than 1 MB") for number in lines.taken())
    yield from (Refusal(file, number, "the line is longer than 1 MB") for number in lines.taken())


def xlsx_rows(path: Path) -> Iterator[Row | Refusal]:
    """Yield (row number, cells) of the first sheet that has any; a formula gives the value last saved.

    Raises:
        FormatError: no workbook, a damaged one, or one that unpacks beyond the limits.
    """
    with _opened(path) as book:
        yield from _first_sheet(book)


def xlsx_sheets(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield (name of the sheet, row) of every sheet, rows without any cell left out. Errors as `xlsx_rows`."""
    with _opened(path) as book:
        for sheet in book.worksheets:
            for row in _sheet(sheet):
                yield sheet.title, row


@contextmanager
def _opened(path: Path) -> Iterator[openpyxl.Workbook]:
    file = str(path)
    _check_zip(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except FormatError:
        raise
    except Exception as error:
        # A hostile workbook may make the XML and sheet parsers raise nearly anything.
        raise FormatError(file, 0, f"the workbook is damaged: {type(error).__name__}: {error}"[:300]) from error


class _TextLines:
    """Lines of bounded length for the CSV reader; those too long are passed over and remembered.

    `first` is the line that a row began on: the CSV reader takes several for one with line ends in cells.
    """

    def __init__(self, stream: TextIO, skip: int) -> None:
        self.stream = stream
        self.number = 0
        self.first = 0
        self.long: list[int] = []
        for _ in range(skip):
            next(self, None)

    def __iter__(self) -> _TextLines:
        return self

    def __next__(self) -> str:
        while line := self.stream.readline(MAX_LINE + 1):
            self.number += 1
            if len(line) <= MAX_LINE:
                self.first = self.first or self.number
                return line
            while line and line[-1] != "\n":
                line = self.stream.readline(MAX_LINE)
            self.long.append(self.number)
        raise StopIteration

    def taken(self) -> list[int]:
        numbers, self.long = self.long, []
        return numbers


def _delimiter(path: Path, encoding: str) -> tuple[str, int]:
    """Return the delimiter and how many lines to skip: Excel's `sep=;` says it, else the columns do."""
    with path.open(encoding=encoding, newline="") as stream:
        sample = list(itertools.islice(_TextLines(stream, 0), 30))
    if sample and sample[0].lower().startswith("sep=") and len(sample[0].strip()) == 5:
        return sample[0].strip()[4], 1
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, delimiter)), 0


def _fit(sample: list[str], delimiter: str) -> tuple[float, int]:
    """Score a delimiter by how many rows share the commonest width above one, then by that width."""
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    several = [width for width in widths if width > 1]
    if not several:
        return 0.0, 0
    usual = max(set(several), key=several.count)
    return several.count(usual) / len(widths), usual


def _check_zip(path: Path) -> None:
    """Refuse a zip bomb before anything is unpacked."""
    archives.check(
        path, str(path), what="workbook", called="a workbook (.xlsx)", part="[Content_Types].xml", most=MAX_MEMBERS
    )


def _first_sheet(book: openpyxl.Workbook) -> Iterator[Row]:
    for sheet in book.worksheets:
        seen = False
        for row in _sheet(sheet):
            seen = True
            yield row
        if seen:
            return


def _sheet(sheet: Any) -> Iterator[Row]:
    # The size a sheet states is often wrong, and rows are padded to it.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MAX_ROWS:
            return
        if any(cell is not None for cell in cells):
            yield number, [_cell(cell) for cell in cells[:MAX_COLUMNS]]


def _cell(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else word(value)
