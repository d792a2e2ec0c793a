"""Relaton YAML: a record or a collection a file, in three generations that are mixed within repositories.

Read by shape, never by the version a file claims: identifiers stand under `docid` or `docidentifier`,
links under `link` or `source`, dates as `value`, `at` or `from`, and anything that is a list may be one
mapping. Persons and abstracts are not read. Source: the Relaton data model (github.com/relaton).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from comity.formats.catalogue.dates import source_date
from comity.formats.catalogue.jsonl import STATUS_KEYS
from comity.formats.catalogue.languages import tag
from comity.formats.catalogue.record import NamedIdentifier, SourceCommittee, SourceDate, SourceRecord, SourceRelation
from comity.formats.errors import FormatError, Refusal
from comity.formats.tree import MAX_BYTES, TreeError, is_emptied, items, parse
from comity.formats.values import many, mappings, phrase, word

Node = Mapping[str, object]

_URLS = {"src": "page", "pdf": "pdf", "obp": "preview", "doi": "doi"}
# A project's feed and the Markdown a page is made from say nothing that the page does not.
_FOR_MACHINES = frozenset(["rss", "md"])
_PARTS = ("title-intro", "title-main", "title-part")
# What the committee of each key is, where the entry itself does not say.
_GROUPS = {
    "technical_committee": "",
    "subcommittee": "subcommittee",
    "workgroup": "workgroup",
    "committee": "",
}


def read(path: Path, source: str = "") -> Iterator[SourceRecord | Refusal]:
    """Yield the record of a file, then those that it holds whole within its relations (the RFCs of a BCP).

    `ref` is the file's name with its folder ("data/BCP0009.yaml"), which is its path in its repository.

    Raises:
        FormatError: the file is far longer than a record can be.
    """
    file = str(path)
    if path.stat().st_size > MAX_BYTES:
        yield from _of_collection(path, file, source)
        return
    try:
        documents = parse(path.read_bytes().decode("utf-8-sig"), collection=True)
    except UnicodeDecodeError as error:
        yield Refusal(file, error.object.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text")
        return
    except TreeError as error:
        yield Refusal(file, error.line, error.reason)
        return
    roots = [(line, node) for line, document in documents if not is_emptied(document) for node in many(document)]
    if not roots:
        yield Refusal(file, 1, "nothing in it")
    alone = len(roots) == 1
    for line, node in roots:
        yield from _records(node, file, 1 if alone else line, source, ref_of(path), alone=alone)


def _of_collection(path: Path, file: str, source: str) -> Iterator[SourceRecord | Refusal]:
    """A file longer than a record can be: a collection, or documents one after the other, read as it comes."""
    seen = False
    try:
        for line, node in items(path):
            if not is_emptied(node):
                seen = True
                yield from _records(node, file, line, source, ref_of(path), alone=False)
    except TreeError as error:
        if not seen:
            raise FormatError(file, error.line, f"no YAML of records: {error.reason}") from error
        yield Refusal(file, error.line, error.reason)


def ref_of(path: Path) -> str:
    """Return a file's name with its folder, by which a repository's record is known wherever it lies."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


def _records(
    node: object, file: str, line: int, source: str, ref: str, *, alone: bool
) -> Iterator[SourceRecord | Refusal]:
    if not isinstance(node, dict):
        yield Refusal(file, line, "this is YAML, but not a mapping with named fields")
        return
    if not (identifier := _primary(node)):
        yield Refusal(file, line, "the record has no identifier")
        return
    own = ref if alone else f"{ref}#{identifier}"
    yield _record(node, identifier, file, line, source or _body(node), own)
    for relation in mappings(node.get("relation")):
        inner = relation.get("bibitem")
        if isinstance(inner, dict) and _is_whole(inner) and (name := _primary(inner)):
            included = SourceRelation("includedIn", identifier)
            yield _record(inner, name, file, line, _body(inner), f"{ref}#{name}", (included,))


