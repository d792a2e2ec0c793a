"""Standards as JSON: one object a line (JSON Lines, gzipped or not), a JSON list, or one object.

The keys are those of the catalogue snapshots: `id`, `body`, `ids`, `title`, `dates`, `group`, `rel` ...
Abstracts are their publishers' text and are not read.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from comity.formats.catalogue import policies
from comity.formats.catalogue.dates import source_date
from comity.formats.catalogue.languages import tag
from comity.formats.catalogue.lines import LINE_LIMIT, bounded
from comity.formats.catalogue.record import NamedIdentifier, SourceCommittee, SourceDate, SourceRecord, SourceRelation
from comity.formats.errors import FormatError, Refusal
from comity.formats.values import excerpt, many, mappings, name, phrase, phrases, term, word, words

STATUS_KEYS = ("standard_status", "standard_modified", "pubstatus", "holdstatus", "binding")
_URLS = {"url": "page", "url_pdf": "pdf", "url_obp": "preview", "url_doi": "doi", "url_other": "other"}
_GZIP = b"\x1f\x8b"


def read(path: Path, source: str = "", start_line: int = 0) -> Iterator[SourceRecord | Refusal]:
    """Yield what each line of a JSON Lines file holds; the first `start_line` lines are not parsed.

    A line that is no record is a Refusal and reading goes on. Where a gzip file ends too early or is
    damaged, every line before the damage is yielded, then one Refusal with the line where it stops.
    """
    file, line, nothing = str(path), start_line, True
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            for line, text in bounded(stream, start=start_line):
                if text is None:
                    nothing = False
                    yield Refusal(file, line, f"the line is longer than {LINE_LIMIT // 2**20} MB")
                elif not text.isspace():
                    nothing = False
                    yield _line(text, file, line, source)
        except (EOFError, OSError, zlib.error) as error:
            yield Refusal(file, line + 1, f"the compressed file is cut off or damaged here ({error})")
            return
    if nothing and not start_line:
        yield Refusal(file, 1, "nothing in it")


def read_list(path: Path, source: str = "") -> Iterator[SourceRecord | Refusal]:
    """Yield the records of a JSON list, or the one object of a JSON file, with the line each begins on.

    Raises:
        FormatError: the file is too big to be held in memory; JSON Lines has no such limit.
    """
    file = str(path)
    if path.stat().st_size > LINE_LIMIT:
        raise FormatError(file, 0, f"a JSON list above {LINE_LIMIT // 2**20} MB: write it as JSON Lines instead")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Refusal(file, error.object.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text")
        return
    if not text.strip():
        yield Refusal(file, 1, "nothing in it")
        return
    yield from _items(text, file, source)


def record(row: Mapping[str, object], file: str, line: int, source: str = "") -> SourceRecord | Refusal:
    """Translate one parsed object. `source` stands in for the record's own `body`."""
    if policies.is_policy(row):
        return policies.record(row, file, line, source)
    identifier = word(row.get("id"))
    if not identifier:
        return Refusal(file, line, "the record has no identifier", excerpt(str(row.get("title", ""))))
    body = term(row.get("body"))
    relations = _relations(row)
    return SourceRecord(
        source=source or body,
        ref=_ref(row, identifier, relations),
        file=file,
        line=line,
        identifier=identifier,
        titles=_titles(row),
        identifiers=_identifiers(row),
        publishers=phrases(row.get("publisher")),
        kind=term(row.get("type")),
        doctype=name(row.get("doctype")),
        edition=term(row.get("edition")),
        version=word(row.get("version")),
        stage=term(row.get("stage")),
        substage=term(row.get("substage")),
        status={key: text for key in STATUS_KEYS if key in row and (text := term(row[key]))},
        dates=_dates(row, body or source),
        committees=_committees(row),
        ics=words(row.get("ics")),
        keywords=phrases(row.get("kw")) + phrases(row.get("area")),
        project=word(row.get("project")),
        relations=relations,
        urls={kind: text for key, kind in _URLS.items() if key in row and (text := word(row[key]))},
        languages=tuple([tag(term(code)) for code in many(row.get("langs"))]),
        territory=phrase(row.get("territory")),
        fetched=word(row.get("fetched")),
        selection=_selection(row),
    )


def row(data: Mapping[str, Any], *, source: str, ref: str, fetched: str = "") -> dict[str, Any]:
    """What `record` reads back: the JSON Lines form of a record's fields (those of `SourceRecord`, as JSON)."""
    found: dict[str, Any] = {
        "id": data["identifier"],
        "body": source,
        "ids": data.get("identifiers"),
        "publisher": data.get("publishers"),
        "type": data.get("kind"),
        "doctype": data.get("doctype"),
        "title": data.get("titles"),
        "edition": data.get("edition"),
        "version": data.get("version"),
        "stage": data.get("stage"),
        "substage": data.get("substage"),
        **data.get("status", {}),
        "dates": _dates_by_kind(data.get("dates", ())),
        "group": [
            {"name": name, "number": number, "type": kind, "identifier": identifier}
            for name, number, kind, identifier in data.get("committees", ())
        ],
        "ics": data.get("ics"),
        "kw": data.get("keywords"),
        "project": data.get("project"),
        "rel": [{"type": kind, "id": target, "desc": note} for kind, target, note in data.get("relations", ())],
        **{key: data.get("urls", {}).get(kind) for key, kind in _URLS.items()},
        "langs": data.get("languages"),
        "territory": data.get("territory"),
        "src": ref.removesuffix(f"#{data['identifier']}"),
        "fetched": fetched,
    }
    return {key: value for key, value in found.items() if value}


