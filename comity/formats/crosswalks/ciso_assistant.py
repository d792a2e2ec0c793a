"""Mappings of CISO Assistant libraries (YAML): pairs of requirement nodes by URN.

A clause is known by the end of its URN, which CISO Assistant writes in small letters: "gv.oc-01" for GV.OC-01.
Libraries often hold the same mapping in both directions; the second is left out where it says nothing new.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from comity.formats.crosswalks.lines import lines_with
from comity.formats.crosswalks.model import RELATIONS, SourceCrosswalk, SourceMapping, settled
from comity.formats.crosswalks.words import measured, relation_of
from comity.formats.errors import FormatError
from comity.formats.instruments.trees import Tree, line, mapping, yaml_tree
from comity.formats.values import many, mappings

SCALE = 10
_OTHER_WAY = {"subset": "superset", "superset": "subset"}


def read(content: bytes, file: str) -> tuple[SourceCrosswalk, ...]:
    """Read the mapping sets of one library, each as a crosswalk.

    Raises:
        FormatError: it is no such library, holds no mapping, or maps a requirement to nothing.
    """
    library = mapping(yaml_tree(content, file))
    objects = mapping(library.get("objects"))
    sets = mappings(objects.get("requirement_mapping_sets") or objects.get("requirement_mapping_set"))
    if not sets:
        other = ", ".join(list(objects)[:5])
        words = f"it holds {other}" if other else "it has no objects"
        raise FormatError(file, 0, f"this library has no requirement_mapping_sets: {words}")
    count = sum(len(mappings(one.get("requirement_mappings"))) for one in sets)
    places = iter(lines_with(content, "source_requirement_urn", count))
    return _without_turned([_crosswalk(file, library, one, places) for one in sets])


def _crosswalk(file: str, library: Tree, one: Tree, places: Iterator[int]) -> SourceCrosswalk:
    source, target = (line(one.get(f"{side}_framework_urn")) for side in ("source", "target"))
    draft = SourceCrosswalk(
        source_name=_stated(one, "source_name", source.rpartition(":")[2]),
        source_edition=line(one.get("source_edition")),
        target_name=_stated(one, "target_name", target.rpartition(":")[2]),
        target_edition=line(one.get("target_edition")),
        title=_stated(one, "title", line(one.get("name")) or line(library.get("name"))),
        publisher=line(library.get("provider")),
        licence=line(library.get("copyright")),
        published=line(library.get("publication_date")),
        no_counterpart=tuple(line(ref) for ref in many(one.get("no_counterpart"))),
        target_no_counterpart=tuple(line(ref) for ref in many(one.get("target_no_counterpart"))),
    )
    return settled(file, draft, _mappings(one, source, target, places))


def _stated(one: Tree, name: str, otherwise: str) -> str:
    """What our own writer wrote beside, even if it is nothing."""
    return line(one[name]) if name in one else otherwise


def _mappings(one: Tree, source: str, target: str, places: Iterator[int]) -> Iterator[SourceMapping]:
    for pair in mappings(one.get("requirement_mappings")):
        word = line(pair.get("relationship"))
        relation = _stated(pair, "relation", relation_of(word))
        reasons = (line(pair.get(name)) for name in ("rationale", "annotation"))
        yield SourceMapping(
            source_ref=_ref(line(pair.get("source_requirement_urn")), source),
            target_ref=_ref(line(pair.get("target_requirement_urn")), target),
            relation=relation if relation in RELATIONS else relation_of(word),
            publisher_word=_stated(pair, "publisher_word", word),
            strength=measured(line(pair.get("strength_of_relationship")), SCALE),
            rationale="; ".join(filter(None, reasons)),
            line=next(places, 0),
        )


def _ref(urn: str, framework: str) -> str:
    """The end of a node's URN: what follows that of its framework, or else its last part."""
    above = framework.replace(":framework:", ":req_node:") + ":"
    if framework and urn.casefold().startswith(above.casefold()):
        return urn[len(above) :]
    return urn.rpartition(":")[2]


def _without_turned(found: Sequence[SourceCrosswalk]) -> tuple[SourceCrosswalk, ...]:
    """Those that say something new: not an earlier one again, from source to target or from target to source."""
    kept: dict[Hashable, SourceCrosswalk] = {}
    for one in found:
        earlier = kept.get(_said(turned := _turned(one)))
        if earlier is None:
            kept.setdefault(_said(one), one)
            continue
        warning = "The library has it in the other direction too, which says the same and is left out."
        kept[_said(turned)] = replace(earlier, warnings=(*earlier.warnings, warning))
    return tuple(kept.values())


def _said(one: SourceCrosswalk) -> Hashable:
    """What a crosswalk says, in whatever order."""
    pairs = frozenset((pair.source_ref, pair.target_ref, pair.relation) for pair in one.mappings)
    return one.source_name, one.target_name, pairs, one.no_counterpart, one.target_no_counterpart


def _turned(one: SourceCrosswalk) -> SourceCrosswalk:
    """The same from target to source."""
    return replace(
        one,
        source_name=one.target_name,
        target_name=one.source_name,
        no_counterpart=one.target_no_counterpart,
        target_no_counterpart=one.no_counterpart,
        mappings=tuple(
            replace(
                pair,
                source_ref=pair.target_ref,
                target_ref=pair.source_ref,
                relation=_OTHER_WAY.get(pair.relation, pair.relation),
            )
            for pair in one.mappings
        ),
    )
