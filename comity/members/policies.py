"""Who may see and write what of members."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from comity.members.models import Person
from comity.records.models import seen_by
from comity.records.viewer import Viewer


def people_visible_to(viewer: Viewer) -> Q:
    """People are seen by themselves, by the secretariat, and as far as their visibility says."""
    if viewer.has_role("secretariat"):
        return Q()
    seen = seen_by(viewer)
    return seen | Q(account=viewer.user) if viewer.user is not None else seen


def may_edit_organisation(viewer: Viewer, organisation: Any) -> bool:
    return viewer.has_role("secretariat") or (
        viewer.has_role("delegate") and organisation.rid in viewer.organisations
    )


def may_edit_person(viewer: Viewer, person: Person) -> bool:
    return viewer.has_role("secretariat") or (person.account_id is not None and person.account_id == viewer.user)


def may_manage(viewer: Viewer) -> bool:
    """Invite people, give roles."""
    return viewer.has_role("secretariat")