def _is_whole(bibitem: Node) -> bool:
    """Tell a record from a mere pointer: pointers have a title or a date, never who made the document."""
    return bool(bibitem.get("title") and bibitem.get("date") and bibitem.get("contributor"))


def _record(
    node: Node,
    identifier: str,
    file: str,
    line: int,
    source: str,
    ref: str,
    more: tuple[SourceRelation, ...] = (),
) -> SourceRecord:
    stage, substage = _stages(node)
    return SourceRecord(
        source=source,
        ref=ref,
        file=file,
        line=line,
        identifier=identifier,
        titles=_titles(node),
        identifiers=_identifiers(node, identifier),
        publishers=_publishers(node),
        kind=word(node.get("type")),
        doctype=_doctype(node),
        edition=word(_content(node.get("edition"))),
        version=next((word(item) for item in _contents(node.get("version"), "draft", "content")), ""),
        stage=stage,
        substage=substage,
        status={key: text for key in STATUS_KEYS if (text := word(_extension(node, key)))},
        dates=_dates(node, _body(node), source),
        committees=_committees(node),
        ics=_ics(node),
        keywords=_keywords(node),
        project=word(_content(_child(_extension(node, "structuredidentifier"), "project_number"))),
        relations=_relations(node) + more,
        urls=_urls(node),
        languages=tuple(tag(word(code)) for code in many(node.get("language"))),
        fetched=word(node.get("fetched")),
    )