def _dates_by_kind(dates: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, value in dates:
        found.setdefault(kind, []).append(value)
    return found


def _line(text: bytes, file: str, line: int, source: str) -> SourceRecord | Refusal:
    try:
        row = json.loads(text.decode("utf-8-sig" if line == 1 else "utf-8"))
    except UnicodeDecodeError:
        return Refusal(file, line, "this is not UTF-8 text", excerpt(text[:480].decode("utf-8", "replace")))
    except RecursionError:
        return Refusal(file, line, "the JSON is nested too deeply", excerpt(text[:480].decode("utf-8", "replace")))
    except ValueError as error:
        return Refusal(file, line, _json_reason(error), excerpt(text[:480].decode("utf-8", "replace")))
    return _row(row, file, line, source)


def _row(row: object, file: str, line: int, source: str) -> SourceRecord | Refusal:
    if not isinstance(row, dict):
        return Refusal(file, line, "this is JSON, but not an object with named fields", _kind(row))
    return record(row, file, line, source)


def _kind(row: object) -> str:
    # Writing out a whole list to show its beginning would take as much memory again.
    return f"a list of {len(row)}" if isinstance(row, list) else excerpt(str(row))


def _json_reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"this is not JSON: {error.msg} (character {error.colno})"
    return f"this is not JSON: {error}"


def _items(text: str, file: str, source: str) -> Iterator[SourceRecord | Refusal]:
    """Walk a JSON list item by item: what stands before an error is kept, and lines are known."""
    decoder, end = json.JSONDecoder(), len(text)
    position = _past_space(text, 0)
    listed = text[position] == "["
    position = _past_space(text, position + 1) if listed else position
    line, counted, first = 1, 0, True
    while position < end and text[position] != "]":
        if not first and text[position] == ",":
            position = _past_space(text, position + 1)
            if position == end:
                break
        line, counted, first = line + text.count("\n", counted, position), position, False
        try:
            row, position = decoder.raw_decode(text, position)
        except RecursionError:
            yield Refusal(file, line, "the JSON is nested too deeply", excerpt(text[position : position + 480]))
            return
        except ValueError as error:
            reason = getattr(error, "msg", str(error))
            yield Refusal(file, line, f"this is not JSON: {reason}", excerpt(text[position : position + 480]))
            return
        yield _row(row, file, line, source)
        position = _past_space(text, position)
    if listed and position >= end:
        yield Refusal(file, text.count("\n") + 1, "the JSON list is cut off: it has no closing bracket")
    elif first:
        yield Refusal(file, 1, "nothing in it")


def _past_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _ref(row: Mapping[str, object], identifier: str, relations: tuple[SourceRelation, ...]) -> str:
    """Name the record within its source: the path there, or else its identifier.

    Records taken out of another one share that one's path (the RFCs within BCP 9) and say so by the
    relation `includedIn`; the identifier tells them apart. Nothing here depends on other lines.
    """
    path = word(row.get("src"))
    if not path:
        return identifier
    if any(relation.kind == "includedIn" for relation in relations):
        return f"{path}#{identifier}"
    return path


def _titles(row: Mapping[str, object]) -> dict[str, str]:
    titles = row.get("title")
    if not isinstance(titles, dict):
        title = phrase(titles)
        return {"und": title} if title else {}
    found: dict[str, str] = {}
    for code, text in titles.items():
        if title := phrase(text):
            found.setdefault(tag(code), title)
    return found


def _identifiers(row: Mapping[str, object]) -> tuple[NamedIdentifier, ...]:
    pairs = row.get("ids")
    if not pairs:
        return ()
    return tuple(
        [
            NamedIdentifier(term(pair[0]), value)
            for pair in many(pairs)
            if isinstance(pair, list) and len(pair) == 2 and (value := word(pair[1]))
        ]
    )


def _dates(row: Mapping[str, object], body: str) -> tuple[SourceDate, ...]:
    dates = row.get("dates")
    if not isinstance(dates, dict):
        return ()
    return tuple(
        [
            known
            for kind, values in dates.items()
            for value in many(values)
            if (known := source_date(term(kind), word(value), source=body))
        ]
    )


def _committees(row: Mapping[str, object]) -> tuple[SourceCommittee, ...]:
    groups = row.get("group")
    if not groups:
        return ()
    return tuple(
        [
            SourceCommittee(
                title,
                term(group.get("number")),
                term(group.get("level")) or term(group.get("type")),
                term(group.get("identifier")),
            )
            for group in mappings(groups)
            if (title := name(group.get("name")))
        ]
    )


def _relations(row: Mapping[str, object]) -> tuple[SourceRelation, ...]:
    links = row.get("rel")
    if not links:
        return ()
    return tuple(
        [
            SourceRelation(term(link.get("type")), target, name(link.get("desc")))
            for link in mappings(links)
            if (target := term(link.get("id")))
        ]
    )


def _selection(row: Mapping[str, object]) -> tuple[tuple[str, str, str], ...]:
    choice = row.get("ai")
    if not isinstance(choice, dict):
        return ()
    strength = word(choice.get("strength"))
    return tuple(
        (strength, word(rule[0]), phrase(rule[1]))
        for rule in many(choice.get("rules"))
        if isinstance(rule, list) and len(rule) == 2
    )
