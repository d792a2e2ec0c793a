"""What is here: bodies, committees, sources, imports, and how much of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from comity.records.log import Fault
from comity.records.models import FacetCount, Task
from comity.records.viewer import ANYONE, Viewer
from comity.standards import claims
from comity.standards.models import Body, Claim, ColumnMapping, Committee, Document, Selection, Source, Stage
from comity.standards.queries.lists import PAGE, Choice, holds
from comity.standards.queries.rows import with_names


def holdings() -> dict[str, int]:
    """How many of each thing the node holds, as far as everybody may know. Three queries."""
    rows = FacetCount.objects.filter(kind="document", facet__in=("total:", "ai|total:"))
    totals = dict(rows.values_list("facet", "entries"))
    return {
        "ai": totals.get("ai|total:", 0),
        "documents": totals.get("total:", 0),
        "bodies": Body.objects.visible_to(ANYONE).count(),
        "committees": Committee.objects.visible_to(ANYONE).count(),
    }


def running_tasks() -> list[dict[str, Any]]:
    rows = Task.objects.exclude(state=Task.State.DONE).order_by("-pk")[:20]
    return [
        {
            "name": one.name,
            "state": one.state,
            "done": one.done,
            "total": one.total,
            "message": one.message or (one.error.strip().splitlines() or [""])[-1],
        }
        for one in rows
    ]


def altered_claims() -> Iterator[Fault]:
    """Claims that are not what was imported. Reads all of them."""
    rows = Claim.objects.values_list("source__key", "ref", "data", "digest").iterator(chunk_size=2_000)
    for source, ref, data, digest in rows:
        if claims.digest(data) != bytes(digest):
            yield Fault(f"claim {source} {ref}", "differs from what was imported")


def sources() -> list[Source]:
    """Where the catalogue's claims come from, and how old they are."""
    return list(Source.objects.order_by("name"))


def ai_bodies() -> list[Choice]:
    """Bodies with AI standards, most first. Two queries."""
    rows = FacetCount.objects.filter(kind="document", facet__startswith="ai|body:", entries__gt=0)
    counts = {facet.removeprefix("ai|body:"): entries for facet, entries in rows.values_list("facet", "entries")}
    bodies = Body.objects.filter(code__in=list(counts))
    choices = [
        Choice("body", one.code, _("publisher not stated") if one.code == "OTHER" else one.code, counts[one.code])
        for one in bodies
    ]
    return sorted(choices, key=lambda choice: (-choice.count, choice.value))


@dataclass(frozen=True, slots=True)
class BodyRow:
    body: Body
    documents: int
    ai: int


def bodies(viewer: Viewer) -> list[BodyRow]:
    """Bodies with how much of theirs is here. Two queries."""
    rows = FacetCount.objects.filter(kind="document", entries__gt=0)
    rows = rows.filter(Q(facet__startswith="body:") | Q(facet__startswith="ai|body:"))
    counts = dict(rows.values_list("facet", "entries"))
    found = [
        BodyRow(one, counts.get(f"body:{one.code}", 0), counts.get(f"ai|body:{one.code}", 0))
        for one in Body.objects.visible_to(viewer)
    ]
    return [row for row in found if row.documents]


def body(one: Body, viewer: Viewer) -> dict[str, Any]:
    """What a body's page shows. Five queries."""
    mine = Document.objects.visible_to(viewer).filter(holds("publishers", one.code))
    counts = dict(
        FacetCount.objects.filter(kind="document", facet__in=(f"body:{one.code}", f"ai|body:{one.code}")).values_list(
            "facet", "entries"
        )
    )
    ai = mine.filter(selection=Selection.AI)
    stages = Counter(dict(ai.order_by().values_list("stage").annotate(n=Count("pk"))))
    return {
        "total": counts.get(f"body:{one.code}", 0),
        "ai": counts.get(f"ai|body:{one.code}", 0),
        "rows": list(with_names(ai).order_by("-date", "id")[:PAGE]),
        "stages": [(stage.value, stage.label, stages[stage.value]) for stage in Stage if stages[stage.value]],
        "committees": list(
            Committee.objects.visible_to(viewer)
            .filter(documents__in=ai)
            .annotate(n=Count("documents"))
            .order_by("-n", "designation")[:15]
        ),
    }


def committee(one: Committee, viewer: Viewer) -> dict[str, Any]:
    """What a committee's page shows. Three queries."""
    mine = Document.objects.visible_to(viewer).filter(committee=one)
    return {
        "total": mine.count(),
        "rows": list(with_names(mine).order_by("-selection", "-date", "id")[:PAGE]),
        "children": list(Committee.objects.visible_to(viewer).filter(parent=one)[:60]),
    }


def source_names() -> dict[str, str]:
    return dict(Source.objects.values_list("key", "name"))


def imports() -> QuerySet[Task]:
    """Imports by page, newest first."""
    return Task.objects.filter(name="standards.import").order_by("-pk")


def mappings() -> list[str]:
    """Names of the saved column mappings."""
    return list(ColumnMapping.objects.order_by("name").values_list("name", flat=True))
