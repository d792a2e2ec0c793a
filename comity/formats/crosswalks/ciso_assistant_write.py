"""Write a crosswalk as a CISO Assistant library (YAML); `ciso_assistant` reads it back equal, strengths in tenths.

CISO Assistant wants one of its five words for every pair. A pair whose publisher names no relationship is written as
"intersect", with what the publisher printed beside it in keys that CISO Assistant passes over.
"""

from __future__ import annotations

import re

import yaml

from comity.formats.crosswalks.ciso_assistant import SCALE
from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping
from comity.formats.crosswalks.words import relation_of

_WORDS = {
    "equal": "equal",
    "subset": "subset",
    "superset": "superset",
    "intersects": "intersect",
    "none": "not_related",
    "": "intersect",
}
_RATIONALES = ("syntactic", "semantic", "functional")
_NO_SLUG = re.compile(r"[^a-z0-9.]+")
_DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

Node = dict[str, object]


def write(crosswalk: SourceCrosswalk) -> bytes:
    """Return the library; the same crosswalk gives the same bytes."""
    source = _slug(crosswalk.source_name, crosswalk.source_edition) or "source"
    target = _slug(crosswalk.target_name, crosswalk.target_edition) or "target"
    name = crosswalk.title or f"{crosswalk.source_name} -> {crosswalk.target_name}"
    key = f"{source}-to-{target}"
    about: Node = {
        "urn": f"urn:comity:risk:library:mapping-{key}",
        "locale": "en",
        "ref_id": f"mapping-{key}",
        "name": name,
        "description": name,
        "copyright": crosswalk.licence,
        "version": 1,
        "publication_date": crosswalk.published,
        "provider": crosswalk.publisher,
        "packager": "comity",
        "dependencies": [f"urn:comity:risk:library:{one}" for one in (source, target)],
    }
    whole: Node = {
        **{field: value for field, value in about.items() if value != ""},
        "objects": {"requirement_mapping_sets": [_set(crosswalk, source, target, key, name)]},
    }
    text = yaml.dump(whole, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=1_000_000)
    return str(text).encode("utf-8", "replace")


def _set(crosswalk: SourceCrosswalk, source: str, target: str, key: str, name: str) -> Node:
    more: Node = {
        "source_edition": crosswalk.source_edition,
        "target_edition": crosswalk.target_edition,
        "no_counterpart": list(crosswalk.no_counterpart),
        "target_no_counterpart": list(crosswalk.target_no_counterpart),
    }
    return {
        "urn": f"urn:comity:risk:req_mapping_set:{key}",
        "ref_id": f"mapping-{key}",
        "name": name,
        "title": crosswalk.title,
        "source_framework_urn": f"urn:comity:risk:framework:{source}",
        "target_framework_urn": f"urn:comity:risk:framework:{target}",
        "source_name": crosswalk.source_name,
        "target_name": crosswalk.target_name,
        **{field: value for field, value in more.items() if value},
        "requirement_mappings": [_mapping(one, source, target) for one in crosswalk.mappings],
    }


def _mapping(one: SourceMapping, source: str, target: str) -> Node:
    word = _WORDS[one.relation]
    pair: Node = {
        "source_requirement_urn": f"urn:comity:risk:req_node:{source}:{one.source_ref}",
        "target_requirement_urn": f"urn:comity:risk:req_node:{target}:{one.target_ref}",
        "relationship": word,
    }
    if one.relation != relation_of(word):
        pair["relation"] = one.relation
    if one.publisher_word != word:
        pair["publisher_word"] = one.publisher_word
    if one.rationale:
        pair["rationale" if one.rationale in _RATIONALES else "annotation"] = one.rationale
    if one.strength is not None:
        pair["strength_of_relationship"] = round(one.strength * SCALE)
    return pair


def _slug(*words: str) -> str:
    return _NO_SLUG.sub("-", " ".join(words).casefold()).strip("-.")[:80]
