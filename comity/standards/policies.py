"""Who may see and write what in the catalogue."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from comity.records.models import seen_by
from comity.records.viewer import Viewer

EDITORS = ("secretariat",)


def may_edit(viewer: Viewer, record: Any) -> bool:
    """The catalogue is written by the secretariat; everybody else reports errors."""
    return viewer.has_role(*EDITORS)


def may_import(viewer: Viewer) -> bool:
    return viewer.has_role(*EDITORS)


def classes_visible_to(viewer: Viewer) -> Q:
    """What is said of documents (classes, decisions) is never more visible than what it is about."""
    return seen_by(viewer) & seen_by(viewer, "document__") & Q(document__withdrawn_at__isnull=True)


def may_classify(viewer: Viewer, record: Any = None) -> bool:
    """Have the engine suggest classes, confirm and reject them, and add others."""
    return viewer.has_role(*EDITORS)


def may_select(viewer: Viewer) -> bool:
    """Edit, try and apply the rules of the AI set, and decide on single documents."""
    return viewer.has_role(*EDITORS)


def may_decide(viewer: Viewer) -> bool:
    """Whether two documents are the same work, and have the engine propose pairs."""
    return viewer.has_role(*EDITORS)


def same_works_visible_to(viewer: Viewer) -> Q:
    """Pairs that may be seen themselves, and of which both documents may be."""
    seen = seen_by(viewer)
    for side in ("first", "second"):
        seen &= seen_by(viewer, f"{side}__") & Q(**{f"{side}__withdrawn_at__isnull": True})
    return seen


def follows_visible_to(viewer: Viewer) -> Q:
    """What somebody follows is seen by nobody else, whatever their role."""
    return Q() if viewer.node else Q(contributor__isnull=False, contributor=viewer.actor)


def may_edit_follow(viewer: Viewer, one: Any) -> bool:
    return viewer.actor is not None and one.contributor == viewer.actor


def may_decide_corrections(viewer: Viewer) -> bool:
    """Read what was reported, answer it, erase it."""
    return viewer.has_role(*EDITORS)


def corrections_visible_to(viewer: Viewer) -> Q:
    """Reports are seen by who decides on them; others see what came of them, and their own by their link."""
    return Q() if may_decide_corrections(viewer) else Q(contributor__isnull=False, contributor=viewer.actor)


def may_write_correction(viewer: Viewer, one: Any) -> bool:
    """Anybody reports; the secretariat decides."""
    return one.pk is None or may_decide_corrections(viewer)
