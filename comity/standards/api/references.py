"""The references of a draft, checked for programs. Nothing of them is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from comity.engine.references import Written, find, of_fields
from comity.records.http import viewer_of
from comity.standards import queries
from comity.standards import why_references as why
from comity.standards.api.documents import DAY
from comity.standards.errors import NoReferences
from comity.standards.forms_references import LONGEST
from comity.standards.queries import references

router = Router(tags=["references"])


class ReferenceIn(Schema):
    """A reference whose parts stand apart."""

    identifier: str = Field("", max_length=250)
    title: str = Field("", max_length=1_000)


class CheckIn(Schema):
    """References as text, one a line, or one by one."""

    text: str = Field("", max_length=LONGEST, description="Lines as they stand in a draft")
    references: list[ReferenceIn] = Field(default_factory=list, max_length=references.MOST)
    as_of: str = Field("", max_length=40, description=DAY)


class CheckedOut(Schema):
    """What came of it, a reference each, in the order given."""

    counts: dict[str, int]
    results: list[dict[str, Any]]


@router.post("/references/check", response=CheckedOut, summary="Check the references of a draft; no token is needed")
def check(request: HttpRequest, given: CheckIn) -> dict[str, Any]:
    found = references.check(_written(given), viewer_of(request), queries.day_of(given.as_of))
    if not found:
        raise NoReferences
    lines = why.lines(found)
    counts: dict[str, int] = {}
    for one in lines:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
    return {"counts": counts, "results": [why.as_json(one) for one in lines]}


def _written(given: CheckIn) -> list[Written]:
    of_text = find(given.text, references.MOST + 1)
    apart = [of_fields(one.identifier, one.title, line) for line, one in enumerate(given.references, 1)]
    return of_text + [one for one in apart if one.text]
