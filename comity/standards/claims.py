"""From what sources state to what the catalogue shows.

A claim is a source's record as plain JSON. Claims of one edition are merged field by field, in this
order of precedence:

1. this node's editors, for the fields they state and for no others (see `of_editors`);
2. the catalogue of a body that publishes the document, before anybody else's;
3. the claim read later, before the one read earlier;
4. the source's key and the record's place, so that the order never wavers.

The first claim that has a value gives it; where another has a different one, both are kept as a
difference with source and date. What differs only in spelling or precision does not count. What the
editors state holds as it stands: no other source makes it more precise, and no import overwrites it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from comity.engine import identifiers, stages, text
from comity.engine.identifiers import Reference
from comity.formats.catalogue.record import SourceRecord
from comity.standards.models import DocumentType, RelationKind

Data = dict[str, Any]

EDITORS = "editors"  # the source of what people of this node state
# In this order a date stands for the edition: when it came out, else the nearest thing to it.
EDITION_APART = ("ecma", "instruments")  # sources that state the edition beside the identifier
MAIN_DATES = ("published", "issued", "confirmed", "created", "updated")


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim, ready to be merged."""

    source: str
    publishers: frozenset[str]
    ref: str
    read_on: str
    data: Data
    digest: str


@dataclass(slots=True)
class Merged:
    """An edition as the claims together state it."""

    identifier: str
    number: str = ""
    version_label: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    stage: str = stages.Stage.UNKNOWN.value
    stage_words: str = ""
    stage_inferred: bool = False
    date: str = ""
    dates: dict[str, str] = field(default_factory=dict)
    doctype: str = ""
    type: str = DocumentType.OTHER
    committee: tuple[str, str] = ("", "")
    publishers: tuple[str, ...] = ()
    languages: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    ics: list[str] = field(default_factory=list)
    territory: str = ""
    sources: list[dict[str, str]] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)


def state(record: SourceRecord) -> Data:
    """A source's record as the JSON that is kept of it: only what has a value."""
    data: Data = {
        "identifier": record.identifier,
        "titles": record.titles,
        "identifiers": [[one.kind, one.value] for one in record.identifiers],
        "publishers": list(record.publishers),
        "kind": record.kind,
        "doctype": record.doctype,
        "edition": record.edition,
        "version": record.version,
        "stage": record.stage,
        "substage": record.substage,
        "status": record.status,
        "dates": [[one.kind, one.value] for one in record.dates],
        "committees": [[one.name, one.number, one.kind, one.identifier] for one in record.committees],
        "ics": list(record.ics),
        "keywords": list(record.keywords),
        "project": record.project,
        "relations": [[one.kind, one.target, one.note] for one in record.relations],
        "urls": record.urls,
        "languages": list(record.languages),
        "territory": record.territory,
    }
    return {key: value for key, value in data.items() if value}


