"""Tables with a header: a mapping says which column holds which field.

A mapping is `{field: column header}`. Fields are those of `FIELDS`, and `title:LANG`, `date:KIND`,
`relation:KIND`, `identifier:KIND`, `status:NAME`. A column may serve several fields. Rows above the header
(a title merged over the table) are passed over; a header of two rows (groups merged above names) is read
as "Group Name".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from comity.formats.catalogue.columns import FIELDS, KINDS, guess_mapping
from comity.formats.catalogue.dates import date, source_date
from comity.formats.catalogue.detect import detect
from comity.formats.catalogue.languages import UNKNOWN, tag
from comity.formats.catalogue.record import NamedIdentifier, SourceCommittee, SourceDate, SourceRecord, SourceRelation
from comity.formats.errors import FormatError, Refusal
from comity.formats.sheets import Row, csv_rows, xlsx_rows
from comity.formats.values import excerpt, phrase, word

HEADER_ROWS = 20
"""How far down the header may stand."""

_SEPARATOR = re.compile(r"[;|\n；]")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?")
_MIDNIGHT = re.compile(r"[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?$")


def read_csv(
    path: Path, source: str = "", mapping: Mapping[str, str] | None = None
) -> Iterator[SourceRecord | Refusal]:
    """Yield the records of a CSV file. Errors as `records`, and where the encoding cannot be told."""
    return records(csv_rows(path), path, source, mapping)


def read_xlsx(
    path: Path, source: str = "", mapping: Mapping[str, str] | None = None
) -> Iterator[SourceRecord | Refusal]:
    """Yield the records of a workbook's first sheet with content. Errors as `records` and `xlsx_rows`."""
    return records(xlsx_rows(path), path, source, mapping)


def headers(path: Path) -> list[str]:
    """The column headers of a table: of the rows at its top, the one that names most fields, else the first.

    Raises:
        FormatError: the file is no table, or its encoding cannot be told.
    """
    rows = csv_rows(path) if detect(path) == "csv" else xlsx_rows(path)
    filled = (row for row in rows if not isinstance(row, Refusal) and any(cell.strip() for cell in row[1]))
    top = list(itertools.islice(filled, HEADER_ROWS))
    if not top:
        raise FormatError(str(path), 1, "nothing in it")
    best = max(_candidates(top), key=lambda one: len(guess_mapping(one[1])), default=(0, top[0][1]))[1]
    return [name for name in best if name.strip()]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column each field is in, and the line of the header."""

    places: dict[str, int]
    line: int


def records(
    rows: Iterable[Row | Refusal], path: Path, source: str = "", mapping: Mapping[str, str] | None = None
) -> Iterator[SourceRecord | Refusal]:
    """Yield one record a row; without a mapping, one is guessed. `source` is the file's name by default.

    `ref` is the identifier, with the edition where that is mapped. A second row of the same ref is refused:
    it would overwrite the first unseen.

    Raises:
        FormatError: a mapped column is missing or there twice, or no column can be the identifier.
    """
    file, source = str(path), source or path.stem
    fields = dict(mapping or {})
    _check_fields(file, fields)
    stream = iter(rows)
    top: list[Row] = []
    # What is refused above the header must not make it be missed.
    for item in stream:
        if isinstance(item, Refusal):
            yield item
        elif any(cell.strip() for cell in item[1]):
            top.append(item)
        if len(top) == HEADER_ROWS:
            break
    if not top:
        yield Refusal(file, 1, "nothing in it")
        return
    columns = _locate(file, top, fields)
    seen: dict[str, int] = {}
    body = (row for row in top if row[0] > columns.line)
    for item in itertools.chain(body, stream):
        if isinstance(item, Refusal):
            yield item
        elif any(cell.strip() for cell in item[1]):
            yield from _row(item, columns.places, file, source, seen)
    if not seen:
        yield Refusal(file, columns.line, "nothing in it below the header")


def _check_fields(file: str, fields: Mapping[str, str]) -> None:
    for name in fields:
        kind, colon, rest = name.partition(":")
        if name not in FIELDS and not (kind in KINDS and colon and rest):
            raise FormatError(file, 0, f"there is no field {name!r} to map a column to")
    if fields and "identifier" not in fields:
        raise FormatError(file, 0, "the mapping names no column for the identifier")


def _locate(file: str, top: list[Row], fields: dict[str, str]) -> _Columns:
    """Find the header: the first row, or pair of rows, that has every mapped column."""
    best: tuple[int, list[str]] = (top[0][0], top[0][1])
    fewest = len(fields) + 1
    for line, names in _candidates(top):
        wanted = fields or guess_mapping(names)
        if "identifier" not in wanted:
            continue
        missing = [column for column in wanted.values() if _same(column) not in map(_same, names)]
        if not missing:
            return _Columns(_places(file, line, names, wanted), line)
        if len(missing) < fewest:
            best, fewest = (line, names), len(missing)
    line, names = best
    shown = ", ".join(excerpt(name, 40) for name in names[:30] if name.strip())
    if not fields:
        raise FormatError(file, line, f"no column looks like an identifier; say which one is (columns: {shown})")
    missing = [column for column in fields.values() if _same(column) not in map(_same, names)]
    raise FormatError(file, line, f"there is no column {missing[0]!r} (columns: {shown})")


def _candidates(top: list[Row]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row as a header, then each two rows as one, the upper carried on over merged cells."""
    yield from top
    for (_, upper), (line, lower) in itertools.pairwise(top):
        group, names = "", []
        for above, below in itertools.zip_longest(upper, lower, fillvalue=""):
            group = above.strip() or group
            names.append(f"{group} {below.strip()}".strip() if below.strip() else above.strip())
        yield line, names


