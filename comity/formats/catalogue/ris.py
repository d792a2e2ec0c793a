"""RIS as NIST publishes it: `TY/TI/AU/PY/PB/SN/DO/ER`, one or several records a file.

Persons (AU, A1 ...) and abstracts (AB, N2) are not read. Source: the RIS format of Research Information
Systems; NIST-Tech-Pubs for its use (always RPRT, only a year, ER without a line end, SN sometimes empty).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from comity.formats.catalogue.dates import source_date
from comity.formats.catalogue.languages import tag
from comity.formats.catalogue.lines import bounded
from comity.formats.catalogue.record import NamedIdentifier, SourceRecord
from comity.formats.catalogue.relaton import ref_of
from comity.formats.errors import Refusal
from comity.formats.values import excerpt, phrase, phrases, word

SOURCE = "nist"
MAX_LINE = 1024 * 1024
MAX_LINES = 10_000

_TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*))?", re.DOTALL)
_KINDS = {"RPRT": "report", "STAND": "standard", "STD": "standard", "BOOK": "book", "JOUR": "article"}
_KEPT = frozenset(["TY", "TI", "T1", "PY", "Y1", "DA", "PB", "SN", "DO", "UR", "L1", "LA", "KW", "ET"])
# "NIST AI 100-1" is number 100-1 of the series "NIST AI", "NBS CRPL-F-B137" of "NBS CRPL-F-B".
_SERIES = re.compile(r"[A-Za-z]+(?: [A-Za-z]+(?:-[A-Za-z]+)*)?(?=[ -]?\d)")

Fields = dict[str, list[str]]


def read(path: Path, source: str = "") -> Iterator[SourceRecord | Refusal]:
    """Yield the records of a file.

    `ref` is the file's name with its folder; where a file holds several, the DOI (or else the report
    number) tells them apart.
    """
    file, ref = str(path), ref_of(path)
    waiting: SourceRecord | None = None
    alone, nothing = True, True
    for item in _entries(path):
        nothing = False
        result = item if isinstance(item, Refusal) else _record(item[1], file, item[0], source or SOURCE, ref)
        if isinstance(result, Refusal):
            yield result
            continue
        # The first waits until it is known whether it is the only one.
        if waiting is not None:
            alone = False
            yield _told_apart(waiting)
        waiting = result
    if waiting is not None:
        yield waiting if alone else _told_apart(waiting)
    if nothing:
        yield Refusal(file, 1, "nothing in it")


def _entries(path: Path) -> Iterator[tuple[int, Fields] | Refusal]:
    """Yield (line of TY, values by tag) of each record that is closed, a Refusal for each that is not."""
    file = str(path)
    fields: Fields | None = None
    start, last, bad = 0, "", ""
    with path.open("rb") as stream:
        for line, raw in bounded(stream, limit=MAX_LINE):
            text = _decoded(raw, line)
            if text is None:
                yield Refusal(file, line, "this line is not UTF-8 text, or too long")
                bad = "has a line that cannot be read"
                continue
            if not text.strip():
                continue
            match = _TAG.match(text)
            name = match[1] if match else ""
            if name == "TY":
                if fields is not None and not bad:
                    yield Refusal(file, start, "the record is not closed: no ER before the next TY")
                fields, start, bad = {}, line, ""
            elif fields is None:
                if name != "ER":
                    yield Refusal(file, line, "this stands outside a record: no TY before it", excerpt(text))
                continue
            if line - start > MAX_LINES and not bad:
                bad = f"has more than {MAX_LINES} lines"
                yield Refusal(file, start, f"the record {bad}")
            if name == "ER":
                if fields is not None and not bad:
                    yield start, fields
                fields, bad = None, ""
            elif fields is not None and not bad:
                last = name or last
                _keep(fields, last, (match[2] or "") if match else text, fresh=match is not None)
    if fields is not None and not bad:
        yield Refusal(file, start, "the record is not closed: the file ends before ER")


def _decoded(raw: bytes | None, line: int) -> str | None:
    try:
        return None if raw is None else raw.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError:
        return None


def _keep(fields: Fields, name: str, text: str, *, fresh: bool) -> None:
    """Add a value; a line without a tag goes on with the value before it."""
    if name not in _KEPT:
        return
    values = fields.setdefault(name, [])
    if fresh or not values:
        values.append(text.strip())
    else:
        values[-1] += " " + text.strip()


def _record(fields: Fields, file: str, line: int, source: str, ref: str) -> SourceRecord | Refusal:
    def first(*names: str) -> str:
        return next((text for name in names for value in fields.get(name, []) if (text := word(value))), "")

    title = phrase(" ".join((fields.get("TI") or fields.get("T1") or [""])[:1]))
    number, doi = first("SN"), first("DO")
    if not (identifier := number or doi):
        return Refusal(file, line, "the record has no identifier (neither SN nor DO)", excerpt(title))
    day = source_date("published", _day(first("DA")) or first("PY", "Y1")[:4], source=source)
    series = _SERIES.match(number)
    page = first("UR") or (f"https://doi.org/{doi}" if doi else "")
    pdf = first("L1")
    return SourceRecord(
        source=source,
        ref=ref,
        file=file,
        line=line,
        identifier=identifier,
        titles={tag(first("LA")): title} if title else {},
        identifiers=(NamedIdentifier("DOI", doi),) if doi else (),
        publishers=phrases(fields.get("PB")),
        kind=_KINDS.get(first("TY"), first("TY").lower()),
        doctype=series[0] if series else "",
        edition=first("ET"),
        dates=(day,) if day else (),
        keywords=phrases(fields.get("KW")),
        urls={kind: url for kind, url in (("page", page), ("pdf", pdf)) if url},
        languages=(tag(first("LA")),) if first("LA") else (),
    )


def _day(text: str) -> str:
    """Return RIS's `YYYY/MM/DD/note` as a date of the precision given."""
    return "-".join(part for part in text.split("/")[:3] if part)


def _told_apart(record: SourceRecord) -> SourceRecord:
    name = next((other.value for other in record.identifiers), record.identifier)
    return replace(record, ref=f"{record.ref}#{name}")