def _child(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _extension(node: Node, key: str) -> object:
    """Return a field that stands under `ext` in newer files and at the top in older ones."""
    found = _child(node.get("ext"), key)
    return node.get(key) if found is None else found


def _content(value: object, *keys: str) -> object:
    """Return what a wrapped value holds: `{content: x}`, `{value: x}` or x itself; the first of several."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return value
    return next((value[key] for key in keys or ("content", "value") if key in value), None)


def _contents(value: object, *keys: str) -> list[object]:
    return [_content(item, *keys) for item in many(value)]


def _docids(node: Node) -> list[tuple[str, str, Node]]:
    """Return (type, identifier, entry) of each identifier, those marked primary first."""
    entries = mappings(node.get("docidentifier")) or mappings(node.get("docid"))
    found = [(word(entry.get("type")), word(_content(entry, "content", "id")), entry) for entry in entries]
    return sorted((item for item in found if item[1]), key=lambda item: word(item[2].get("primary")) != "true")


def _primary(node: Node) -> str:
    """Return the first primary identifier; IEEE marks two, the second with a trademark sign."""
    return next((identifier for _, identifier, _ in _docids(node)), "")


def _identifiers(node: Node, primary: str) -> tuple[NamedIdentifier, ...]:
    others = [
        NamedIdentifier(kind, value)
        for kind, value, entry in _docids(node)
        if value != primary and word(entry.get("scope")) != "trademark"
    ]
    # Where GOST adopts a European or international text, only this printed form of the number says so.
    if original := word(_child(node.get("ext"), "designation_original")):
        others.append(NamedIdentifier("designation_original", original))
    return tuple(others)


def _body(node: Node) -> str:
    """Return the short key of the body whose catalogue a record is from, as far as it says itself."""
    flavor = word(_child(node.get("ext"), "flavor"))
    return flavor or next((kind.lower() for kind, _, _ in _docids(node)), "")


def _language(entry: Node) -> str:
    code = word(_content(entry.get("language")))
    return tag(code, word(_content(entry.get("script")))) if code else "und"


def _titles(node: Node) -> dict[str, str]:
    """Return one title a language: the one marked `main`, else the parts joined, else what there is."""
    found: dict[str, dict[str, str]] = {}
    for entry in many(node.get("title")):
        text = phrase(_content(entry))
        kind = word(_child(entry, "type"))
        language = _language(entry) if isinstance(entry, dict) else "und"
        if text:
            found.setdefault(language, {}).setdefault(kind, text)
    return {language: _title(kinds) for language, kinds in found.items()}


def _title(kinds: dict[str, str]) -> str:
    if "main" in kinds:
        return kinds["main"]
    parts = [kinds[part] for part in _PARTS if part in kinds]
    return " - ".join(parts) if parts else kinds.get("") or next(iter(kinds.values()))


def _dates(node: Node, *sources: str) -> tuple[SourceDate, ...]:
    body = next((source for source in sources if source in ("easc", "gost")), "")
    found = []
    for entry in mappings(node.get("date")):
        value = word(_content(entry, "value", "at", "from"))
        if known := source_date(word(entry.get("type")), value, source=body):
            found.append(known)
    return tuple(found)


def _stages(node: Node) -> tuple[str, str]:
    status = node.get("docstatus") or node.get("status")
    if isinstance(status, str):
        return word(status), ""
    return word(_content(_child(status, "stage"))), word(_content(_child(status, "substage")))


def _doctype(node: Node) -> str:
    return phrase(_content(_extension(node, "doctype"), "type", "content"))


def _urls(node: Node) -> dict[str, str]:
    urls: dict[str, str] = {}
    for entry in mappings(node.get("source")) or mappings(node.get("link")):
        kind = word(entry.get("type"))
        address = word(entry.get("content"))
        if address and kind not in _FOR_MACHINES:
            urls.setdefault(_URLS.get(kind, "other"), address)
    return urls


def _ics(node: Node) -> tuple[str, ...]:
    codes = [word(_content(item, "code")) for item in many(_extension(node, "ics"))]
    codes += [word(item) for item in many(_extension(node, "ics_code"))]
    return tuple(code for code in codes if code)


def _keywords(node: Node) -> tuple[str, ...]:
    items = [*many(node.get("keyword")), *many(_child(node.get("ext"), "technology_area"))]
    texts = (phrase(_content(_content(item, "content", "vocab", "value"))) for item in items)
    return tuple(text for text in texts if text)


def _relations(node: Node) -> tuple[SourceRelation, ...]:
    found = []
    for relation in mappings(node.get("relation")):
        inner = relation.get("bibitem")
        target = _primary(inner) if isinstance(inner, dict) else ""
        target = target or word(_content(_child(inner, "formattedref")))
        if target:
            note = phrase(_content(relation.get("description")))
            found.append(SourceRelation(word(relation.get("type")), target, note))
    return tuple(found)


def _organizations(node: Node, role: str) -> Iterator[Node]:
    """Yield the organisations that have a role; persons are passed over."""
    for contributor in mappings(node.get("contributor")):
        roles = [word(_content(item, "type")) for item in many(contributor.get("role"))]
        organization = contributor.get("organization")
        if role in roles and isinstance(organization, dict):
            yield organization


def _publishers(node: Node) -> tuple[str, ...]:
    names = (
        phrase(_content(body.get("abbreviation"))) or phrase(_content(body.get("name")))
        for body in _organizations(node, "publisher")
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _committees(node: Node) -> tuple[SourceCommittee, ...]:
    groups = _extension(node, "editorialgroup")
    found: list[SourceCommittee | None] = []
    if isinstance(groups, dict):
        found += [_committee(item, _GROUPS[key]) for key in _GROUPS for item in many(groups.get(key))]
    else:
        found += [_committee(item) for item in many(groups)]
    found += [_committee(item) for item in mappings(_child(node.get("ext"), "gbcommittee"))]
    for organization in _organizations(node, "author"):
        found += [_committee(item) for item in mappings(organization.get("subdivision"))]
    return tuple(committee for committee in found if committee)


def _committee(entry: object, kind: str = "") -> SourceCommittee | None:
    if not isinstance(entry, dict):
        name = phrase(entry)
        return SourceCommittee(name, kind=kind) if name else None
    name = phrase(_content(_content(entry, "name", "content")))
    if not name:
        return None
    kind = kind or word(entry.get("subtype")) or word(entry.get("type"))
    identifier = word(_content(_content(entry.get("identifier"))))
    return SourceCommittee(name, word(entry.get("number")), kind, identifier)
