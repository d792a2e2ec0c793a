"""Lists of records in JSON, such as the NIST AI RMF Playbook: one object a row, its keys the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.formats.errors import FormatError
from comity.formats.instruments import columns
from comity.formats.instruments.model import SourceInstrument, settled
from comity.formats.instruments.trees import Tree, json_tree, prose
from comity.formats.values import many


def read(content: bytes, file: str, mapping: Mapping[str, str] | None = None, language: str = "") -> SourceInstrument:
    """Read a list of objects; without a mapping `{field: key}` (see `columns`), one is guessed from the keys.

    Raises:
        FormatError: it is no list of objects, no key can be the ref, or a mapped key is in no object; or
            parents go in a circle.
    """
    records = _records(json_tree(content, file), file)
    keys = list(dict.fromkeys(key for record in records for key in record))
    fields = dict(mapping) if mapping else columns.guess(keys)
    if not fields:
        shown = ", ".join(key[:40] for key in keys[:30])
        raise FormatError(file, 0, f"no key looks like the number of a clause; say which one is (keys: {shown})")
    columns.check(fields, file)
    for key in fields.values():
        if key not in keys:
            raise FormatError(file, 0, f"no record has the key {key!r}")
    rows, language, warnings = columns.in_language(_rows(records, fields), language, file)
    return SourceInstrument(
        title="",
        clauses=settled(file, columns.clauses(rows, file, "parent" in fields)),
        form="playbook-json",
        language=language,
        warnings=warnings,
    )


def _rows(records: list[Tree], fields: Mapping[str, str]) -> Iterator[columns.Row]:
    for place, record in enumerate(records, 1):
        cells = {field: _text(record.get(key)) for field, key in fields.items()}
        if any(text.strip() for text in cells.values()):
            yield columns.Row(place, cells)


def _records(value: object, file: str) -> list[Tree]:
    """The list of objects that a file is, or the only one in it."""
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list) and one]
        value = lists[0] if len(lists) == 1 else None
    records: list[Tree] = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    if not records:
        raise FormatError(file, 0, "this is not a list of records")
    return records


def _text(value: object) -> str:
    """A text or number as text, a list of these one a line."""
    return "\n".join(filter(None, map(prose, many(value))))
