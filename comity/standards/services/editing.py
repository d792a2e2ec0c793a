"""Bodies, committees and works edited by people: versions are kept, so they can be compared and gone back to."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from comity.records import identity, kinds, log
from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.fields import Multilingual
from comity.records.models import Snapshot
from comity.records.viewer import Viewer
from comity.standards import policies
from comity.standards.errors import BadValue, KnownAlready, NeedsReason, NothingChanged
from comity.standards.models import Body, Committee, Work
from comity.standards.services import registry
from comity.standards.services.values import checked, clean, web_address

Edited = Body | Committee | Work
FIELDS: dict[type[Any], tuple[str, ...]] = {
    Body: ("name", "reach", "country", "website"),
    Committee: ("name", "parent"),
    Work: ("title",),
}


@transaction.atomic
def change(one: Edited, given: dict[str, Any], *, because: str, by: Viewer, expected: int | None = None) -> Edited:
    """Change fields of a body, committee or work.

    Args:
        given: values by field. Of names only the languages that are given change; an empty one goes. A parent is
            the designation of a committee, or "".
        expected: the version the editor saw.

    Raises:
        NotAllowed: only the secretariat edits.
        NeedsReason, BadValue, NothingChanged: as they say.
        Stale: somebody wrote it since `expected`.
    """
    _may(by, because)
    found = records.lock(one)
    if expected is not None and expected != found.version:
        raise Stale
    changed = [_set(found, field, value) for field, value in given.items()]
    if not any(changed):
        raise NothingChanged
    _keep_first(one, by)
    found.version = type(one)._default_manager.values_list("version", flat=True).get(pk=one.pk)
    return records.put(found, by=by, because=because, snapshot=True)


@transaction.atomic
def add_body(code: str, given: dict[str, Any], *, because: str, by: Viewer) -> Body:
    """Add a body under the code its identifiers begin with.

    Raises:
        NotAllowed, NeedsReason, BadValue: as `change`.
        KnownAlready: there is a body of this code.
    """
    _may(by, because)
    code = clean(code)
    if not code or len(code) > 40:
        raise BadValue(field="code", reason=_("a code has 1 to 40 characters"))
    log.hold()
    if known := Body.objects.filter(code__iexact=code).first():
        raise KnownAlready(identifier=known.code, slug=known.slug)
    rid = identity.of_fact("body", code)
    one = Body(rid=rid, code=code, slug=_free(slugify(code)[:30] or rid.hex[:12]))
    for field, value in {"name": {}, **given}.items():
        _set(one, field, value)
    return records.put(one, by=by, because=because, snapshot=True)


def _free(slug: str) -> str:
    """A slug that no body has, and that is not the page of adding one."""
    taken = {"new", *Body.objects.filter(slug__startswith=slug).values_list("slug", flat=True)}
    return next(one for n in range(len(taken) + 1) if (one := f"{slug}-{n + 1}" if n else slug) not in taken)


@transaction.atomic
def add_committee(designation: str, body: str, given: dict[str, Any], *, because: str, by: Viewer) -> Committee:
    """Add a committee of the body with the code `body`.

    Raises:
        NotAllowed, NeedsReason, BadValue: as `change`.
        KnownAlready: there is a committee called so.
    """
    _may(by, because)
    designation = clean(designation)
    owner = Body.objects.filter(code=clean(body), withdrawn_at__isnull=True).first()
    if not designation or len(designation) > 255:
        raise BadValue(field="designation", reason=_("a designation has 1 to 255 characters"))
    if owner is None:
        raise BadValue(field="body", reason=_("no body has this code; add it first"))
    log.hold()
    if known := Committee.objects.filter(key=registry.committee_key(designation)).first():
        raise KnownAlready(identifier=known.designation, slug=known.slug)
    one = registry.new_committee(designation, owner)
    for field, value in given.items():
        _set(one, field, value)
    return records.put(one, by=by, because=because, snapshot=True)


def _may(by: Viewer, because: str) -> None:
    if not policies.may_edit(by, None):
        raise NotAllowed
    if not because.strip():
        raise NeedsReason


def _keep_first(one: Edited, by: Viewer) -> None:
    """Keep how it was before anybody edited it: imports keep no bodies of versions."""
    if not Snapshot.objects.filter(change__record=one.rid, change__kind=kinds.of(type(one)).name).exists():
        as_it_was = type(one)._default_manager.get(pk=one.pk)
        records.put(as_it_was, by=by, because="as it was before it was first edited", snapshot=True)


def body_of(one: Edited) -> dict[str, Any]:
    """The record as the log proves it."""
    return kinds.of(type(one)).payload(one)


def restore(one: Edited, fields: dict[str, Any], *, because: str, by: Viewer) -> Edited:
    """Set fields back to what an earlier version says. Call under the lock."""
    found = records.lock(one)
    for field, value in fields.items():
        if field == "parent" and isinstance(found, Committee):
            found.parent_id = value if Committee.objects.filter(pk=value).exists() else None
        else:
            setattr(found, field, Multilingual(value) if isinstance(value, dict) else value)
    return records.put(found, by=by, because=because, snapshot=True)


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
    if field in ("name", "title"):
        names = {**getattr(one, field), **checked({"titles": value})["titles"]}
        found = Multilingual({tag: text for tag, text in names.items() if text})
        if not found and not isinstance(one, Committee):
            raise BadValue(field=field, reason=_("it needs a name in one language at least"))
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
