"""Why documents are in the AI set: the rules with what each caught, what was applied, what people decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from comity.engine import selection as engine
from comity.records.models import Task
from comity.records.viewer import Viewer
from comity.standards import services
from comity.standards.models import Document, Rule, RulesInForce, Selection, SelectionDecision
from comity.standards.queries.rows import Row, rows
from comity.standards.services.selecting import PERSON

SHOWN = 200  # documents of one rule on its page
DECISIONS = 200


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with how many documents name it as a reason now."""

    rule: Rule
    documents: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The rules, and how they stand to what is in the set."""

    rules: list[RuleRow]
    others: list[tuple[str, int]]  # reasons that imported data gave, and no rule here
    applied: datetime | None
    pending: bool  # the rules were edited since
    decisions: list[SelectionDecision]
    total: int


def overview(viewer: Viewer) -> Overview:
    """The page of the rules. Five queries."""
    known = services.rules(viewer)
    latest = RulesInForce.objects.first()
    caught, total = _caught(viewer)
    keys = {one.key for one in known}
    decisions = SelectionDecision.objects.visible_to(viewer).select_related("document")
    return Overview(
        [RuleRow(one, caught[one.key]) for one in known],
        sorted((rule, count) for rule, count in caught.items() if rule not in keys and not rule.startswith(PERSON)),
        latest.at if latest else None,
        latest is None or not _same(latest.rules, known),
        list(decisions.order_by("-updated_at")[:DECISIONS]),
        total,
    )


def _same(applied: list[dict[str, Any]], known: list[Rule]) -> bool:
    def order(rule: dict[str, Any]) -> tuple[Any, Any]:
        return rule["field"], rule["name"]

    return sorted(applied, key=order) == sorted((engine.as_row(one.said) for one in known), key=order)


def _caught(viewer: Viewer) -> tuple[Counter[str], int]:
    """How many documents name each rule, and how many AI standards there are. One query."""
    found: Counter[str] = Counter()
    total = 0
    chosen = Document.objects.visible_to(viewer).filter(selection__gt=Selection.NONE)
    for selection, reasons in chosen.values_list("selection", "reasons"):
        found.update({rule for rule, _words in reasons})
        total += selection == Selection.AI
    return found, total


def rule(rid: UUID, viewer: Viewer) -> Rule | None:
    """The rule with this public id, as it is edited. Two queries at most."""
    return next((one for one in services.rules(viewer) if one.rid == rid), None)


def documents_of(one: Rule, viewer: Viewer) -> tuple[list[Row], int]:
    """The documents that name a rule as a reason, newest first, and how many they are. Two queries."""
    chosen = Document.objects.visible_to(viewer).filter(selection__gt=Selection.NONE).order_by("-date", "pk")
    found = [
        pk for pk, reasons in chosen.values_list("pk", "reasons") if any(key == one.key for key, _words in reasons)
    ]
    return rows(found[:SHOWN], viewer), len(found)


def applying(key: int) -> Task | None:
    """The task that applies rules. One query."""
    return Task.objects.filter(name="standards.select", pk=key).first()
