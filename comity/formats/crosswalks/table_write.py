"""Write a crosswalk as a table of pairs; `table` reads it back equal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import openpyxl
from openpyxl.cell import WriteOnlyCell

from comity.formats.crosswalks.cells import guarded
from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping

COLUMNS = (
    "source_doc",
    "source_ref",
    "target_doc",
    "target_ref",
    "relationship",
    "publisher",
    "relation",
    "strength",
    "rationale",
    "source_edition",
    "target_edition",
    "title",
    "licence",
    "published",
)


def tsv(crosswalk: SourceCrosswalk) -> bytes:
    """Return the table with tabs between its cells."""
    return _text(crosswalk, "\t", "\n")


def csv_(crosswalk: SourceCrosswalk) -> bytes:
    """Return the table as RFC 4180 has it."""
    return _text(crosswalk, ",", "\r\n")


def xlsx(crosswalk: SourceCrosswalk) -> bytes:
    """Return the table as a workbook of one sheet, every cell a text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Mappings")
    for row in _rows(crosswalk):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text or None)
            if text:
                # openpyxl would make a formula of what begins with "=", and an error of "#N/A".
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _text(crosswalk: SourceCrosswalk, delimiter: str, end: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(_rows(crosswalk))
    return text.getvalue().encode("utf-8", "replace")


def _rows(crosswalk: SourceCrosswalk) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for one in crosswalk.mappings:
        yield _row(crosswalk, one)
    for ref in crosswalk.no_counterpart:
        yield _row(crosswalk, SourceMapping(ref, "", "none"))
    for ref in crosswalk.target_no_counterpart:
        yield _row(crosswalk, SourceMapping("", ref, "none"))


def _row(crosswalk: SourceCrosswalk, one: SourceMapping) -> list[str]:
    cells = (
        crosswalk.source_name,
        one.source_ref,
        crosswalk.target_name,
        one.target_ref,
        one.publisher_word,
        crosswalk.publisher,
        one.relation,
        "" if one.strength is None else f"{one.strength:g}",
        one.rationale,
        crosswalk.source_edition,
        crosswalk.target_edition,
        crosswalk.title,
        crosswalk.licence,
        crosswalk.published,
    )
    return [guarded(cell) for cell in cells]
