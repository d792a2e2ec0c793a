"""Relaton YAML, written: what `relaton.read` reads back equal.

One record is a mapping; several are a collection (`root`, `title`, `items`), as Relaton's own tools take it. It is
written an item at a time, so that a collection of any length takes the memory of one record. The newer generation
of names is used: `docidentifier`, `source`, `status`, dates as `at`. Source: the Relaton data model
(github.com/relaton), schema version 1.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from comity.formats.catalogue.record import SourceCommittee, SourceRecord, SourceRelation

SCHEMA = "v1.5.6"
_URLS = {"page": "src", "pdf": "pdf", "preview": "obp", "doi": "doi", "other": "other"}
# The C writer is eight times faster; a PyYAML built without libyaml writes the same.
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDTH = 2**20  # no line is folded: some readers join folded lines wrongly


class _Text(str):
    """Text in quotation marks, whatever it looks like: no reader takes "010" or "no" for something else."""


class _Dumper(_DUMPER):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    _Text, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def one(record: SourceRecord) -> str:
    """A record as a file of its own."""
    return _yaml(item(record), explicit_start=True)


def collection(records: Iterable[SourceRecord], title: str) -> Iterator[str]:
    """Records as a collection, in chunks of text."""
    yield f"---\nroot:\n  title: {_yaml(title).splitlines()[0]}\n  items:\n"
    for record in records:
        yield "".join(f"  {line}\n" for line in _yaml([item(record)]).splitlines())


def item(record: SourceRecord) -> dict[str, Any]:
    """A record as Relaton's bibliographic item; what is not known is left out."""
    said: dict[str, Any] = {
        "id": re.sub(r"[^\w.-]", "", record.identifier) or "item",
        "schema_version": SCHEMA,
        "type": record.kind,
        "fetched": record.fetched,
        "title": [_titled(tag, text) for tag, text in record.titles.items() if text],
        "source": [{"type": _URLS[kind], "content": url} for kind, url in record.urls.items() if url],
        "docidentifier": _identifiers(record),
        "date": [{"type": one.kind, "at": one.value} for one in record.dates],
        "contributor": [_publisher(name) for name in record.publishers],
        "edition": {"content": record.edition} if record.edition else None,
        "version": [{"draft": record.version}] if record.version else None,
        "language": list(record.languages),
        "status": _status(record),
        "relation": [_relation(one) for one in record.relations],
        "keyword": [{"content": word} for word in record.keywords],
        "ext": _extension(record),
    }
    return {key: value for key, value in said.items() if value}


def _titled(tag: str, text: str) -> dict[str, Any]:
    """A title; the script is part of the tag, as readers of Relaton join the two."""
    language = {} if tag == "und" else {"language": tag}
    return {**language, "content": text, "type": "main"}


def _identifiers(record: SourceRecord) -> list[dict[str, Any]]:
    first = {"content": record.identifier, "type": record.source.upper() or "unknown", "primary": True}
    others = [
        {"content": one.value, "type": one.kind} for one in record.identifiers if one.kind != "designation_original"
    ]
    return [first, *others]


def _publisher(name: str) -> dict[str, Any]:
    return {"role": [{"type": "publisher"}], "organization": {"name": [{"content": name}]}}


def _status(record: SourceRecord) -> dict[str, Any]:
    parts = {"stage": record.stage, "substage": record.substage}
    return {name: {"content": text} for name, text in parts.items() if text}


def _relation(one: SourceRelation) -> dict[str, Any]:
    target = {"docidentifier": [{"content": one.target, "primary": True}]}
    note = {"description": {"content": one.note}} if one.note else {}
    return {"type": one.kind, **note, "bibitem": target}


def _extension(record: SourceRecord) -> dict[str, Any]:
    original = next((one.value for one in record.identifiers if one.kind == "designation_original"), "")
    said: dict[str, Any] = {
        "flavor": record.source,
        "doctype": {"content": record.doctype} if record.doctype else None,
        "editorialgroup": [_committee(one) for one in record.committees],
        "ics": [{"code": code} for code in record.ics],
        "structuredidentifier": {"project_number": {"content": record.project}} if record.project else None,
        "designation_original": original,
        **record.status,
    }
    return {key: value for key, value in said.items() if value}


def _committee(one: SourceCommittee) -> dict[str, Any]:
    said = {"name": one.name, "number": one.number, "type": one.kind, "identifier": one.identifier}
    return {key: value for key, value in said.items() if value}


def _quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _quoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_quoted(inner) for inner in value]
    return _Text(value) if isinstance(value, str) else value


def _yaml(value: Any, **options: Any) -> str:
    text: str = yaml.dump(
        _quoted(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, **options
    )
    return text
