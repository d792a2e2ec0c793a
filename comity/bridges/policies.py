"""Who may see, propose and import."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from comity.records.models import seen_by
from comity.records.viewer import Viewer

PROPOSERS = ("secretariat",)
_SIDES = ("source", "target")


def visible_to(viewer: Viewer) -> Q:
    """What may be seen itself, and of which both texts may be seen."""
    seen = seen_by(viewer)
    for side in _SIDES:
        seen &= seen_by(viewer, f"{side}__") & seen_by(viewer, f"{side}__document__")
        seen &= Q(**{f"{side}__withdrawn_at__isnull": True, f"{side}__document__withdrawn_at__isnull": True})
    return seen


def may_edit(viewer: Viewer, record: Any) -> bool:
    return may_propose(viewer)


def may_propose(viewer: Viewer) -> bool:
    """Have the engine propose, and take published crosswalks in."""
    return viewer.has_role(*PROPOSERS)
