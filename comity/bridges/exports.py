"""Bridges and crosswalks as files and as JSON."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from comity.bridges import queries
from comity.bridges.models import Bridge, Crosswalk, CrosswalkPair, Proposal
from comity.bridges.queries import Filters, Place, Proposed, Published, Row
from comity.bridges.services import Everything, Imported
from comity.bridges.why import explained
from comity.formats import crosswalks as formats
from comity.formats.crosswalks import SourceCrosswalk, SourceMapping
from comity.records.viewer import Viewer
from comity.standards.models import Edition

FORMS = {
    "sssom": ("text/tab-separated-values; charset=utf-8", "sssom.tsv"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "oscal-mapping-json": ("application/json", "oscal.json"),
}


def write(bridge: Bridge, form: str, *, least: float = 0.0) -> bytes:
    """The proposals of a bridge as a file, marked as a machine's, with their confidence. One query.

    Raises:
        KeyError: there is no writer of this form.
    """
    return formats.write(of_proposals(bridge, least=least), form)


def of_proposals(bridge: Bridge, *, least: float = 0.0) -> SourceCrosswalk:
    """The proposals as a crosswalk whose publisher is the engine."""
    found = Proposal.objects.filter(bridge=bridge, confidence__gte=least).select_related("source", "target")
    tool = " ".join(filter(None, (bridge.engine, bridge.model)))
    return SourceCrosswalk(
        **_ends(bridge.source, bridge.target),
        title=f"{bridge.title} (proposed by machine, not reviewed)",
        published=bridge.proposed_at.date().isoformat() if bridge.proposed_at else "",
        tool=tool,
        mappings=tuple(
            SourceMapping(
                source_ref=one.source.ref,
                target_ref=one.target.ref,
                relation=one.relation,
                publisher_word="proposed",
                strength=one.confidence,
                rationale="; ".join([f"proposed by {tool}, rank {one.rank}", *explained(one.evidence).lines[:1]]),
            )
            for one in found.order_by("source__order", "rank")
        ),
    )


def write_crosswalk(one: Crosswalk, form: str) -> bytes:
    """A published crosswalk as it is kept here. One query.

    Raises:
        KeyError: there is no writer of this form.
    """
    pairs = CrosswalkPair.objects.filter(crosswalk=one).select_related("source", "target")
    said = SourceCrosswalk(
        **_ends(one.source, one.target),
        title=one.title,
        publisher=one.publisher,
        licence=one.licence,
        published=one.published,
        no_counterpart=tuple(one.no_counterpart),
        target_no_counterpart=tuple(one.target_no_counterpart),
        mappings=tuple(
            SourceMapping(each.source.ref, each.target.ref, each.relation, each.word, each.strength, each.rationale)
            for each in pairs.order_by("source__order", "target__order")
        ),
    )
    return formats.write(said, form)


def _ends(source: Edition, target: Edition) -> dict[str, str]:
    return {"source_name": source.identifier, "target_name": target.identifier}


# JSON


def of_bridge(one: Bridge) -> dict[str, Any]:
    return {
        "id": str(one.rid),
        "slug": one.slug,
        "source": one.source.key,
        "target": one.target.key,
        "engine": one.engine,
        "model": one.model,
        "proposed_at": one.proposed_at.isoformat() if one.proposed_at else None,
        "languages": one.languages,
        "knew": one.knew,
        "warnings": [{"code": code, **details} for code, details in one.warnings],
        "clauses": one.clauses,
        "proposals": one.proposed,
        "confident": one.confident,
        "without_counterpart": one.lacking,
        "url": one.get_absolute_url(),
    }


def of_crosswalk(one: Crosswalk) -> dict[str, Any]:
    return {
        "id": str(one.rid),
        "source": one.source.key,
        "target": one.target.key,
        "publisher": one.publisher,
        "title": one.title,
        "licence": one.licence,
        "published": one.published,
        "file": one.file,
        "pairs": one.pairs_known,
        "lost": one.lost,
        "url": one.get_absolute_url(),
    }


def of_import(one: Imported) -> dict[str, Any]:
    return {
        **of_crosswalk(one.crosswalk),
        "state": one.state,
        "pairs_lost": one.pairs_lost,
        "lost": [{"side": lost.side, "ref": lost.ref, "line": lost.line} for lost in one.lost],
        "warnings": one.warnings,
    }


def of_row(row: Row) -> dict[str, Any]:
    return {
        **_place(row.place),
        "none": row.none,
        "no_counterpart": row.no_counterpart,
        "proposals": [_proposed(one) for one in row.proposals],
        "published": [_published(one) for one in row.published],
    }


def _place(one: Place) -> dict[str, Any]:
    return {"id": str(one.rid), "ref": one.ref, "heading": one.heading, "url": one.address}


def _proposed(one: Proposed) -> dict[str, Any]:
    return {
        **_place(one.place),
        "rank": one.rank,
        "score": one.score,
        "confidence": one.confidence,
        "relation": one.relation,
        "relation_confidence": one.relation_confidence,
        "why": one.why.lines,
        "published": [_published(each) for each in one.publishers],
    }


def _published(one: Published) -> dict[str, Any]:
    said = {"publisher": one.publisher, "relation": one.relation, "word": one.word, "rationale": one.rationale}
    return {**_place(one.place), **said}


def bridge_json(bridge: Bridge, viewer: Viewer, *, ref: str = "") -> dict[str, Any]:
    """A bridge with all its rows, or that of one clause. Seven queries."""
    walks = queries.crosswalks_between(bridge.source, bridge.target, viewer)
    shown = list(queries.rows_of(bridge, Filters(clause=ref), walks))
    rows, _changed = queries.filled(bridge, shown, walks, viewer)
    return {**of_bridge(bridge), "clauses_compared": bridge.clauses, "clauses": [of_row(one) for one in rows]}


def of_everything(found: Everything) -> dict[str, Any]:
    """All pairs of the node, the closest first. One query."""
    names = {str(one.rid): one.identifier for one in Edition.objects.filter(rid__in=found.instruments)}
    rows = [
        {
            "source": names.get(one.source, one.source),
            "target": names.get(one.target, one.target),
            "languages": list(one.languages),
            "share": round(one.share, 4),
            "there": {"clauses": one.there.clauses, "confident": one.there.confident, "mean": one.there.mean},
            "back": {"clauses": one.back.clauses, "confident": one.back.confident, "mean": one.back.mean},
        }
        for one in found.pairs
    ]
    rows.sort(key=lambda row: (-row["share"], row["source"], row["target"]))
    return {
        "engine": found.engine,
        "model": found.model,
        "instruments": [names.get(one, one) for one in found.instruments],
        "pairs": rows,
    }


def everything_csv(found: Everything) -> bytes:
    """All pairs as a table. One query."""
    out = StringIO()
    table = csv.writer(out)
    sides = ("there", "back")
    table.writerow(["source", "target", "share", *(f"{name}_{side}" for side in sides for name in _COUNTED)])
    for row in of_everything(found)["pairs"]:
        counts = (row[side][name] for side in sides for name in _COUNTED)
        table.writerow([row["source"], row["target"], row["share"], *counts])
    return out.getvalue().encode()


_COUNTED = ("clauses", "confident", "mean")
