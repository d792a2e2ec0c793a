"""Bodies and committees edited by people: versions are kept, so they can be compared and gone back to."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from comity.records import kinds
from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.fields import Multilingual
from comity.records.models import Snapshot
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import BadValue, NeedsReason, NothingChanged
from comity.standards.models import Body, Committee
from comity.standards.services.stating import checked, clean, web_address

Edited = Body | Committee
FIELDS: dict[type[Any], tuple[str, ...]] = {
    Body: ("name", "reach", "country", "website"),
    Committee: ("name", "parent"),
}


@transaction.atomic
def change(one: Edited, given: dict[str, Any], *, because: str, by: Viewer, expected: int | None = None) -> Edited:
    """Change fields of a body or committee.

    Args:
        given: values by field. Of names only the languages that are given change; an empty one goes. A parent is
            the designation of a committee, or "".
        expected: the version the editor saw.

    Raises:
        NotAllowed: only the secretariat edits.
        NeedsReason, BadValue, NothingChanged: as they say.
        Stale: somebody wrote it since `expected`.
    """
    if not policies.may_edit(by, one):
        raise NotAllowed
    if not because.strip():
        raise NeedsReason
    found = records.lock(one)
    if expected is not None and expected != found.version:
        raise Stale
    changed = [_set(found, field, value) for field, value in given.items()]
    if not any(changed):
        raise NothingChanged
    _keep_first(one, by)
    found.version = type(one)._default_manager.values_list("version", flat=True).get(pk=one.pk)
    return records.put(found, by=by, because=because, snapshot=True)


def _keep_first(one: Edited, by: Viewer) -> None:
    """Keep how it was before anybody edited it: imports keep no bodies of versions."""
    if not Snapshot.objects.filter(change__record=one.rid, change__kind=kinds.of(type(one)).name).exists():
        as_it_was = type(one)._default_manager.get(pk=one.pk)
        records.put(as_it_was, by=by, because="as it was before it was first edited", snapshot=True)


def _set(one: Edited, field: str, value: Any) -> bool:
    """Set a field; whether that changes anything."""
    if field not in FIELDS[type(one)]:
        raise BadValue(field=field, reason=_("there is no such field"))
    new = _value(one, field, value)
    name = "parent_id" if field == "parent" else field
    before = getattr(one, name)
    setattr(one, name, new)
    return bool(before != new)


def _value(one: Edited, field: str, value: Any) -> Any:
    if field == "name":
        names = {**one.name, **checked({"titles": value})["titles"]}
        found = Multilingual({tag: text for tag, text in names.items() if text})
        if not found and isinstance(one, Body):
            raise BadValue(field=field, reason=_("a body has a name in one language at least"))
        return found
    if not isinstance(value, str):
        raise BadValue(field=field, reason=_("text is expected"))
    text = clean(value)
    if field == "website":
        return web_address(field, text)
    if field == "country" and not re.fullmatch(r"([A-Za-z]{2})?", text):
        raise BadValue(field=field, reason=_("two letters, as in CH"))
    if field == "reach" and text not in Body.Reach.values:
        raise BadValue(
            field=field, reason=_("choose one of: %(choices)s") % {"choices": ", ".join(Body.Reach.values)}
        )
    if field == "parent":
        return _parent(one, text)
    return text.upper() if field == "country" else text


def _parent(one: Edited, designation: str) -> int | None:
    """The committee above, which must not be this one or one below it."""
    if not designation:
        return None
    above = Committee.objects.filter(designation=designation, withdrawn_at__isnull=True).first()
    if above is None:
        raise BadValue(field="parent", reason=_("no committee is called so"))
    seen, upward = {one.pk}, above
    while upward is not None:
        if upward.pk in seen:
            raise BadValue(field="parent", reason=_("a committee cannot stand below itself"))
        seen.add(upward.pk)
        upward = upward.parent
    return int(above.pk)
