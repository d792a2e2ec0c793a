"""Rows of text as an XLSX workbook, written as they come: no cell is ever a formula."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from comity.formats.text import plain

MOST_ROWS = 1_048_575
"""Rows under the header that a sheet takes."""
MOST_LINKS = 65_000
"""Links that a sheet takes; addresses below are plain text."""
CELL = 32_000  # characters that a cell takes
_NEVER = re.compile("[\ufffe\uffff]")  # not XML, whatever the encoding
_LINK = Font(color="1F4E79", underline="single")
_WIDEST, _NARROWEST = 60, 10


def write(
    out: IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str,
    links: Collection[int] = (),
    right_to_left: bool = False,
) -> None:
    """Write a sheet with a header that stays in sight, and another where one is full.

    `links` are the columns that hold addresses. Memory is that of a row, and of the links. What a spreadsheet
    would compute is text here; the caller makes cells safe for programs that take text for formulas.
    """
    book = openpyxl.Workbook(write_only=True)
    name = re.sub(r"[\\/*?:\[\]]", " ", title)[:25].strip("' ") or "Sheet"
    waiting = iter(rows)
    row = next(waiting, None)
    while row is not None or not book.worksheets:
        number = len(book.worksheets) + 1
        sheet = _sheet(book, f"{name} {number}" if number > 1 else name, header, right_to_left)
        linked = 0
        for place in range(2, MOST_ROWS + 2):
            if row is None:
                break
            linked += _append(sheet, place, row, links if linked < MOST_LINKS else ())
            row = next(waiting, None)
    book.save(out)


def _sheet(book: openpyxl.Workbook, title: str, header: Sequence[str], right_to_left: bool) -> Any:
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = right_to_left
    for place, name in enumerate(header, start=1):
        width = _WIDEST if name == "title" else max(_NARROWEST, len(name) + 12)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_cell(sheet, name, Font(bold=True)) for name in header])
    return sheet


def _append(sheet: Any, number: int, row: Sequence[str], links: Collection[int]) -> int:
    """Write a row; how many links it has."""
    cells = [_cell(sheet, text) for text in row]
    linked = [place for place in links if row[place].startswith(("http://", "https://"))]
    for place in linked:
        cells[place].hyperlink = row[place]
        cells[place].hyperlink.ref = f"{get_column_letter(place + 1)}{number}"
        cells[place].font = _LINK
    sheet.append(cells)
    return len(linked)


def _cell(sheet: Any, text: str, font: Font | None = None) -> Any:
    # A cell without a value is left out, so that it takes no place in the file.
    cell = WriteOnlyCell(sheet, value=_NEVER.sub("", plain(text))[:CELL] or None)
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    return cell
