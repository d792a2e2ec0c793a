"""Write a crosswalk as an OSCAL mapping collection (JSON, version 1.2); `oscal` reads it back equal.

What OSCAL has no place for stands in properties of `NAMESPACE`. A pair without a relationship of sets has the
relationship "related" of that namespace.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from uuid import UUID, uuid5

from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping
from comity.formats.crosswalks.oscal import NAMESPACE
from comity.formats.instruments.markup import escaped

_UUIDS = UUID("0b7b1f57-1a39-5d6e-8f3c-5a1f6a5d9c42")
_WORDS = {
    "equal": "equal-to",
    "subset": "subset-of",
    "superset": "superset-of",
    "intersects": "intersects-with",
    "none": "no-relationship",
}
_RATIONALES = ("syntactic", "semantic", "functional")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# OSCAL wants a time of change, and the same crosswalk has to give the same file.
_NO_DAY = "1970-01-01"

Node = dict[str, object]


def write(crosswalk: SourceCrosswalk) -> bytes:
    """Return the collection; the same crosswalk gives the same bytes."""
    seed = uuid5(_UUIDS, repr(crosswalk).encode("utf-8", "replace").hex())
    source, target = _resource(seed, crosswalk, "source"), _resource(seed, crosswalk, "target")
    collection: Node = {
        "uuid": str(seed),
        "metadata": _metadata(crosswalk),
        "provenance": {
            "method": "automation" if crosswalk.tool else "human",
            "matching-rationale": _usual_rationale(crosswalk),
            "status": "draft" if crosswalk.tool else "complete",
            "mapping-description": escaped(crosswalk.title) or "A published crosswalk.",
        },
        "mappings": [_mapping(seed, crosswalk, source, target)],
        "back-matter": {"resources": [source, target]},
    }
    text = json.dumps({"mapping-collection": collection}, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "replace")


def _metadata(crosswalk: SourceCrosswalk) -> Node:
    day = crosswalk.published if _DAY.fullmatch(crosswalk.published) else _NO_DAY
    metadata: Node = {
        "title": escaped(crosswalk.title) or "Crosswalk",
        "last-modified": f"{day}T00:00:00Z",
        "version": "1",
        "oscal-version": "1.2.0",
    }
    said = {name: getattr(crosswalk, name) for name in ("publisher", "licence", "published", "tool")}
    return _with_props(metadata, {**said, "untitled": "" if crosswalk.title else "true"})


def _resource(seed: UUID, crosswalk: SourceCrosswalk, side: str) -> Node:
    resource: Node = {"uuid": str(uuid5(seed, side))}
    if name := escaped(getattr(crosswalk, f"{side}_name")):
        resource["title"] = name
    return _with_props(resource, {"edition": getattr(crosswalk, f"{side}_edition")})


def _mapping(seed: UUID, crosswalk: SourceCrosswalk, source: Node, target: Node) -> Node:
    mapping: Node = {
        "uuid": str(uuid5(seed, "mapping")),
        "source-resource": {"type": "catalog", "href": f"#{source['uuid']}"},
        "target-resource": {"type": "catalog", "href": f"#{target['uuid']}"},
        "maps": [_map(seed, number, one) for number, one in enumerate(crosswalk.mappings)],
    }
    gaps = {"source-gap-summary": crosswalk.no_counterpart, "target-gap-summary": crosswalk.target_no_counterpart}
    for name, refs in gaps.items():
        if refs:
            mapping[name] = {"uuid": str(uuid5(seed, name)), "unmapped-controls": [{"with-ids": list(refs)}]}
    return mapping


def _map(seed: UUID, number: int, one: SourceMapping) -> Node:
    entry: Node = {"uuid": str(uuid5(seed, f"map {number}"))}
    if one.relation not in _WORDS:
        entry["ns"] = NAMESPACE
    if one.rationale in _RATIONALES:
        entry["matching-rationale"] = one.rationale
    word = _WORDS.get(one.relation, "related")
    entry |= {
        "relationship": word,
        "sources": [{"type": "control", "id-ref": one.source_ref}],
        "targets": [{"type": "control", "id-ref": one.target_ref}],
    }
    own = _WORDS.get(one.relation, "")
    said = {
        "publisher-word": one.publisher_word if one.publisher_word != own else "",
        "unworded": "true" if own and not one.publisher_word else "",
        "strength": "" if one.strength is None else f"{one.strength:g}",
    }
    entry = _with_props(entry, said)
    if one.rationale and one.rationale not in _RATIONALES:
        entry["remarks"] = escaped(one.rationale)
    return entry


def _usual_rationale(crosswalk: SourceCrosswalk) -> str:
    """What most of the pairs say, for OSCAL wants one of the whole."""
    counted = Counter(one.rationale for one in crosswalk.mappings if one.rationale in _RATIONALES)
    return counted.most_common(1)[0][0] if counted else "semantic"


def _with_props(node: Node, said: dict[str, str]) -> Node:
    props = [{"name": name, "ns": NAMESPACE, "value": value} for name, value in said.items() if value]
    return {**node, "props": props} if props else node
