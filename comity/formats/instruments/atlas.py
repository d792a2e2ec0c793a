"""The YAML of MITRE ATLAS: matrices of tactics, techniques with their sub-techniques, and mitigations.

Case studies are not provisions and are left out. Cross-references such as "[Name](/techniques/AML.T0005)" are
kept as the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from comity.formats.errors import FormatError
from comity.formats.instruments.model import SourceClause, SourceInstrument, in_order, settled
from comity.formats.instruments.trees import Tree, line, mapping, prose, yaml_tree
from comity.formats.values import mappings

_KINDS = {"tactics": "group", "techniques": "item", "mitigations": "control"}
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{1,500})\]\( ?[^()\s]{1,2000}\)")


def read(content: bytes, file: str) -> SourceInstrument:
    """Read all matrices of one file, one after the other.

    Raises:
        FormatError: it is no such file, or sub-techniques stand above each other in a circle.
    """
    data = mapping(yaml_tree(content, file))
    matrices = mappings(data.get("matrices"))
    if not matrices:
        raise FormatError(file, 0, "this is not the YAML of ATLAS: it has no matrices")
    clauses = [clause for matrix in matrices for clause in _clauses(matrix)]
    return SourceInstrument(
        title=line(data.get("name")),
        clauses=settled(file, in_order(file, clauses)),
        form="atlas",
        language="en",
        identifier=line(data.get("id")),
        body="MITRE",
        version=line(data.get("version")),
        date=max((line(one.get("modified_date")) for one in _objects(matrices)), default=""),
    )


def _objects(matrices: list[Tree]) -> Iterator[Tree]:
    return (one for matrix in matrices for name in _KINDS for one in mappings(matrix.get(name)))


def _clauses(matrix: Tree) -> Iterator[SourceClause]:
    for name, kind in _KINDS.items():
        for one in mappings(matrix.get(name)):
            yield SourceClause(
                ref=line(one.get("id")),
                parent=line(one.get("subtechnique-of")) or None,
                kind=kind,
                heading=line(one.get("name")),
                text=_LINK.sub(r"\1", prose(one.get("description"))),
            )
