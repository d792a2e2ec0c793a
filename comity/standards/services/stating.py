"""What people of this node state of editions: above all sources, and never overwritten by an import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.engine.dates import PartialDate
from comity.formats.catalogue import SourceRecord
from comity.formats.catalogue.record import SourceRelation
from comity.records import log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.viewer import Viewer
from comity.standards import claims, policies
from comity.standards.errors import BadValue, NeedsReason, NothingChanged
from comity.standards.models import DocumentType, Edition, Editorial, RelationKind, Source, Stage
from comity.standards.services.batches import Batch, Item, about_edition
from comity.standards.services.registry import Registry

SHORT = {"identifier": 255, "committee": 255, "edition": 40, "territory": 80}
FIELDS = (
    "identifier",
    "titles",
    "stage",
    "published",
    "committee",
    "edition",
    "type",
    "page",
    "ics",
    "languages",
    "territory",
    "publishers",
    "relations",
)
MOST = 500  # characters of a title, and entries of a list
Says = dict[str, Any]


@transaction.atomic
def state(edition: Edition, given: Says, *, because: str, by: Viewer, expected: int | None = None) -> Editorial:
    """State fields of an edition. They stand above every source from now on, until they are left to them again.

    Args:
        given: values by field (see `claims.of_editors`); an empty one leaves the field to the sources again. Of
            titles only the languages that are given change.
        because: why; everybody can read it.
        expected: the version of the edition the editor saw.

    Raises:
        NotAllowed: only the secretariat edits.
        NeedsReason, BadValue: as they say.
        NothingChanged: it is stated so already.
        Stale: somebody wrote the edition since `expected`.
    """
    _may(by, because)
    log.hold()
    edition = _locked(edition, expected)
    one = editorial_of(edition)
    says = _joined(one.says, checked(given))
    return write(one, says, changed_in(one.says, says), because=because, by=by)


def editorial_of(edition: Edition) -> Editorial:
    """What editors state of an edition: as it is kept, or nothing yet."""
    found = Editorial.objects.filter(edition=edition).first()
    return found or Editorial(edition=edition, visibility=edition.visibility)


def write(one: Editorial, says: Says, changed: set[str], *, because: str, by: Viewer) -> Editorial:
    """Keep what editors state, and merge it into the edition and its document. Call under the lock."""
    if not changed:
        raise NothingChanged
    note = {"on": timezone.localdate().isoformat(), "why": because.strip()[:500], "by": str(by.actor or "")}
    one.why = {field: note if field in changed else one.why.get(field, note) for field in says}
    one.says = says
    records.put(one, by=by, because=because, snapshot=True)
    merge(one, because=because, by=by)
    if changed & {"titles", "identifier"}:
        tasks.enqueue("search.vectors", once=True)
    return one


def merge(one: Editorial, *, because: str, by: Viewer) -> None:
    """Make the claim of what editors state, and merge it with those of the sources."""
    edition, registry = one.edition, Registry()
    data = claims.of_editors(one.says, one.why) if one.says else {}
    if not data and not edition.claims.exclude(source__key=claims.EDITORS).exists():
        raise BadValue(field=edition.identifier, reason=_("no source names it, so it cannot be left to the sources"))
    Batch([_item(edition, data, registry.source(claims.EDITORS))], registry, by, "", because).write()


def _item(edition: Edition, data: claims.Data, source: Source) -> Item:
    record = SourceRecord(
        source=source.key,
        ref=edition.key,
        file="",
        line=0,
        identifier=edition.identifier,
        relations=tuple(SourceRelation(*relation) for relation in data.get("relations", ())),
        fetched=timezone.localdate().isoformat(),
    )
    return Item(record, about_edition(edition), data, claims.digest(data), source)


def _may(by: Viewer, because: str) -> None:
    if not policies.may_edit(by, None):
        raise NotAllowed
    if not because.strip():
        raise NeedsReason


def _locked(edition: Edition, expected: int | None) -> Edition:
    found = Edition.objects.select_related("document").select_for_update(of=("self",)).get(pk=edition.pk)
    if expected is not None and expected != found.version:
        raise Stale
    return found


def _joined(says: Says, given: Says) -> Says:
    titles = {**says.get("titles", {}), **given.get("titles", {})}
    joined = {**says, **given, "titles": {tag: text for tag, text in titles.items() if text}}
    return {field: joined[field] for field in FIELDS if joined.get(field)}


def changed_in(before: Says, after: Says) -> set[str]:
    """The fields that two versions state otherwise."""
    return {field for field in FIELDS if before.get(field) != after.get(field)}


# values


def checked(given: Says) -> Says:
    """The values as they are kept.

    Raises:
        BadValue: one cannot be what its field says; its `field` is in the details.
    """
    unknown = set(given) - set(FIELDS)
    if unknown:
        raise BadValue(field=min(unknown), reason=_("there is no such field"))
    return {field: _CHECKS.get(field, _short)(field, value) for field, value in given.items()}


def _short(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(field=field, reason=_("text is expected"))
    text = clean(value)
    if len(text) > SHORT.get(field, MOST):
        raise BadValue(field=field, reason=_("it is too long"))
    return text


def clean(text: str) -> str:
    """Text without control characters and stray white space."""
    return " ".join("".join(c if c.isprintable() or c == "\u200d" else " " for c in text).split())


def _titles(field: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > 60:
        raise BadValue(field=field, reason=_("titles are given by language"))
    if any(not _TAG.fullmatch(tag) for tag in value):
        raise BadValue(field=field, reason=_("a language is named by its tag, as en or zh-Hant"))
    return {tag: _short(field, text) for tag, text in value.items()}


def _day(field: str, value: Any) -> str:
    text = _short(field, value)
    try:
        return str(PartialDate.parse(text)) if text else ""
    except ValueError as error:
        raise BadValue(field=field, reason=_("this is not a date; write it as 2026-03-15")) from error


def _page(field: str, value: Any) -> str:
    return web_address(field, _short(field, value))


def web_address(field: str, text: str) -> str:
    """An address of the web; nothing that a browser would run."""
    try:
        parts = urlsplit(text)
        good = not text or (parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text)
    except ValueError:
        good = False
    if not good or len(text) > 255:
        raise BadValue(field=field, reason=_("an address begins with https:// and has at most 255 characters"))
    return text


def _choice(*choices: str) -> Any:
    def check(field: str, value: Any) -> str:
        if value and value not in choices:
            raise BadValue(field=field, reason=_("choose one of: %(choices)s") % {"choices": ", ".join(choices)})
        return str(value or "")

    return check


def _list(field: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > 60:
        raise BadValue(field=field, reason=_("a list is expected"))
    return list(dict.fromkeys(filter(None, (_short(field, one)[:80] for one in value))))


def _relations(field: str, value: Any) -> list[list[str]]:
    if not isinstance(value, list | tuple) or len(value) > MOST:
        raise BadValue(field=field, reason=_("a list is expected"))
    found = []
    for one in value:
        if not isinstance(one, list | tuple) or len(one) != 2 or one[0] not in RelationKind.values:
            raise BadValue(field=field, reason=_("a relation is a kind and an identifier"))
        found.append([str(one[0]), _short("identifier", one[1])])
    return found


_TAG = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,4}")
_CHECKS: dict[str, Any] = {
    "titles": _titles,
    "published": _day,
    "page": _page,
    "stage": _choice(*(stage for stage in Stage.values if stage != Stage.UNKNOWN)),
    "type": _choice(*DocumentType.values),
    "ics": _list,
    "languages": _list,
    "publishers": _list,
    "relations": _relations,
}
