"""Write a crosswalk as SSSOM/TSV; `sssom` reads it back equal.

The strength is written as `similarity_score`, for it says how alike two clauses are, and not how sure one is of it.
"""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import yaml

from comity.formats.crosswalks.cells import guarded
from comity.formats.crosswalks.model import SourceCrosswalk, SourceMapping
from comity.formats.crosswalks.sssom import NO_TERM, TOOL

_COLUMNS = (
    "subject_id",
    "predicate_modifier",
    "predicate_id",
    "predicate_label",
    "object_id",
    "mapping_justification",
    "similarity_score",
    "comment",
)
# How the publisher came to a pair is not known.
_JUSTIFIED = "semapv:UnspecifiedMatching"
_BY_MACHINE = "semapv:CompositeMatching"
_PREDICATES = {
    "equal": "skos:exactMatch",
    "subset": "skos:broadMatch",
    "superset": "skos:narrowMatch",
    "intersects": "skos:closeMatch",
}


def write(crosswalk: SourceCrosswalk) -> bytes:
    """Return the mapping set; the same crosswalk gives the same bytes."""
    text = io.StringIO()
    about = yaml.safe_dump(_metadata(crosswalk), allow_unicode=True, sort_keys=False, width=1_000_000)
    text.writelines(f"#{line}\n" for line in about.splitlines())
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    # A publisher says how alike two clauses are, a tool how sure it is.
    table.writerow(["confidence" if name == "similarity_score" and crosswalk.tool else name for name in _COLUMNS])
    table.writerows(_row(one, _BY_MACHINE if crosswalk.tool else _JUSTIFIED) for one in crosswalk.mappings)
    for ref in crosswalk.no_counterpart:
        table.writerow([_id("source", ref), "", "skos:exactMatch", "", NO_TERM, _JUSTIFIED, "", ""])
    for ref in crosswalk.target_no_counterpart:
        table.writerow([NO_TERM, "", "skos:exactMatch", "", _id("target", ref), _JUSTIFIED, "", ""])
    return text.getvalue().encode("utf-8", "replace")


def _metadata(crosswalk: SourceCrosswalk) -> dict[str, object]:
    said: dict[str, object] = {
        "mapping_set_title": crosswalk.title,
        "creator_label": [crosswalk.publisher] if crosswalk.publisher else [],
        "license": crosswalk.licence,
        "publication_date": crosswalk.published,
        "subject_source": crosswalk.source_name,
        "subject_source_version": crosswalk.source_edition,
        "object_source": crosswalk.target_name,
        "object_source_version": crosswalk.target_edition,
        "mapping_tool_version": crosswalk.tool,
    }
    prefixes = {side: f"urn:comity:{side}:" for side in ("source", "target")}
    return {"curie_map": prefixes, "mapping_tool": TOOL, **{name: value for name, value in said.items() if value}}


def _row(one: SourceMapping, justified: str) -> list[str]:
    return [
        _id("source", one.source_ref),
        "Not" if one.relation == "none" else "",
        _PREDICATES.get(one.relation, "skos:relatedMatch"),
        guarded(one.publisher_word),
        _id("target", one.target_ref),
        justified,
        "" if one.strength is None else f"{one.strength:g}",
        guarded(one.rationale),
    ]


def _id(side: str, ref: str) -> str:
    return f"{side}:{quote(ref, safe='.-_()', errors='replace')}"
