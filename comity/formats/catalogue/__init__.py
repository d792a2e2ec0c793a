"""Read catalogues of standards and policies: JSON Lines, JSON, Relaton YAML, RIS, CSV and XLSX.

    for item in read("iso.jsonl.gz"):
        match item: SourceRecord | Refusal

Every reader yields `SourceRecord`s, and a `Refusal` with file and line for what it could not take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from comity.formats.catalogue import jsonl, relaton, ris, table
from comity.formats.catalogue.columns import FIELDS, guess_mapping
from comity.formats.catalogue.detect import FORMATS, detect, files
from comity.formats.catalogue.record import NamedIdentifier, SourceCommittee, SourceDate, SourceRecord, SourceRelation
from comity.formats.catalogue.table import headers
from comity.formats.errors import FormatError, Refusal

__all__ = [
    "FIELDS",
    "FORMATS",
    "FormatError",
    "NamedIdentifier",
    "Refusal",
    "SourceCommittee",
    "SourceDate",
    "SourceRecord",
    "SourceRelation",
    "detect",
    "files",
    "guess_mapping",
    "headers",
    "read",
]


def read(
    path: Path | str, *, source: str = "", mapping: Mapping[str, str] | None = None, start_line: int = 0
) -> Iterator[SourceRecord | Refusal]:
    """Yield what a file holds, in the order of the file.

    Args:
        source: the short key the records get; by default what each says itself (`body`, the kind of its
            identifier), "nist" for RIS, "oecd" for policies, the file's name for tables.
        mapping: for tables, `{field: column header}` (see `table`); by default it is guessed.
        start_line: resume after so many lines or rows. JSON Lines passes over them without parsing; the
            other formats read them and do not yield what they hold.

    Raises:
        FormatError: the file cannot be read at all; at once where its format is not known, and otherwise
            when the first item is asked for.
    """
    path = Path(path)
    form = detect(path)
    if form in ("jsonl", "jsonl.gz"):
        return jsonl.read(path, source, start_line)
    items = _items(form, path, source, mapping)
    return (item for item in items if item.line > start_line) if start_line else items


def _items(form: str, path: Path, source: str, mapping: Mapping[str, str] | None) -> Iterator[SourceRecord | Refusal]:
    if form == "json":
        return jsonl.read_list(path, source)
    if form == "yaml":
        return relaton.read(path, source)
    if form == "ris":
        return ris.read(path, source)
    if form == "csv":
        return table.read_csv(path, source, mapping)
    return table.read_xlsx(path, source, mapping)
