"""What form a list of references is in, and its references one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.formats import sheets
from comity.formats.catalogue.columns import guess_mapping
from comity.formats.encoding import detect_encoding
from comity.formats.errors import FormatError, Refusal
from comity.formats.instruments import docx
from comity.formats.references import bibtex
from comity.formats.references.bibtex import Bibliography, Entry
from comity.formats.text import plain, whole

LARGEST = 16 * 1024 * 1024
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_TABLES = (".csv", ".tsv")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")
_NUMBER = ("number", "standard", "reportnumber", "isrn", "eid", "shorttitle")


@dataclass(frozen=True, slots=True)
class Item:
    """One reference of a list: a line of text, or identifier and title that stand apart."""

    line: int
    text: str = ""
    identifier: str = ""
    title: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: of form "text", "docx", "table" or "bibtex". `text` has the lines of the first two."""

    form: str
    text: str = ""
    items: tuple[Item, ...] = ()
    bibliography: Bibliography | None = None


def read(content: bytes, file: str) -> Listed:
    """Read a list of references from the bytes of a file.

    Raises:
        FormatError: it is empty, too large, of no form that is read, or broken; with the line where there is one.
    """
    if len(content) > LARGEST:
        raise FormatError(file, 0, f"the file is larger than {LARGEST >> 20} MB")
    if not content.strip():
        raise FormatError(file, 0, "the file is empty")
    ending = Path(file).suffix.lower()
    if content.startswith(_OFFICE):
        return _table(content, file, ".xlsx") if ending == ".xlsx" else _document(content, file)
    if content.startswith(_BINARY):
        raise FormatError(file, 0, "this is no text, Word document, BibTeX, CSV or Excel file")
    if ending in _TABLES:
        return _table(content, file, ".csv")
    return of_text(_decoded(content, file), file, ending == ".bib")


def of_text(text: str, file: str, bibliography: bool = False) -> Listed:
    """A list that is text already: BibTeX if it looks like it, else lines.

    Raises:
        FormatError: BibTeX is broken, or there are no letters in it.
    """
    if bibliography or bibtex.looks_like(text):
        found = bibtex.read(text, file)
        if not found.entries:
            raise FormatError(file, 0, "there is no entry in this BibTeX file")
        return Listed("bibtex", items=tuple(_of_entry(one) for one in found.entries), bibliography=found)
    return Listed("text", whole(text))


def _decoded(content: bytes, file: str) -> str:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = content[:4096].split(b"\0")[0].count(b"\n") + 1
        raise FormatError(file, line, "this is a binary file, not text")
    with _kept(content, file, ".txt") as path:
        encoding = detect_encoding(path)
        return path.read_text(encoding=encoding.name)


class _kept:
    """Bytes as a file for as long as a reader needs one; what it says of the file names it as its giver does."""

    def __init__(self, content: bytes, file: str, ending: str) -> None:
        self.content, self.file, self.ending = content, file, ending

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / f"list{self.ending}"
        path.write_bytes(self.content)
        return path

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.folder.cleanup()
        if isinstance(error, FormatError):
            raise FormatError(self.file, error.line, error.reason) from None


def _document(content: bytes, file: str) -> Listed:
    lines = docx.paragraphs(content, file)
    if not lines:
        raise FormatError(file, 0, "there is no text in this document")
    return Listed("docx", whole("\n".join(lines)))


def _table(content: bytes, file: str, ending: str) -> Listed:
    with _kept(content, file, ending) as path:
        rows = sheets.xlsx_rows(path) if ending == ".xlsx" else sheets.csv_rows(path)
        items = tuple(_items(rows))
    if not items:
        raise FormatError(file, 0, "there is no row with a reference in this table")
    return Listed("table", items=items)


def _items(rows: Iterator[sheets.Row | Refusal]) -> Iterator[Item]:
    """Rows by the columns their headers name; where no header names one, the cells of a row are its text."""
    columns: dict[str, int] | None = None
    for row in rows:
        if isinstance(row, Refusal):
            continue
        line, cells = row
        if columns is None:
            columns = _columns(cells)
            if columns:
                continue
        identifier, title = (_cell(cells, columns.get(name)) for name in ("identifier", "title"))
        if columns and (identifier or title):
            yield Item(line, identifier=identifier, title=title)
        elif not columns and any(cells):
            yield Item(line, text=", ".join(plain(cell) for cell in cells if cell.strip()))


def _columns(header: list[str]) -> dict[str, int]:
    named = guess_mapping(header)
    found = {"identifier": named.get("identifier")}
    found["title"] = named.get("title") or next(
        (name for field, name in named.items() if field.startswith("title:")), None
    )
    return {field: header.index(name) for field, name in found.items() if name is not None}


def _cell(cells: list[str], place: int | None) -> str:
    return plain(cells[place]) if place is not None and place < len(cells) else ""


def _of_entry(one: Entry) -> Item:
    """Identifier and title of an entry: the identifier is its number, with the institution where it lacks one."""
    codes = tuple(one.fields[name] for name in ("doi", "urn") if one.fields.get(name))
    number = next(
        (one.fields[name] for name in _NUMBER if any(sign.isdigit() for sign in one.fields.get(name, ""))), ""
    )
    if number[:1].isdigit():
        body = one.fields.get("institution") or one.fields.get("organization") or one.fields.get("publisher") or ""
        number = f"{body} {number}" if body and len(body) < 20 else number
    title = one.fields.get("title", "")
    if number or codes:
        return Item(one.line, identifier=number, title=title, codes=codes)
    told = next(
        (
            one.fields[name]
            for name in ("note", "howpublished", "type")
            if any(c.isdigit() for c in one.fields.get(name, ""))
        ),
        "",
    )
    return Item(one.line, text=f"{told}, {title}" if told and title else told or title)
