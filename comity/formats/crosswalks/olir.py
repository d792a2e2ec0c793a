"""Workbooks of NIST's Online Informative References (OLIR) programme, by the template of NIST IR 8278A.

The focal document is the source, the reference document the target: "subset of" says that the focal element is
within the reference element. A focal element whose row is left blank has no relationship (IR 8278A, section 3.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from comity.formats.crosswalks import rows
from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping, settled
from comity.formats.crosswalks.words import measured, relation_of
from comity.formats.errors import FormatError
from comity.formats.instruments.columns import same
from comity.formats.sheets import Row

_SCALE = 10
_MARKS = re.compile(r"\((?:optional|y/n|required)\)", re.IGNORECASE)
_FOCAL, _REFERENCE = "focal document element", "reference document element"
# Read, or of no use here: descriptions are texts of the instruments, a baseline is one of the focal document.
_KNOWN = (
    *(_FOCAL, _REFERENCE, "rationale", "relationship", "relationship type", "relationship explanation", "comments"),
    *("strength of relationship", f"{_FOCAL} description", f"{_REFERENCE} description", "security control baseline"),
)
# "SP800-171-to-CSF-v1.1 (1.0.0)": reference document, focal document, version of the crosswalk.
_NAME = re.compile(r"(?P<reference>.{1,200}?)-to-(?P<focal>[^()]{1,200})(?:\(.{0,100}\))?")


def fits(names: Sequence[str]) -> bool:
    """Whether these are the headers of the sheet of relationships."""
    return {_FOCAL, _REFERENCE} <= {_header(name) for name in names}


def read(content: bytes, file: str) -> tuple[SourceCrosswalk, ...]:
    """Read one workbook.

    Raises:
        FormatError: it is no workbook, or no sheet has the columns of the template.
    """
    sheets = rows.workbook(content, file)
    for name, sheet in sheets.items():
        place = rows.sheet_header(sheet, fits)
        if place is not None:
            general = [row for other, rest in sheets.items() if other != name for row in rest[:200]]
            return (_crosswalk(file, _fields(general), sheet[place][1], sheet[place + 1 :]),)
    raise FormatError(file, 0, f'no sheet has the columns "{_FOCAL}" and "{_REFERENCE}": not the OLIR template')


def _crosswalk(file: str, general: Mapping[str, str], names: Sequence[str], body: Sequence[Row]) -> SourceCrosswalk:
    places = {_header(name): place for place, name in reversed(list(enumerate(names)))}
    unread = [name for name in names if name.strip() and _header(name) not in _KNOWN]
    title = general.get("informative reference name", "")
    named = _NAME.fullmatch(title)
    focal = general.get("focal document", "") or general.get("focal document name", "")
    version = general.get("focal document version", "") or general.get("framework version", "")
    draft = SourceCrosswalk(
        source_name=focal or (named["focal"].strip() if named else version),
        source_edition=version if focal or named else "",
        target_name=general.get("reference document", "") or (named["reference"].strip() if named else ""),
        target_edition=general.get("reference document version", ""),
        title=title,
        publisher=general.get("informative reference developer", ""),
        published=general.get("posted date", "") or general.get("submission date", ""),
        warnings=(f"Columns that are not read: {rows.shown(unread)}.",) if unread else (),
    )
    return settled(file, draft, _mappings(body, places))


def _mappings(body: Sequence[Row], places: Mapping[str, int]) -> Iterator[SourceMapping]:
    for line, cells in body:
        row = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
        source, target = row.get(_FOCAL, ""), row.get(_REFERENCE, "")
        if not source and not target:
            continue
        word = row.get("relationship", "") or row.get("relationship type", "")
        reasons = (row.get(name, "") for name in ("rationale", "relationship explanation", "comments"))
        yield SourceMapping(
            source_ref=source,
            target_ref=target,
            relation=relation_of(word) if target else "none",
            publisher_word=word,
            strength=measured(row.get("strength of relationship", ""), _SCALE),
            rationale="; ".join(filter(None, reasons)),
            line=line,
        )


def _fields(general: Sequence[Row]) -> dict[str, str]:
    """Names and values of the sheet of general information: the first two cells of a row that have any."""
    found: dict[str, str] = {}
    for _line, cells in general:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) > 1:
            found.setdefault(_header(filled[0]), filled[1])
    return found


def _header(name: str) -> str:
    return same(_MARKS.sub(" ", name[:500]))
