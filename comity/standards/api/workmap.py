"""Who works on what, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view

from comity.records.http import cacheable, viewer_of
from comity.standards import workexports
from comity.standards.queries import workmap

router = Router(tags=["standards"])


class Asked(Schema):
    """The same choices as the page."""

    by: str = Field("body", pattern="^(body|committee|stage)$", description="What the columns are")
    scheme: str = Field(workmap.SCHEME, max_length=32, description="Code of a concept scheme")
    confirmed: bool = Field(False, description="Only topics that a person confirmed")


@router.get("/map", summary="Who works on what: topics by body, committee or stage, with overlaps and gaps")
@decorate_view(cacheable)
def work_map(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    given = {"by": asked.by, "scheme": asked.scheme, "confirmed": "1" if asked.confirmed else ""}
    return workexports.work_map_json(workmap.work_map(workmap.Asked.read(given), viewer_of(request)))
