"""The catalogue as others read it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from comity.formats.catalogue import jsonl
from comity.records.viewer import Viewer
from comity.standards.models import Claim, Document, Selection
from comity.standards.queries import Dossier, Row

COLUMNS = (
    "identifier",
    "document",
    "title",
    "language",
    "body",
    "committee",
    "stage",
    "date",
    "type",
    "url",
    "id",
)
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write(form: str, *, everything: bool, viewer: Viewer) -> Iterator[str]:
    """Documents the viewer may see, line by line: "jsonl" (claims, read back by import) or "csv"."""
    found = Document.objects.visible_to(viewer)
    found = found if everything else found.filter(selection=Selection.AI)
    return csv_of(found) if form == "csv" else _jsonl(found)


def csv_of(found: QuerySet[Document]) -> Iterator[str]:
    """Documents as a table, in chunks of text. Two queries and what the rows take."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for one in found.select_related("committee").order_by("key").iterator(chunk_size=1_000):
        language, title = one.title.pick("en")
        row = (
            one.identifier,
            one.key,
            title,
            language,
            " ".join(one.publishers),
            one.committee.designation if one.committee else "",
            one.stage,
            one.date,
            one.type,
            one.get_absolute_url(),
            str(one.rid),
        )
        writer.writerow([safe_cell(cell) for cell in row])
        if buffer.tell() > 32_768:
            yield _drained(buffer)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_RISKY) else text


def _jsonl(found: QuerySet[Document]) -> Iterator[str]:
    claims = Claim.objects.filter(edition__document__in=found).select_related("source", "edition__document")
    for claim in claims.order_by("source__key", "ref").iterator(chunk_size=1_000):
        row = jsonl.row(claim.data, source=claim.source.key, ref=claim.ref, fetched=claim.read_on)
        document = claim.edition.document
        if document.selection:
            strength = "strong" if document.selection == Selection.AI else "weak"
            row["ai"] = {"strength": strength, "rules": document.reasons}
        yield json.dumps(row, ensure_ascii=False) + "\n"


def summary_json(one: Document | Row) -> dict[str, Any]:
    """A document as lists show it, as plain JSON."""
    return {
        "id": str(one.rid),
        "identifier": one.identifier,
        "document": one.key,
        "title": dict(one.title),
        "bodies": one.publishers,
        "committee": one.committee.designation if one.committee else None,
        "type": one.type,
        "stage": one.stage,
        "date": one.date,
        "url": one.get_absolute_url(),
    }


def document_json(found: Dossier) -> dict[str, Any]:
    """A document with all that is known of it, as plain JSON."""
    one = found.document
    return summary_json(one) | {
        "in the AI set because": [f"{rule}: {matched}" for rule, matched in one.reasons],
        "identifiers": [{"kind": kind, "value": value} for kind, value in found.identifiers],
        "editions": [
            {
                "identifier": edition.identifier,
                "edition": edition.label,
                "stage": edition.stage,
                "stage words": edition.stage_words,
                "stage inferred": edition.stage_inferred,
                "dates": edition.dates,
                "links": edition.links,
                "sources": edition.sources,
                "sources differ": edition.differences,
            }
            for edition in found.editions
        ],
        "relations": [
            {"kind": link.kind, "target": link.target, "dated": link.dated, "here": link.document is not None}
            for links in found.links.values()
            for link in links
        ],
        "relations not shown": found.links_left,
        "same work": [other.identifier for other in found.same_work],
    }


def document_text(body: dict[str, Any]) -> str:
    """The same for a terminal."""
    lines = [f"{body['identifier']}  {next(iter(body['title'].values()), '')}"]
    lines += [f"  {tag}: {title}" for tag, title in list(body["title"].items())[1:]]
    lines.append(f"  {body['stage']} {body['date']}, {body['committee'] or ', '.join(body['bodies'])}")
    for edition in body["editions"][:20]:
        lines.append(f"  {edition['identifier']}: {edition['stage']} ({edition['stage words'] or 'inferred'})")
        for difference in edition["sources differ"]:
            values = "; ".join(f"{v['value']} ({v['source']}, {v['read']})" for v in difference["values"])
            lines.append(f"    sources differ on {difference['field']}: {values}")
    lines += [f"  {one['kind']} {one['target']}" for one in body["relations"][:20]]
    return "\n".join(lines)
