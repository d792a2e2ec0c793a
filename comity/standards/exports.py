"""The catalogue as others read it."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from comity.formats.catalogue import jsonl
from comity.records.viewer import ANYONE, Viewer
from comity.standards.models import Claim, Document, DocumentEvent, Selection
from comity.standards.queries import Dossier, EditionThen, Row, Then, as_of_many
from comity.standards.queries.classification import ClassRow

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
COLUMNS_THEN = ("as of", "status then", "edition then", "not known because")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def csv_of(found: QuerySet[Document], *, day: datetime.date | None = None, viewer: Viewer = ANYONE) -> Iterator[str]:
    """Documents as a table, in chunks of text; with how they stood on a day, if one is given.

    Two queries and what the rows take; with a day four more for every thousand documents.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS + (COLUMNS_THEN if day else ()))
    documents = found.select_related("committee").order_by("key").iterator(chunk_size=1_000)
    for one, then in _with_day(documents, day, viewer):
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
        writer.writerow([safe_cell(cell) for cell in row + then_cells(then)])
        if buffer.tell() > 32_768:
            yield _drained(buffer)
    yield _drained(buffer)


CHANGED = (
    "at",
    "what",
    "identifier",
    "document",
    "stage before",
    "stage",
    "edition before",
    "edition",
    "date",
    "read on",
)


def csv_of_changes(found: QuerySet[DocumentEvent]) -> Iterator[str]:
    """Events as a table, in chunks of text. One query."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(CHANGED)
    for one in found.iterator(chunk_size=1_000):
        about = one.document
        stages = (one.stage_before, one.stage, one.edition_before, one.edition)
        row = (one.at.isoformat(), one.kind, about.identifier, about.key, *stages, one.date, one.read_on)
        writer.writerow([safe_cell(cell) for cell in row])
        if buffer.tell() > 32_768:
            yield _drained(buffer)
    yield _drained(buffer)


def _with_day(
    documents: Iterator[Document], day: datetime.date | None, viewer: Viewer
) -> Iterator[tuple[Document, Then | None]]:
    while part := list(islice(documents, 1_000)):
        thens = as_of_many([one.pk for one in part], day, viewer) if day else {}
        for one in part:
            yield one, thens.get(one.pk)


def then_cells(then: Then | None) -> tuple[str, ...]:
    """The cells of `COLUMNS_THEN`."""
    if then is None:
        return ()
    edition = then.edition.identifier if then.edition else ""
    return str(then.day), str(then.status), edition, str(then.why)


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_RISKY) else text


def jsonl_of(found: QuerySet[Document]) -> Iterator[str]:
    """What each source says of documents, line by line, as import reads it back."""
    claims = Claim.objects.filter(edition__document__in=found).select_related("source", "edition__document")
    for claim in claims.order_by("source__key", "ref").iterator(chunk_size=1_000):
        said = {"identifier": claim.edition.key, **claim.data}  # editors need not state it
        row = jsonl.row(said, source=claim.source.key, ref=claim.ref, fetched=claim.read_on)
        document = claim.edition.document
        if document.selection:
            strength = "strong" if document.selection == Selection.AI else "weak"
            row["ai"] = {"strength": strength, "rules": document.reasons}
        yield json.dumps(row, ensure_ascii=False) + "\n"


def document_json(found: Dossier, thens: Mapping[int, Then] | None = None) -> dict[str, Any]:
    """A document with all that is known of it, as plain JSON; with how it stood on a day, if that is given."""
    one = found.document
    body = _document(found)
    if thens and one.pk in thens:
        body["as of"] = then_json(thens[one.pk]) | {
            "editions": [edition_then_json(edition) for edition in thens[one.pk].editions.values()],
            "relations": [
                {"kind": link.kind, "target": link.target, **then_json(thens[link.document.pk])}
                for links in found.links.values()
                for link in links
                if link.document and not link.dated and link.document.pk in thens
            ],
        }
    return body


def then_json(then: Then) -> dict[str, Any]:
    """How a document stood on a day: what an undated reference to it meant."""
    return {
        "day": str(then.day),
        "status": str(then.status),
        "edition": then.edition.identifier if then.edition else None,
        "kept beside it": [one.identifier for one in then.kept],
        "candidates": [one.identifier for one in then.candidates],
        "followed by": [one.identifier for one in then.successors],
        "not known because": str(then.why),
    }


def edition_then_json(one: EditionThen) -> dict[str, Any]:
    return {
        "identifier": one.identifier,
        "status": str(one.status),
        "published": one.out,
        "ended": one.over,
        "end inferred": one.inferred,
        "followed by": [{"identifier": next_.identifier, "published": next_.out} for next_ in one.successors],
        "not known because": str(one.why),
    }


def summary_json(one: Document | Row, then: Then | None = None) -> dict[str, Any]:
    """A document as lists show it, as plain JSON; with how it stood on a day, if that is given."""
    day = {"as_of": then_json(then)} if then else {}
    return day | {
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


def class_json(one: ClassRow) -> dict[str, Any]:
    """One thing a document is about, as plain JSON."""
    return {
        "id": str(one.rid),
        "concept": one.name,
        "label": dict(one.label),
        "state": one.state,
        "confidence": one.confidence,
        "evidence": [{"place": place, "term": term} for place, term in one.evidence],
    }


def _document(found: Dossier) -> dict[str, Any]:
    one = found.document
    return summary_json(one) | {
        "in the AI set because": [f"{rule}: {matched}" for rule, matched in one.reasons],
        "about": [class_json(one) for one in found.classes],
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
    if then := body.get("as of"):
        lines += _then_lines(then)
    for edition in body["editions"][:20]:
        lines.append(f"  {edition['identifier']}: {edition['stage']} ({edition['stage words'] or 'inferred'})")
        for difference in edition["sources differ"]:
            values = "; ".join(f"{v['value']} ({v['source']}, {v['read']})" for v in difference["values"])
            lines.append(f"    sources differ on {difference['field']}: {values}")
    lines += [f"  {one['kind']} {one['target']}" for one in body["relations"][:20]]
    for one in body["about"]:
        sure = f" ({one['confidence']:.0%}, suggested)" if one["state"] == "suggested" else ""
        lines.append(f"  about {one['concept']}: {one['label'].get('en', '')}{sure}")
    return "\n".join(lines)


def _then_lines(then: dict[str, Any]) -> list[str]:
    because = f" ({then['not known because']})" if then["not known because"] else ""
    lines = [f"  on {then['day']}: {then['status']}{because}"]
    lines += [
        f"    {name}: {', '.join(then[name])}"
        for name in ("kept beside it", "candidates", "followed by")
        if then[name]
    ]
    if then["edition"]:
        lines.insert(1, f"    edition: {then['edition']}")
    lines += [f"    {one['identifier']}: {one['status']}" for one in then["editions"][:20]]
    return lines
