"""The whole catalogue as plain data, to be compared: what it shows, not how its rows are numbered."""

from __future__ import annotations

from typing import Any

from comity.standards.models import Claim, Document, Edition, Identifier, Relation


def catalogue() -> dict[str, Any]:
    documents = {
        one.key: {
            "identifier": one.identifier,
            "title": dict(one.title),
            "other titles": one.other_titles,
            "body": one.body.code,
            "publishers": one.publishers,
            "committee": one.committee.designation if one.committee else "",
            "type": one.type,
            "stage": one.stage,
            "date": one.date,
            "year": one.year,
            "languages": one.languages,
            "selection": one.selection,
            "reasons": sorted(one.reasons),
            "part of": one.part_of,
            "current": one.current,
            "editions": one.editions_known,
            "differs": one.differs,
            "read": one.read_on,
            "bodies": one.publishers,
        }
        for one in Document.objects.select_related("body", "committee")
    }
    editions = {
        one.key: {
            "document": one.document.key,
            "identifier": one.identifier,
            "label": one.label,
            "number": one.number,
            "title": dict(one.title),
            "stage": (one.stage, one.stage_words, one.stage_inferred),
            "date": one.date,
            "dates": one.dates,
            "doctype": one.doctype,
            "languages": one.languages,
            "links": one.links,
            "ics": one.ics,
            "sources": one.sources,
            "differences": one.differences,
            "withdrawn": one.withdrawn_at is not None,
        }
        for one in Edition.objects.select_related("document")
    }
    works: dict[int, list[str]] = {}
    for key, work in Document.objects.exclude(work=None).order_by("key").values_list("key", "work"):
        works.setdefault(work, []).append(key)
    return {
        "documents": documents,
        "editions": editions,
        "identifiers": sorted(Identifier.objects.values_list("edition__key", "kind", "key", "loose")),
        "relations": sorted(Relation.objects.values_list("edition__key", "kind", "target_key", "words", "dated")),
        "claims": sorted(Claim.objects.values_list("source__key", "ref", "edition__key", "read_on")),
        "works": sorted(works.values()),
    }
