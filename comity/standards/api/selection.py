"""Why standards are here, for programs: the rules, a trial of them, applying them, a person's decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from comity.records.errors import NotAllowed, NotFound
from comity.records.http import viewer_of
from comity.standards import policies, queries, services
from comity.standards.models import Selection
from comity.standards.queries import selection

router = Router(tags=["standards"])

_VERDICTS = {"ai": Selection.AI, "adjacent": Selection.ADJACENT, "none": Selection.NONE}


class RuleOut(Schema):
    """A rule with how many documents name it as a reason."""

    id: UUID
    field: str
    name: str
    terms: list[str]
    unless: list[str]
    strength: int
    exact: bool
    documents: int


class RulesOut(Schema):
    """The rules as they are edited; `pending` says that they were not applied since."""

    rules: list[RuleOut]
    applied: str
    pending: bool


class TrialOut(Schema):
    """What the rules would change. Nothing is written."""

    counts: dict[str, int]
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[dict[str, Any]]


class TaskOut(Schema):
    task: int
    state: str


class DecisionIn(Schema):
    """What is decided of a document, and why."""

    document: str = Field(max_length=255, description="Public id, slug or identifier")
    verdict: str = Field(pattern="^(ai|adjacent|none|rules)$", description="`rules` lets the rules decide again")
    reason: str = Field("", max_length=1_000)


class DecisionOut(Schema):
    document: str
    selection: int
    because: list[str]


@router.get("/rules", response=RulesOut, summary="The rules that put documents among the AI standards")
def rules(request: HttpRequest) -> RulesOut:
    found = selection.overview(viewer_of(request))
    return RulesOut(
        rules=[
            RuleOut(
                id=row.rule.rid,
                field=row.rule.field,
                name=row.rule.name,
                terms=row.rule.terms,
                unless=row.rule.unless,
                strength=int(row.rule.strength),
                exact=row.rule.exact,
                documents=row.documents,
            )
            for row in found.rules
        ],
        applied=found.applied.isoformat() if found.applied else "",
        pending=found.pending,
    )


@router.get("/rules/trial", response=TrialOut, summary="What the rules would change; nothing is written")
def trial(request: HttpRequest) -> TrialOut:
    found = services.try_rules(by=viewer_of(request))
    groups = {
        name: [services.as_plain(one) for one in getattr(found, name)] for name in ("added", "removed", "changed")
    }
    return TrialOut(counts=found.counts, **groups)


@router.post("/rules/apply", response={202: TaskOut}, summary="Apply the rules in the background")
def apply(request: HttpRequest) -> tuple[int, TaskOut]:
    task = services.start_applying(by=viewer_of(request))
    return 202, TaskOut(task=task.pk, state=task.state)


@router.post("/selection", response=DecisionOut, summary="Put a document in the set, or take it out, and say why")
def decide(request: HttpRequest, given: DecisionIn) -> DecisionOut:
    viewer = viewer_of(request)
    if not policies.may_select(viewer):
        raise NotAllowed
    document = queries.find(given.document, viewer)
    if document is None:
        raise NotFound
    if given.verdict == "rules":
        document = services.undo_decision(document, by=viewer)
    else:
        document = services.decide_selection(document, int(_VERDICTS[given.verdict]), given.reason, by=viewer)
    because = [f"{rule}: {matched}" for rule, matched in document.reasons]
    return DecisionOut(document=document.key, selection=int(document.selection), because=because)
