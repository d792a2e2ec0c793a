"""OSCAL control mappings (NIST, version 1.2) in JSON, YAML and XML.

A map may have several sources and targets, and its relationship is one of the two sets. Of the pairs within, it says
something only where that follows: if all of the sources together are a subset of one target, each of them is.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.formats.crosswalks.lines import lines_with
from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping, settled
from comity.formats.crosswalks.words import measured, relation_of
from comity.formats.errors import FormatError
from comity.formats.instruments import markup, oscal_xml
from comity.formats.instruments.trees import Tree, json_tree, line, mapping, yaml_tree
from comity.formats.values import many, mappings

NAMESPACE = "urn:comity:oscal"
OSCAL = "http://csrc.nist.gov/ns/oscal"
# What follows for each pair, by relation, of several sources with one target, and of one source with several targets.
_OF_MANY_SOURCES = {"none": "none", "subset": "subset", "equal": "subset"}
_OF_MANY_TARGETS = {"none": "none", "superset": "superset", "equal": "superset"}
_PUBLISHERS = ("publisher", "creator", "author", "prepared-by")


def read(content: bytes, file: str) -> tuple[SourceCrosswalk, ...]:
    """Read the mappings of one collection, each as a crosswalk.

    Raises:
        FormatError: it is none of the three, another model of OSCAL, or maps a control to nothing.
    """
    collection = mapping(_parsed(content, file).get("mapping-collection"))
    found = mappings(collection.get("mappings"))
    if not found:
        raise FormatError(file, 0, "this is not an OSCAL mapping-collection with mappings")
    count = sum(len(mappings(one.get("maps"))) for one in found)
    places = iter(lines_with(content, "relationship", count))
    return tuple(_crosswalk(file, collection, one, places) for one in found)


def _parsed(content: bytes, file: str) -> Tree:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return oscal_xml.tree(content, file)
    return mapping(json_tree(content, file) if start == b"{" else yaml_tree(content, file))


def _crosswalk(file: str, collection: Tree, one: Tree, places: Iterator[int]) -> SourceCrosswalk:
    metadata = mapping(collection.get("metadata"))
    source, target = (_resource(collection, one, f"{side}-resource") for side in ("source", "target"))
    sets = [_ends(map_) for map_ in mappings(one.get("maps"))]
    several = sum(len(sources) > 1 or len(targets) > 1 for sources, targets in sets)
    # A collection of one mapping has its gaps at either place.
    gaps = {**collection, **one} if len(mappings(collection.get("mappings"))) == 1 else one
    words = "Maps of several clauses at once, of which each pair keeps what follows for it alone"
    draft = SourceCrosswalk(
        source_name=source[0],
        source_edition=source[1],
        target_name=target[0],
        target_edition=target[1],
        title="" if _own(metadata, "untitled") else _text(metadata.get("title")),
        publisher=_own(metadata, "publisher") or _publisher(metadata),
        licence=_own(metadata, "licence"),
        tool=_own(metadata, "tool"),
        published=_own(metadata, "published") or line(metadata.get("published"))[:10],
        no_counterpart=tuple(_gaps(gaps, "source-gap-summary")),
        target_no_counterpart=tuple(_gaps(gaps, "target-gap-summary")),
        warnings=(f"{words}: {several}.",) if several else (),
    )
    return settled(file, draft, _mappings(file, one, places))


def _mappings(file: str, one: Tree, places: Iterator[int]) -> Iterator[SourceMapping]:
    for number, map_ in enumerate(mappings(one.get("maps")), 1):
        place = int(line(map_.get("_line")) or next(places, 0))
        sources, targets = _ends(map_)
        if not sources or not targets:
            known = next(iter(sources or targets), "")
            raise FormatError(file, place, f"map {number} maps {known or 'nothing'} to nothing")
        relation, word = _relation(map_)
        for source in sources:
            for target in targets:
                yield SourceMapping(
                    source_ref=source,
                    target_ref=target,
                    relation=_of_pair(relation, len(sources), len(targets)),
                    publisher_word=word,
                    strength=measured(_own(map_, "strength")),
                    rationale=_text(map_.get("remarks")) or line(map_.get("matching-rationale")),
                    line=place,
                )


def _relation(map_: Tree) -> tuple[str, str]:
    """The relation of a map and the word for it, which may be of another namespace."""
    stated = map_.get("relationship")
    within = mapping(stated)
    word = line(within.get("type")) if within else line(stated)
    namespace = line(within.get("ns")) or line(map_.get("ns")) or OSCAL
    ours = namespace == NAMESPACE
    printed = "" if ours or _own(map_, "unworded") else word
    # A word of another namespace may mean anything.
    return relation_of(word) if namespace == OSCAL else "", _own(map_, "publisher-word") or printed


def _of_pair(relation: str, sources: int, targets: int) -> str:
    if sources == 1 and targets == 1:
        return relation
    if sources > 1 and targets > 1:
        return relation if relation == "none" else ""
    return (_OF_MANY_SOURCES if sources > 1 else _OF_MANY_TARGETS).get(relation, "")


def _ends(map_: Tree) -> tuple[list[str], list[str]]:
    return _refs(map_.get("sources")), _refs(map_.get("targets"))


def _refs(items: object) -> list[str]:
    return [ref for item in mappings(items) if (ref := line(item.get("id-ref")))]


def _resource(collection: Tree, one: Tree, name: str) -> tuple[str, str]:
    """The name and the edition of a mapped resource: as its back matter has it, or else its address."""
    resource = mapping(one.get(name))
    address = line(resource.get("href"))
    back = mappings(mapping(collection.get("back-matter")).get("resources"))
    meant = next((item for item in back if address == f"#{line(item.get('uuid'))}"), {})
    if meant:
        return _text(meant.get("title")), _own(meant, "edition") or _own(meant, "version")
    return _own(resource, "title") or _text(resource.get("title")) or address, ""


def _gaps(one: Tree, name: str) -> Iterator[str]:
    for selected in mappings(mapping(one.get(name)).get("unmapped-controls")):
        yield from (line(ref) for ref in many(selected.get("with-ids")))


def _publisher(metadata: Tree) -> str:
    parties = {line(party.get("uuid")): party for party in mappings(metadata.get("parties"))}
    roles = mappings(metadata.get("responsible-parties"))
    for wanted in _PUBLISHERS:
        for role in roles:
            named = [parties[key] for key in map(line, many(role.get("party-uuids"))) if key in parties]
            if line(role.get("role-id")) == wanted and named:
                return line(named[0].get("name"))
    return line(next(iter(parties.values()), {}).get("name"))


def _own(one: Tree, name: str) -> str:
    """The value of a property, "" where it is not there."""
    found = (prop for prop in mappings(one.get("props")) if line(prop.get("name")) == name)
    return line(next(found, {}).get("value"))


def _text(value: object) -> str:
    """Markdown as text on one line; XML has it a level deeper."""
    return " ".join(markup.plain(line(mapping(value).get("prose")) or line(value), lambda _id: "").split())
