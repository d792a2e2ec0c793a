"""Reads for the pages that cross rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from comity.members.models import Organisation
from comity.records.fields import Multilingual
from comity.records.models import Task
from comity.records.search import ranking
from comity.records.viewer import Viewer
from comity.standards import pictures
from comity.standards import queries as standards
from comity.standards.models import Body, Committee, Document, Selection, Stage

NEW = 8
KINDS = ("document", "body", "committee", "organisation")  # clauses are searched apart: there are far more


def home(viewer: Viewer) -> dict[str, Any]:
    """What is new, what is here, where to begin. Six queries."""
    seen = Document.objects.visible_to(viewer).select_related("committee", "body").only(*standards.ROW)
    ai = seen.filter(selection=Selection.AI)
    drafts = (Stage.PROPOSAL, Stage.DRAFTING, Stage.CONSULTATION, Stage.APPROVAL)
    return {
        "holds": standards.holdings(),
        "newest": list(ai.filter(stage=Stage.PUBLISHED).order_by("-date", "id")[:NEW]),
        "coming": list(ai.filter(stage__in=drafts).order_by("-date", "id")[:NEW]),
        "bodies": standards.ai_bodies(),
    }


@dataclass(slots=True)
class Found:
    """What a search over everything found, by kind, best first."""

    documents: list[Document]
    bodies: list[Body]
    committees: list[Committee]
    organisations: list[Organisation]
    reasons: dict[int, ranking.Hit]
    total: int
    more: bool
    translated: str

    @property
    def documents_with_reasons(self) -> list[tuple[Document, ranking.Hit | None]]:
        return [(one, self.reasons.get(one.pk)) for one in self.documents]

    @property
    def nothing(self) -> bool:
        return not (self.documents or self.bodies or self.committees or self.organisations)


def search(query: str, viewer: Viewer, *, most: int = 20) -> Found:
    results = ranking.search(query, viewer=viewer, within=dict.fromkeys(KINDS), most=200)
    keys: dict[str, list[int]] = {}
    for hit in results.hits:
        # Who publishes is shown above the documents, so only if it was named.
        if hit.kind == "document" or hit.reason != "meaning":
            keys.setdefault(hit.kind, []).append(hit.object)
    documents = _in_order(
        Document.objects.visible_to(viewer).select_related("committee", "body").only(*standards.ROW),
        keys.get("document", [])[:most],
    )
    return Found(
        documents=documents,
        bodies=_in_order(Body.objects.visible_to(viewer), keys.get("body", [])[:5]),
        committees=_in_order(
            Committee.objects.visible_to(viewer).select_related("body"), keys.get("committee", [])[:5]
        ),
        organisations=_in_order(Organisation.objects.visible_to(viewer), keys.get("organisation", [])[:5]),
        reasons={hit.object: hit for hit in results.hits if hit.kind == "document"},
        total=len(results.hits),
        more=results.more,
        translated=results.translated,
    )


def _in_order(rows: Any, keys: list[int]) -> list[Any]:
    if not keys:
        return []
    by_key = {one.pk: one for one in rows.filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def tasks_by_state() -> dict[str, int]:
    return dict(Task.objects.values_list("state").annotate(n=Count("pk")))


def specimens() -> dict[str, Any]:
    """What the page of components shows them with."""
    return {
        "ways": ["ltr", "rtl"],
        "stages": [stage.value for stage in Stage],
        "arabic": Multilingual({"ar": "إرشادات بشأن إدارة المخاطر"}),
        "chinese": Multilingual({"zh": "人工智能 风险管理指南"}),
        "english": Multilingual(
            {"en": "Information technology — Artificial intelligence — Guidance on risk management"}
        ),
        "timeline": [
            pictures.Point(60, "2020-08", "drafting", "ISO/IEC WD 23894", "20.20", False),
            pictures.Point(380, "2022-01", "consultation", "ISO/IEC DIS 23894", "40.20", False),
            pictures.Point(700, "2023-02", "published", "ISO/IEC 23894:2023", "60.60", True),
        ],
    }
