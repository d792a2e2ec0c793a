"""Find out what form a crosswalk's file has, by its content; the name serves messages only."""

from __future__ import annotations

import re

from comity.formats.crosswalks import olir, rows, sssom, table
from comity.formats.crosswalks.formats import FORMATS
from comity.formats.errors import FormatError
from comity.formats.instruments.source import check_size, decoded
from comity.formats.values import excerpt

_HEAD = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
_COLLECTION = re.compile(r"""<(?:[\w.\-]{1,80}:)?mapping-collection[\s>]|["']?\bmapping-collection["']?\s{0,9}:""")
_LIBRARY = re.compile(rb"^objects:", re.MULTILINE)


def detect(content: bytes, file: str = "") -> str:
    """Return the form of a file, one of `FORMATS`.

    Raises:
        FormatError: it is empty, too large, or nothing that is read.
    """
    check_size(content, file)
    if content.startswith(b"PK"):
        return _packed(content, file)
    if content.startswith(_OLE):
        raise FormatError(file, 0, "an old or protected workbook: save it as .xlsx without a password")
    text, _warnings = decoded(content, file)
    start = text.lstrip("\ufeff \t\n")[:1]
    if start in ("<", "{"):
        return _collection(text, "oscal-mapping-xml" if start == "<" else "oscal-mapping-json", file)
    if re.search(r"^mapping-collection:", text[:_HEAD], re.MULTILINE):
        return "oscal-mapping-yaml"
    if _LIBRARY.search(content):
        return "ciso-assistant-yaml"
    return _table(text, file)


def _packed(content: bytes, file: str) -> str:
    sheets = rows.workbook(content, file)
    if any(rows.sheet_header(sheet, olir.fits) is not None for sheet in sheets.values()):
        return "olir"
    return "xlsx"


def _collection(text: str, form: str, file: str) -> str:
    if _COLLECTION.search(text[:_HEAD]):
        return form
    words = f"it begins with {excerpt(text.lstrip(), 60)!r}"
    raise FormatError(file, 1, f"this is no crosswalk of a form that is read ({words}). Read are: {_known()}")


def _table(text: str, file: str) -> str:
    lines = text.split("\n")
    below = [line for line in lines[:10_000] if not line.startswith("#")]
    if lines[0].startswith("#") or rows.header_of(below, sssom.fits):
        return "sssom"
    header = rows.header_of(lines, table.fits)
    if header is None:
        first = next((place for place, line in enumerate(lines) if line.strip()), 0)
        names = table.guessed_names(lines[first])
        raise table.no_columns(file, first + 1, names)
    return "tsv" if header.delimiter == "\t" else "csv"


def _known() -> str:
    return ", ".join(FORMATS.values())
