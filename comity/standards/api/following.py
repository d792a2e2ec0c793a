"""What the token's person follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from comity.records.errors import NotAllowed
from comity.records.http import viewer_of
from comity.standards.models import Follow
from comity.standards.queries import following as queries
from comity.standards.services import following as services

router = Router(tags=["following"])


class FollowIn(Schema):
    what: str = Field(max_length=16, description="search, document, body, committee or concept")
    target: str = Field(max_length=500, description="Filters as in an address, slug, or scheme:code")


def _plain(one: Follow) -> dict[str, Any]:
    return {
        "id": str(one.rid),
        "what": one.what,
        "target": one.target,
        "label": one.label,
        "since": one.created_at.isoformat(),
        "url": one.get_absolute_url(),
    }


@router.get("/following", summary="What you follow")
def following(request: HttpRequest) -> list[dict[str, Any]]:
    viewer = viewer_of(request)
    if viewer.actor is None:
        raise NotAllowed
    return [_plain(one) for one in queries.followed(viewer)]


@router.post("/following", response={201: dict[str, Any]}, summary="Follow something")
def follow(request: HttpRequest, asked: FollowIn) -> Any:
    return 201, _plain(services.follow(asked.what, asked.target, by=viewer_of(request)))


@router.delete("/following/{uuid:rid}", response={204: None}, summary="Follow something no more")
def unfollow(request: HttpRequest, rid: UUID) -> Any:
    services.unfollow(rid, by=viewer_of(request))
    return 204, None
