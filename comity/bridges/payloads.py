"""What the change log proves of bridges and crosswalks. Their rows are proved by a digest over all of them."""

from __future__ import annotations

from typing import Any

from comity.bridges import policies
from comity.bridges.models import Bridge, Crosswalk
from comity.records import kinds


def register() -> None:
    """Tell `records` about the kinds of this room."""
    for name, model, payload in (("bridge", Bridge, of_bridge), ("crosswalk", Crosswalk, of_crosswalk)):
        kinds.register(
            kinds.Kind(
                name=name,
                model=model,
                payload=payload,
                visible_to=policies.visible_to,
                may_edit=policies.may_edit,
            )
        )


def of_bridge(bridge: Bridge) -> dict[str, Any]:
    return {
        "source": bridge.source.key,
        "target": bridge.target.key,
        "engine": bridge.engine,
        "model": bridge.model,
        "proposed_at": bridge.proposed_at.isoformat() if bridge.proposed_at else "",
        "top": bridge.top,
        "languages": bridge.languages,
        "knew": bridge.knew,
        "proposals": bridge.digest,
        "withdrawn": bridge.withdrawn_at is not None,
    }


def of_crosswalk(crosswalk: Crosswalk) -> dict[str, Any]:
    return {
        "source": crosswalk.source.key,
        "target": crosswalk.target.key,
        "publisher": crosswalk.publisher,
        "title": crosswalk.title,
        "licence": crosswalk.licence,
        "published": crosswalk.published,
        "pairs": crosswalk.digest,
        "withdrawn": crosswalk.withdrawn_at is not None,
    }