_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(data: Data) -> bytes:
    """16 bytes that stand for what a claim says."""
    return blake2b(_dump(data).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def reference(record: SourceRecord) -> Reference:
    """Which document and edition a record is about."""
    found = identifiers.parse(record.identifier, record.source)
    if record.edition and not found.edition and record.source in EDITION_APART:
        return identifiers.with_edition(found, record.edition)
    return found


def of_editors(says: Mapping[str, Any], why: Mapping[str, Any]) -> Data:
    """What editors state of an edition as a claim: the fields they state, and of each who, when and why.

    `says` holds any of: identifier, titles (by language), stage (of the common scale), published, committee,
    edition, type (of `DocumentType`), page, ics, languages, territory, publishers, relations.
    """
    alone = ("identifier", "titles", "stage", "edition", "type", "ics", "languages", "territory", "publishers")
    data: Data = {key: says[key] for key in alone if says.get(key)}
    if published := says.get("published"):
        data["dates"] = [["published", published]]
    if committee := says.get("committee"):
        data["committees"] = [["", "", "", committee]]
    if page := says.get("page"):
        data["urls"] = {"page": page}
    if relations := says.get("relations"):
        data["relations"] = [[kind, target, ""] for kind, target in relations]
    return {**data, "because": {field: dict(why[field]) for field in says if says[field] and field in why}}


def in_order(statements: Iterable[Statement], publishers: Iterable[str]) -> list[Statement]:
    """Statements by precedence, best first."""
    own = frozenset(publishers)
    ordered = sorted(statements, key=lambda s: (s.source, s.ref))
    ordered.sort(key=lambda s: s.read_on, reverse=True)
    ordered.sort(key=lambda s: own.isdisjoint(s.publishers))
    ordered.sort(key=lambda s: s.source != EDITORS)
    return ordered


def merge(statements: Sequence[Statement], about: Reference) -> Merged:
    """What the statements about one edition say together, with where they differ."""
    ordered = in_order(statements, about.publishers)
    printed = _first(ordered, "identifier") or about.text
    # OGC prints "25-012" alone; a number without a publisher says nothing in a list.
    merged = Merged(identifier=about.key if printed[:1].isdigit() else printed)
    merged.sources = [{"source": s.source, "ref": s.ref, "read": s.read_on, "digest": s.digest} for s in ordered]
    merged.number = _first(ordered, "edition")
    merged.version_label = _first(ordered, "version")
    merged.doctype = _first(ordered, "doctype") or _first(ordered, "kind")
    merged.territory = _first(ordered, "territory")
    merged.publishers = _publishers(ordered)
    merged.ics = next((s.data["ics"] for s in ordered if s.data.get("ics")), [])
    fixed: frozenset[str] = frozenset()
    for statement in ordered:
        for language, title in statement.data.get("titles", {}).items():
            if title.casefold() not in _PLACEHOLDERS:
                merged.titles.setdefault(language, title)
        for kind, address in statement.data.get("urls", {}).items():
            merged.links.setdefault(kind, address)
        for kind, value in statement.data.get("dates", ()):
            _set_date(merged.dates, kind, value, fixed)
        if statement.source == EDITORS:
            fixed = frozenset(merged.dates)
        merged.languages += [tag for tag in statement.data.get("languages", ()) if tag not in merged.languages]
    merged.date = next((merged.dates[kind] for kind in MAIN_DATES if kind in merged.dates), "")
    merged.type = _first(ordered, "type") or document_type(about, merged.doctype)
    merged.committee = _committee(ordered)
    _set_stage(merged, ordered, about)
    if len(ordered) > 1:
        merged.differences = _differences(ordered, about)
    return merged


def _first(ordered: Sequence[Statement], key: str) -> str:
    return next((s.data[key] for s in ordered if s.data.get(key)), "")


def _set_date(dates: dict[str, str], kind: str, value: str, fixed: frozenset[str]) -> None:
    """Keep the first claim's date, made more precise by later ones that agree with it, unless it is `fixed`."""
    known = dates.get(kind)
    if known is None or (kind not in fixed and value.startswith(known) and len(value) > len(known)):
        dates[kind] = value


def _reading(statement: Statement, about: Reference) -> stages.StageReading:
    data = statement.data
    dated = any(kind in ("published", "issued") for kind, _value in data.get("dates", ()))
    return stages.read(
        statement.source,
        stage=data.get("stage", ""),
        substage=data.get("substage", ""),
        status=data.get("status", {}),
        identifier_stage=about.stage,
        edition=about.edition,
        published=dated,
    )


def _set_stage(merged: Merged, ordered: Sequence[Statement], about: Reference) -> None:
    telling = [one for one in ordered if one.source != EDITORS or one.data.get("stage")]
    readings = [_reading(statement, about) for statement in telling or ordered]
    stated = [one for one in readings if not one.inferred and one.stage != stages.Stage.UNKNOWN]
    best = (stated or readings)[0]
    merged.stage, merged.stage_words, merged.stage_inferred = best.stage.value, best.words, best.inferred


def _committee(ordered: Sequence[Statement]) -> tuple[str, str]:
    """(designation, name) of the committee; of an ancestor and its descendant, the descendant."""
    stated = [
        (statement.source, pair)
        for statement in ordered
        for group in statement.data.get("committees", ())[:1]
        if (pair := designate(statement.source, *group))[0]
    ]
    if not stated:
        return "", ""
    found = [pair for _source, pair in stated]
    best = found[0]
    for other in found[1:] if stated[0][0] != EDITORS else ():
        if other[0].startswith(best[0] + "/"):
            best = other
    name = next((name for designation, name in found if designation == best[0] and name), "")
    return best[0], name


_PLACEHOLDERS = {"titre manque"}  # what ISO's catalogue prints where a French title is missing
_UNSTATED = {"UNKNOWN WORKING GROUP", "TECHNICAL"}


def designate(source: str, name: str, number: str, kind: str, identifier: str) -> tuple[str, str]:
    """How a committee is called: (designation, name), from what each source gives."""
    if identifier:
        return identifier, name if name != identifier else ""
    if not name or name.upper() in _UNSTATED:
        return "", ""
    if source == "iec" and not name.startswith(("ISO", "IEC")):
        return f"IEC {name}", ""
    if source == "3gpp":
        return _of_3gpp(name), ""
    if source == "etsi":
        return f"ETSI {name}", ""
    return name, ""


_PLENARY_3GPP = {"R": "RAN", "S": "SA", "C": "CT", "T": "T", "N": "CN", "G": "GERAN"}


def _of_3gpp(name: str) -> str:
    group = _PLENARY_3GPP.get(name[:1])
    if group is None or len(name) != 2:
        return f"3GPP {name}"
    return f"3GPP {group}" if name[1] == "P" else f"3GPP {group}/WG{name[1]}"


_TYPES: tuple[tuple[str, str], ...] = (
    ("amendment", DocumentType.AMENDMENT),
    ("corrigendum", DocumentType.AMENDMENT),
    ("supplement", DocumentType.SUPPLEMENT),
    ("report", DocumentType.REPORT),
    ("technical-report", DocumentType.REPORT),
    ("technicalreport", DocumentType.SPECIFICATION),  # W3C calls every specification so
    ("specification", DocumentType.SPECIFICATION),
    ("recommendation", DocumentType.RECOMMENDATION),
    ("guide", DocumentType.GUIDE),
    ("handbook", DocumentType.GUIDE),
    ("best-practice", DocumentType.GUIDE),
    ("directive", DocumentType.GUIDE),
    ("standard", DocumentType.STANDARD),
    ("norme", DocumentType.STANDARD),
)
_SUPPLEMENTS = {
    "amendment": DocumentType.AMENDMENT,
    "corrigendum": DocumentType.AMENDMENT,
    "erratum": DocumentType.AMENDMENT,
}


def document_type(about: Reference, doctype: str) -> str:
    """The common type: from the identifier where it says so, else from the source's word for it."""
    if about.supplement:
        return _SUPPLEMENTS.get(about.supplement, DocumentType.SUPPLEMENT)
    word = doctype.lower().replace(" ", "-")
    if word in ("ts", "technicalreport") or "W3C" in about.publishers or "3GPP" in about.publishers:
        return DocumentType.REPORT if word == "tr" else DocumentType.SPECIFICATION
    if "OECD" in about.publishers or word.startswith("policy"):
        return DocumentType.POLICY
    if "NIST" in about.publishers:
        return DocumentType.STANDARD if about.type == "FIPS" else DocumentType.REPORT
    return next((kind for part, kind in _TYPES if part in word), DocumentType.OTHER)


def _differences(ordered: Sequence[Statement], about: Reference) -> list[dict[str, Any]]:
    found = []
    compared: _Compared = [
        ("stage", lambda s: _stated_stage(s, about), _equal),
        ("title", lambda s: s.data.get("titles", {}).get("en", ""), _same_title),
        ("date", _publication, _same_date),
        ("committee", _committee_of, _same_committee),
        ("edition", lambda s: s.data.get("edition", ""), _equal),
    ]
    if ordered[0].source == EDITORS:
        compared = _compared_with_editors(ordered[0].data, compared, about)
    for name, value_of, same in compared:
        stated = [(value, s) for s in ordered if (value := value_of(s))]
        if len(stated) > 1 and any(not same(stated[0][0], value) for value, _s in stated[1:]):
            found.append(
                {
                    "field": name,
                    "values": [{"value": value, "source": s.source, "read": s.read_on} for value, s in stated],
                }
            )
    return found


_Compared = list[tuple[str, Callable[[Statement], str], Callable[[str, str], bool]]]


def _compared_with_editors(said: Data, compared: _Compared, about: Reference) -> _Compared:
    """What people stated differs wherever it is not the same: nothing they changed goes unseen."""
    exactly = {"stage": "stage", "date": "dates", "committee": "committees", "title": "titles"}
    mine = {name for name, key in exactly.items() if said.get(key)}
    found = [(name, value_of, _equal if name in mine else same) for name, value_of, same in compared]
    for tag in said.get("titles", {}):
        if tag != "en":
            found.append(("title", lambda s, tag=tag: s.data.get("titles", {}).get(tag, ""), _equal))
    if said.get("type"):
        found.append(("type", lambda s: s.data.get("type") or _type_of(s, about), _equal))
    for name in ("territory", "identifier"):
        if said.get(name):
            found.append((name, lambda s, name=name: s.data.get(name, ""), _equal))
    if said.get("urls"):
        found.append(("page", lambda s: s.data.get("urls", {}).get("page", ""), _equal))
    return found


def _type_of(statement: Statement, about: Reference) -> str:
    word = statement.data.get("doctype") or statement.data.get("kind")
    return str(document_type(about, word)) if word else ""


def _publishers(ordered: Sequence[Statement]) -> tuple[str, ...]:
    """Codes of bodies as sources state them that name known bodies; other sources give names, not codes."""
    naming = (EDITORS, "instruments")
    return next((tuple(s.data["publishers"]) for s in ordered if s.source in naming and s.data.get("publishers")), ())


def _stated_stage(statement: Statement, about: Reference) -> str:
    reading = _reading(statement, about)
    return "" if reading.inferred or reading.stage == stages.Stage.UNKNOWN else reading.stage.value


def _publication(statement: Statement) -> str:
    return next((value for kind, value in statement.data.get("dates", ()) if kind == "published"), "")


def _committee_of(statement: Statement) -> str:
    groups = statement.data.get("committees", ())
    return designate(statement.source, *groups[0])[0] if groups else ""


def _equal(a: str, b: str) -> bool:
    return a == b


def _same_title(a: str, b: str) -> bool:
    return a == b or text.terms(a) == text.terms(b)


def _same_date(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _same_committee(a: str, b: str) -> bool:
    return a == b or a.startswith(b + "/") or b.startswith(a + "/")


_RELATIONS: Mapping[str, str] = {
    "obsoletes": RelationKind.SUPERSEDES,
    "obsoletedBy": RelationKind.SUPERSEDED_BY,
    "updatedBy": RelationKind.SUPERSEDED_BY,
    "amends": RelationKind.AMENDS,
    "amendedBy": RelationKind.AMENDED_BY,
    "adoptedFrom": RelationKind.ADOPTS,
    "adoptedAs": RelationKind.ADOPTED_BY,
    "identical": RelationKind.IDENTICAL,
    "equivalent": RelationKind.IDENTICAL,
    "cites": RelationKind.CITES,
    "citedBy": RelationKind.CITED_BY,
    "editionOf": RelationKind.EDITION_OF,
    "hasEdition": RelationKind.HAS_EDITION,
    "includes": RelationKind.INCLUDES,
    "includedIn": RelationKind.INCLUDED_IN,
    "hasPart": RelationKind.INCLUDES,
    "partOf": RelationKind.INCLUDED_IN,
    "complements": RelationKind.COMPLEMENTS,
    "complementOf": RelationKind.COMPLEMENTED_BY,
    "derivedFrom": RelationKind.DERIVES_FROM,
    "supersedes": RelationKind.SUPERSEDES,
    "superseded_by": RelationKind.SUPERSEDED_BY,
    "adopts": RelationKind.ADOPTS,
}
_IEEE_UPDATES = {
    "revises": RelationKind.SUPERSEDES,
    "amends": RelationKind.AMENDS,
    "corrects": RelationKind.AMENDS,
}


def relation_kind(source: str, words: str, note: str, about: Reference, target: Reference) -> str:
    """What a source's relation means on the common scale.

    `updates` is the hard one. ISO's catalogue points it at the later document (29,010 of 29,017 that can
    be told by their years), so there it means superseded or amended by; IEEE says in a note whether it
    revises, amends or corrects; elsewhere it means what it says.
    """
    if source == EDITORS:
        return words  # they choose from the scale itself
    if words == "updates":
        return _updates(source, note, about, target)
    if words == "hasEdition" and target.document != about.document:
        return RelationKind.RELATED  # ITU lists neighbours in the series this way
    if words == "updatedBy" and source != "w3c" and target.part_of:
        return RelationKind.AMENDED_BY
    return _RELATIONS.get(words, RelationKind.RELATED)


def _updates(source: str, note: str, about: Reference, target: Reference) -> str:
    if source == "iso":
        return RelationKind.AMENDED_BY if target.part_of and not about.part_of else RelationKind.SUPERSEDED_BY
    if note in _IEEE_UPDATES:
        return _IEEE_UPDATES[note]
    if target.document == about.document:
        return RelationKind.SUPERSEDES
    return RelationKind.AMENDS