def _places(file: str, line: int, names: list[str], fields: Mapping[str, str]) -> dict[str, int]:
    keys = [_same(name) for name in names]
    for column in fields.values():
        if keys.count(_same(column)) > 1:
            raise FormatError(file, line, f"there are two columns {column!r}: give each its own name")
    return {field: keys.index(_same(column)) for field, column in fields.items()}


def _same(name: str) -> str:
    return phrase(name).casefold()


def _row(
    row: Row, places: Mapping[str, int], file: str, source: str, seen: dict[str, int]
) -> Iterator[SourceRecord | Refusal]:
    line, cells = row
    values = {field: cells[place].strip() for field, place in places.items() if place < len(cells)}
    identifier = word(values.get("identifier", ""))
    if not identifier:
        seen.setdefault("", line)
        yield Refusal(file, line, "the row has no identifier", excerpt(" | ".join(cells[:20])))
        return
    edition = word(values.get("edition", ""))
    ref = f"{identifier}#{edition}" if edition else identifier
    if ref in seen:
        yield Refusal(file, line, f"the same identifier and edition as in line {seen[ref]}", excerpt(ref))
        return
    seen[ref] = line
    dates, unread = _dates(values, source)
    yield from (
        Refusal(
            file,
            line,
            "this is no date that can be told for sure (write YYYY-MM-DD); the rest was read",
            text,
        )
        for text in unread
    )
    languages = tuple(dict.fromkeys(tag(word(code)) for code in _several(values.get("language", ""), ",/")))
    yield SourceRecord(
        source=source,
        ref=ref,
        file=file,
        line=line,
        identifier=identifier,
        titles=_titles(values, languages),
        identifiers=tuple(
            NamedIdentifier(kind, word(text)) for kind, text in _of_kind(values, "identifier") if word(text)
        ),
        publishers=tuple(_several(values.get("publisher", "")) or _several(values.get("body", ""))),
        kind=word(values.get("kind", "")),
        doctype=phrase(values.get("type", "")),
        edition=edition,
        version=word(values.get("version", "")),
        stage=word(values.get("stage", "")),
        substage=word(values.get("substage", "")),
        status={name: word(text) for name, text in _of_kind(values, "status") if word(text)},
        dates=dates,
        committees=tuple(SourceCommittee(name) for name in _several(values.get("committee", ""))),
        ics=tuple(map(word, _several(values.get("ics", ""), ",、"))),
        keywords=tuple(_several(values.get("keywords", ""), ",，、")),
        project=word(values.get("project", "")),
        relations=tuple(
            SourceRelation(kind, word(target))
            for kind, targets in _of_kind(values, "relation")
            for target in _several(targets)
        ),
        urls={
            kind: word(values[field])
            for field, kind in (("url", "page"), ("pdf", "pdf"))
            if word(values.get(field, ""))
        },
        languages=languages,
        territory=phrase(values.get("territory", "")),
        fetched=_date_text(values.get("fetched", "")),
    )


def _of_kind(values: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """Return (kind, cell) of every mapped `name:kind`."""
    return [(field[len(name) + 1 :], text) for field, text in values.items() if field.startswith(f"{name}:")]


def _several(text: str, more: str = "") -> list[str]:
    """Return the values of one cell, cleaned. A comma parts only codes and keywords: names have commas."""
    pieces = _SEPARATOR.split(text)
    for mark in more:
        pieces = [piece for whole in pieces for piece in whole.split(mark)]
    return [cleaned for piece in pieces if (cleaned := phrase(piece))]


def _titles(values: Mapping[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    titles = {tag(code): title for code, text in _of_kind(values, "title") if (title := phrase(text))}
    if title := phrase(values.get("title", "")):
        titles.setdefault(languages[0] if len(languages) == 1 else UNKNOWN, title)
    return titles


def _dates(values: Mapping[str, str], source: str) -> tuple[tuple[SourceDate, ...], list[str]]:
    """Return the dates of a row, and the cells that were meant as one but cannot be told."""
    cells = [("published", values.get("published", "")), *_of_kind(values, "date")]
    found, unread = [], []
    for kind, text in cells:
        if known := source_date(kind, _date_text(text), source=source):
            found.append(known)
        elif text:
            unread.append(excerpt(text))
    return tuple(found), unread


def _date_text(text: str) -> str:
    """Return a date cell as ISO 8601 where there is one reading only; 3/4/2024 has two."""
    text = _MIDNIGHT.sub("", word(text))
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    elif match := _YEAR_FIRST.fullmatch(text):
        text = "-".join(f"{part:0>2}" for part in match.groups() if part)
    return date(text)
