"""The Simple Standard for Sharing Ontology Mappings, its table form (SSSOM/TSV, https://w3id.org/sssom).

Lines of "#" before the table are YAML about the whole set. A predicate is read from subject to object: with
skos:broadMatch the object is the wider one, so the subject is a subset. "sssom:NoTermFound" on one side says that
the other has no counterpart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from comity.formats import tree
from comity.formats.crosswalks import rows
from comity.formats.crosswalks.cells import unguarded
from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping, settled
from comity.formats.crosswalks.words import measured
from comity.formats.errors import FormatError
from comity.formats.instruments.source import decoded
from comity.formats.instruments.trees import Tree, line, mapping
from comity.formats.values import many

PREDICATES = {
    "skos:exactMatch": "equal",
    "owl:equivalentClass": "equal",
    "owl:sameAs": "equal",
    "skos:broadMatch": "subset",
    "rdfs:subClassOf": "subset",
    "skos:narrowMatch": "superset",
    "skos:closeMatch": "intersects",
    "skos:relatedMatch": "",
}
NO_TERM = "sssom:NoTermFound"
TOOL = "Comity"
"""The mapping tool that our own files name: their refs are percent-encoded, and their words are complete."""

_NAMESPACES = {
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/2002/07/owl#": "owl:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
    "https://w3id.org/sssom/": "sssom:",
}
_NEEDED = ("subject_id", "predicate_id", "object_id")
_PREFIX = re.compile(r"([A-Za-z_][\w.\-]{0,80}):(?!//)(?=.)")
# Ways of matching that say nothing about why two clauses belong together.
_UNTOLD = ("semapv:UnspecifiedMatching", "semapv:ManualMappingCuration")
# To deny these is to deny that there is any relationship.
_WEAK = ("intersects", "")

Cells = Mapping[str, str]


def fits(names: Sequence[str]) -> bool:
    """Whether these are the headers of an SSSOM table."""
    return {"subject_id", "object_id"} <= {name.strip() for name in names}


def read(content: bytes, file: str) -> tuple[SourceCrosswalk, ...]:
    """Read one mapping set.

    Raises:
        FormatError: it is no such table, its metadata is no YAML, or a row maps a term to nothing.
    """
    text, warnings = decoded(content, file)
    lines = text.split("\n")
    about, below = _metadata(lines, file)
    header = rows.header_of(lines[below:], fits)
    if header is None:
        raise FormatError(file, below + 1, f"this is not SSSOM: there is no header with {', '.join(_NEEDED)}")
    if "predicate_id" not in (name.strip() for name in header.names):
        raise FormatError(file, below + header.place + 1, "this is not SSSOM: there is no column predicate_id")
    table = [
        (number + below, {name.strip(): cell.strip() for name, cell in zip(header.names, cells, strict=False)})
        for number, cells in rows.text_rows(lines[below:], header, file)
    ]
    return (_crosswalk(file, about, table, warnings),)


def _metadata(lines: Sequence[str], file: str) -> tuple[Tree, int]:
    """What the lines of "#" say, and how many they are."""
    below = next((place for place, text in enumerate(lines) if not text.startswith("#")), len(lines))
    text = "\n".join(one[1:] for one in lines[:below])
    if len(text) > tree.MAX_BYTES:
        raise FormatError(file, 1, "the lines before the table are too long to be about it")
    # Some tools write "# key", others "#key".
    if all(one[1:2] in (" ", "") for one in lines[:below]):
        text = "\n".join(one[2:] for one in lines[:below])
    try:
        documents = tree.parse(text)
    except tree.TreeError as error:
        raise FormatError(file, error.line, f"the lines of # before the table: {error.reason}") from None
    return mapping(documents[0][1]) if documents else {}, below


def _crosswalk(
    file: str, about: Tree, table: Sequence[tuple[int, Cells]], warnings: tuple[str, ...]
) -> SourceCrosswalk:
    own = TOOL in (line(one) for one in many(about.get("mapping_tool")))
    prefixes = {side: _prefix(about, table, side) for side in ("subject", "object")}
    creators = ", ".join(filter(None, (line(one) for one in many(about.get("creator_label")))))
    if too_much := _overstated(table):
        warnings = (*warnings, too_much)
    draft = SourceCrosswalk(
        source_name=_constant(about, table, "subject_source") or ("" if own else prefixes["subject"]),
        source_edition=_constant(about, table, "subject_source_version"),
        target_name=_constant(about, table, "object_source") or ("" if own else prefixes["object"]),
        target_edition=_constant(about, table, "object_source_version"),
        title=line(about.get("mapping_set_title")),
        publisher=creators or line(about.get("mapping_provider")),
        licence=line(about.get("license")),
        published=line(about.get("publication_date")) or line(about.get("mapping_date")),
        warnings=warnings,
        tool=line(about.get("mapping_tool_version")) if own else "",
    )
    return settled(file, draft, _mappings(table, prefixes, own))


def _mappings(table: Sequence[tuple[int, Cells]], prefixes: Mapping[str, str], own: bool) -> Iterator[SourceMapping]:
    for number, row in table:
        source, target = (_ref(row, side, prefixes[side], own) for side in ("subject", "object"))
        missing = NO_TERM in (_short(row.get("subject_id", "")), _short(row.get("object_id", "")))
        denied = row.get("predicate_modifier", "").casefold() == "not"
        predicate = _short(row.get("predicate_id", ""))
        printed = " ".join(filter(None, ("Not" if denied else "", predicate)))
        strength = measured(row.get("similarity_score", ""))
        yield SourceMapping(
            source_ref=source,
            target_ref=target,
            relation="none" if denied or missing else PREDICATES.get(predicate, ""),
            publisher_word=_own(row, "predicate_label") if own else row.get("predicate_label", "") or printed,
            strength=strength if strength is not None else measured(row.get("confidence", "")),
            rationale=_own(row, "comment") if own else _rationale(row),
            line=number,
        )


def _rationale(row: Cells) -> str:
    justification = row.get("mapping_justification", "")
    return row.get("comment", "") or ("" if justification in _UNTOLD else justification)


def _own(row: Cells, name: str) -> str:
    return unguarded(row.get(name, ""))


def _ref(row: Cells, side: str, prefix: str, own: bool) -> str:
    identifier = row.get(f"{side}_id", "")
    if _short(identifier) == NO_TERM:
        return ""
    bare = identifier.removeprefix(f"{prefix}:") if prefix else identifier
    # A literal has a label and no identifier.
    return (unquote(bare) if own else bare) or row.get(f"{side}_label", "")


def _prefix(about: Tree, table: Sequence[tuple[int, Cells]], side: str) -> str:
    """The prefix of all identifiers of one side, if they have one and the file says what it stands for."""
    found: set[str] = set()
    for _number, row in table:
        identifier = row.get(f"{side}_id", "")
        if identifier and _short(identifier) != NO_TERM:
            prefix = _PREFIX.match(identifier)
            found.add(prefix[1] if prefix else "")
    [only] = found if len(found) == 1 else [""]
    return only if only in mapping(about.get("curie_map")) else ""


def _constant(about: Tree, table: Sequence[tuple[int, Cells]], name: str) -> str:
    """What the set says, or else the first row that says it."""
    return line(about.get(name)) or next((row[name] for _number, row in table if row.get(name)), "")


def _overstated(table: Sequence[tuple[int, Cells]]) -> str:
    """A warning where a denial is of one relationship only, and is read as one of all."""
    for number, row in table:
        predicate = _short(row.get("predicate_id", ""))
        if row.get("predicate_modifier", "").casefold() == "not" and PREDICATES.get(predicate) not in _WEAK:
            words = f"'Not {predicate[:60]}' (line {number})"
            return f"Denials such as {words} are read as no relationship; they may say less."
    return ""


def _short(identifier: str) -> str:
    """An identifier of the vocabularies with its usual prefix."""
    for address, prefix in _NAMESPACES.items():
        if identifier.startswith(address):
            return prefix + identifier.removeprefix(address)
    return identifier
