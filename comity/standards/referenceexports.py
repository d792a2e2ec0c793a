"""A checked list of references as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from comity.formats import workbooks
from comity.formats.references import Listed
from comity.formats.text import plain
from comity.standards.exports import safe_cell
from comity.standards.why_references import Line

COLUMNS = ("line", "as written", "verdict", "identifier", "title", "findings", "document", "url", "candidates")


def rows(found: Sequence[Line]) -> list[tuple[str, ...]]:
    """A row a reference: what was written, what came of it, and what to write."""
    return [
        (
            str(one.number),
            one.written,
            one.verdict,
            one.instead[0],
            one.instead[1],
            " ".join(each.text for each in one.said),
            one.document.identifier if one.document else "",
            one.document.address if one.document else "",
            "; ".join(each.identifier for each in one.candidates),
        )
        for one in found
    ]


def as_csv(found: Sequence[Line], listed: Listed) -> bytes:
    """The table, with nothing in it that a spreadsheet takes for a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(plain(cell)) for cell in row] for row in rows(found))
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(found: Sequence[Line], listed: Listed) -> bytes:
    """The table as a workbook of one sheet, every cell a text."""
    packed = io.BytesIO()
    cells = ([safe_cell(plain(text)) for text in row] for row in rows(found))
    workbooks.write(packed, COLUMNS, cells, title="References")
    return packed.getvalue()


def as_text(found: Sequence[Line], listed: Listed) -> bytes:
    """The corrected list, a reference a line; what is not clear stands as it was written."""
    return "".join(f"{one.corrected}\n" for one in found).encode()


def as_bibtex(found: Sequence[Line], listed: Listed) -> bytes:
    """The bibliography with what is wrong corrected, and everything else as it was."""
    bibliography = listed.bibliography
    if bibliography is None:
        return b""
    by_line = {one.number: one for one in found if one.instead[0]}
    changes = {
        place: {"number": one.instead[0], "title": one.instead[1]}
        for place, entry in enumerate(bibliography.entries)
        if (one := by_line.get(entry.line))
    }
    return bibliography.changed(changes).encode()


FORMS: dict[str, tuple[Callable[[Sequence[Line], Listed], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "txt": (as_text, "text/plain; charset=utf-8"),
    "bib": (as_bibtex, "application/x-bibtex; charset=utf-8"),
}


def kept(listed: Listed) -> str:
    """The list as text that `reading.of_text` reads again: what the page carries along, for nothing is stored."""
    if listed.bibliography is not None:
        return listed.bibliography.text
    if listed.items:
        return "\n".join(
            one.text or ", ".join(part for part in (one.identifier, one.title) if part) for one in listed.items
        )
    return listed.text
