"""What changed, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from comity.records.http import viewer_of
from comity.standards import queries, telling

router = Router(tags=["standards"])


class Asked(Schema):
    since: str = Field("", max_length=40, description="First day; by default thirty days back")
    until: str = Field("", max_length=40, description="Last day; by default today")
    what: str = Field("", max_length=16, description="new, edition, stage or withdrawn")
    body: str = Field("", max_length=40)
    committee: str = Field("", max_length=80)
    all: bool = Field(False, description="Every document, not only AI standards")
    page: int = Field(1, ge=1, le=100_000)


@router.get("/changed", summary="What changed between two days")
def changed(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    given = {"body": asked.body, "committee": asked.committee, "all": "1" if asked.all else "0"}
    filters = queries.Filters.read(given | {"page": str(asked.page)})
    period = queries.Period.read(asked.since, asked.until)
    found = queries.changed(filters, period, viewer_of(request), kind=asked.what)
    return {
        "since": str(period.since),
        "until": str(period.until),
        "counts": dict(found.counts),
        "total": found.total,
        "page": found.number,
        "next": found.number + 1 if found.more else None,
        "kept since": found.kept_since.isoformat() if found.kept_since else None,
        "results": [telling.plain(one) for one in found.events],
    }
