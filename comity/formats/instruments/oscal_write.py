"""Write an instrument as an OSCAL catalogue (JSON, version 1.1.2).

What OSCAL has no place for stands in properties of `NAMESPACE`, so that reading it again gives equal clauses.
"""

from __future__ import annotations

import json
import re
from uuid import UUID, uuid5

from comity.formats.instruments.markup import escaped
from comity.formats.instruments.model import SourceClause, SourceInstrument

NAMESPACE = "urn:comity:oscal"
_UUIDS = UUID("6f9d2c1e-30b5-5c80-9a55-6c3c8f0f4b17")
_GROUPS = ("group", "preamble", "part", "chapter", "section", "annex")
_METADATA = ("language", "identifier", "body", "date", "licence", "redistribute", "nature", "source")
_NO_TOKEN = re.compile(r"[^\w.\-]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# OSCAL wants a time of change, and the same instrument has to give the same file.
_NO_DAY = "1970-01-01"

Node = dict[str, object]


def write(instrument: SourceInstrument) -> bytes:
    """Return the catalogue; the same instrument gives the same bytes."""
    catalog: Node = {"uuid": "", "metadata": _metadata(instrument), **_below(None, _children(instrument), _Ids())}
    catalog["uuid"] = str(uuid5(_UUIDS, json.dumps(catalog, sort_keys=True)))
    text = json.dumps({"catalog": catalog}, ensure_ascii=False, indent=2)
    return (text + "\n").encode("utf-8", "replace")


class _Ids:
    """Tokens that are unique in the catalogue, made of refs."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def of(self, ref: str) -> str:
        token = wanted = f"c-{_NO_TOKEN.sub('-', ref).strip('-')}"
        number = 1
        while token in self.given:
            number += 1
            token = f"{wanted}_{number}"
        self.given.add(token)
        return token


def _metadata(instrument: SourceInstrument) -> Node:
    day = instrument.date if _DAY.fullmatch(instrument.date) else _NO_DAY
    metadata: Node = {
        "title": escaped(instrument.title) or "Untitled",
        "last-modified": f"{day}T00:00:00Z",
        "version": instrument.version or "0",
        "oscal-version": "1.1.2",
    }
    if props := [_prop(name, getattr(instrument, name)) for name in _METADATA if getattr(instrument, name).strip()]:
        metadata["props"] = props
    return metadata


def _children(instrument: SourceInstrument) -> dict[str | None, list[SourceClause]]:
    children: dict[str | None, list[SourceClause]] = {}
    for clause in instrument.clauses:
        children.setdefault(clause.parent, []).append(clause)
    return children


def _below(ref: str | None, children: dict[str | None, list[SourceClause]], ids: _Ids, groups: bool = True) -> Node:
    """The clauses below one. They are groups only where all are, for OSCAL does not keep the order of a mixture."""
    clauses = children.get(ref, [])
    if not clauses:
        return {}
    are_groups = groups and all(clause.kind in _GROUPS for clause in clauses)
    nodes = [
        {**_node(clause, ids, are_groups), **_below(clause.ref, children, ids, are_groups)} for clause in clauses
    ]
    return {"groups" if are_groups else "controls": nodes}


def _node(clause: SourceClause, ids: _Ids, is_group: bool) -> Node:
    props: list[Node] = [{"name": "label", "value": clause.ref}]
    if clause.kind != ("group" if is_group else "control"):
        props.append(_prop("kind", clause.kind))
    if not clause.heading:
        props.append(_prop("untitled", "true"))
    if clause.summary:
        props.append(_prop("summary", clause.summary))
    node: Node = {"id": ids.of(clause.ref), "title": escaped(clause.heading or clause.ref), "props": props}
    parts = [("overview" if is_group else "statement", clause.text), ("guidance", clause.guidance)]
    if written := [{"name": name, "prose": escaped(text)} for name, text in parts if text]:
        node["parts"] = written
    return node


def _prop(name: str, value: str) -> Node:
    return {"name": name, "ns": NAMESPACE, "value": " ".join(value.split())}
