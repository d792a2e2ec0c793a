"""The project's own form: one JSON file per instrument and language.

    {id, title, body, language, source, licence, redistribute, clauses: [{ref, parent, heading, text}]}

What only some instruments have is left out where it is empty: `version`, `date`, `nature`, and of a clause `kind`
(where its ref does not say it already), `guidance` and `summary`.
"""

from __future__ import annotations

import json

from comity.formats.errors import FormatError
from comity.formats.instruments.kinds import kind_of_ref
from comity.formats.instruments.model import KINDS, SourceClause, SourceInstrument, settled
from comity.formats.instruments.trees import Tree, json_tree, line, prose

_REDISTRIBUTE = ("yes", "no", "check")
_NATURES = ("official", "translation", "machine", "outline", "summary")


def read(content: bytes, file: str) -> SourceInstrument:
    """Read one file.

    Raises:
        FormatError: it is no JSON of this form, or has no clauses.
    """
    whole = json_tree(content, file)
    if not isinstance(whole, dict) or not isinstance(whole.get("clauses"), list):
        raise FormatError(file, 0, 'this is not an instrument: it has no list of "clauses"')
    return SourceInstrument(
        title=line(whole.get("title")),
        clauses=settled(file, [_clause(item, file, place) for place, item in enumerate(whole["clauses"], 1)]),
        form="comity-json",
        language=line(whole.get("language")),
        identifier=line(whole.get("identifier")) or line(whole.get("id")),
        body=line(whole.get("body")),
        version=line(whole.get("version")),
        date=line(whole.get("date")),
        licence=line(whole.get("licence")),
        redistribute=_one_of(_REDISTRIBUTE, whole.get("redistribute")) or "check",
        nature=_one_of(_NATURES, whole.get("nature")),
        source=line(whole.get("source")),
    )


def write(instrument: SourceInstrument) -> bytes:
    """Return the instrument in this form; `read` gives it back, without doubts, lines and warnings."""
    form: dict[str, object] = {
        "id": instrument.identifier,
        "title": instrument.title,
        "body": instrument.body,
        "language": instrument.language,
        "source": instrument.source,
        "licence": instrument.licence,
        "redistribute": instrument.redistribute,
    }
    for name in ("version", "date", "nature"):
        if value := getattr(instrument, name):
            form[name] = value
    form["clauses"] = [_written(clause) for clause in instrument.clauses]
    return json.dumps(form, ensure_ascii=False, indent=0).encode("utf-8", "replace")


def _clause(item: object, file: str, place: int) -> SourceClause:
    if not isinstance(item, dict):
        raise FormatError(file, 0, f"clause {place} is not an object with ref, parent, heading and text")
    ref = line(item.get("ref"))
    return SourceClause(
        ref=ref,
        parent=line(item.get("parent")) or None,
        kind=_one_of(KINDS, item.get("kind")) or kind_of_ref(ref),
        heading=prose(item.get("heading")),
        text=prose(item.get("text")),
        guidance=prose(item.get("guidance")),
        summary=prose(item.get("summary")),
    )


def _written(clause: SourceClause) -> Tree:
    written: dict[str, object] = {"ref": clause.ref, "parent": clause.parent}
    if clause.kind != kind_of_ref(clause.ref):
        written["kind"] = clause.kind
    written |= {"heading": clause.heading, "text": clause.text}
    for name in ("guidance", "summary"):
        if value := getattr(clause, name):
            written[name] = value
    return written


def _one_of(words: tuple[str, ...], value: object) -> str:
    """`value` where it is one of `words`, else ""."""
    return value if isinstance(value, str) and value in words else ""
