"""What people of this node state of editions: above all sources, and never overwritten by an import."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.engine import identifiers
from comity.engine.identifiers import Reference
from comity.formats.catalogue import SourceRecord
from comity.formats.catalogue.record import SourceRelation
from comity.records import log, tasks
from comity.records import services as records
from comity.records.errors import NotAllowed, Stale
from comity.records.viewer import Viewer
from comity.standards import claims, policies
from comity.standards.errors import BadValue, Circular, KnownAlready, NeedsReason, NothingChanged, ToItself
from comity.standards.models import Edition, Editorial, Source, Stage
from comity.standards.services.batches import Batch, Item, about_edition, claimed
from comity.standards.services.circles import closed_by
from comity.standards.services.registry import Registry
from comity.standards.services.values import FIELDS, Says, checked


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
    given = checked(given)
    _left_to_sources(one.says, given)
    says = _joined(one.says, given)
    return write(one, says, changed_in(one.says, says), because=because, by=by)


@transaction.atomic
def add(identifier: str, given: Says, *, because: str, by: Viewer) -> Edition:
    """Add an edition that no source names, and its document if there is none.

    Raises:
        NotAllowed, NeedsReason, BadValue: as `state`.
        KnownAlready: there is such an edition; its document's slug is in the details.
    """
    _may(by, because)
    says = checked({**given, "identifier": identifier})
    if not says["identifier"] or not says.get("titles"):
        raise BadValue(field="titles" if says["identifier"] else "identifier", reason=_("it is needed"))
    log.hold()
    registry = Registry()
    source = registry.source(claims.EDITORS)
    record = SourceRecord(claims.EDITORS, "", "", 0, says["identifier"], edition=says.get("edition", ""))
    about = claims.reference(record)
    if len(about.key) > 255:
        raise BadValue(field="identifier", reason=_("it is too long"))
    known = Edition.objects.filter(key=about.key, withdrawn_at__isnull=True).select_related("document").first()
    if known is not None:
        raise KnownAlready(identifier=known.identifier, slug=known.document.slug)
    says = _joined({}, says)
    why = dict.fromkeys(says, _note(because, by))
    data = claims.of_editors(says, why)
    Batch([_item(about, data, source)], registry, by, "", because).write()
    edition: Edition = Edition.objects.select_related("document").get(key=about.key)
    one = editorial_of(edition)
    one.says, one.why = says, why
    records.put(one, by=by, because=because, snapshot=True)
    tasks.enqueue("search.vectors", once=True)
    return edition


def shown(edition: Edition) -> Says:
    """What editors and sources together say of an edition, by the fields that editors may state. One query."""
    merged = merged_of(edition)
    return {
        "identifier": edition.identifier,
        "titles": dict(edition.title),
        "stage": "" if edition.stage == Stage.UNKNOWN else str(edition.stage),
        "published": edition.dates.get("published", ""),
        "committee": merged.committee[0],
        "edition": edition.number,
        "type": str(merged.type),
        "page": edition.links.get("page", ""),
        "ics": list(edition.ics),
        "languages": list(edition.languages),
        "territory": merged.territory,
    }


def merged_of(edition: Edition) -> claims.Merged:
    about = about_edition(edition)
    statements = [statement for _key, statement in claimed([edition])]
    return claims.merge(statements, about) if statements else claims.Merged(identifier=edition.identifier)


@transaction.atomic
def relate(
    edition: Edition, kind: str, target: str, *, because: str, by: Viewer, expected: int | None = None
) -> Editorial:
    """State that an edition is related to another document.

    Raises:
        NotAllowed, NeedsReason, BadValue, NothingChanged, Stale: as `state`.
        ToItself: an edition is not related to itself.
        Circular: what supersedes it, directly or through others, would be superseded by it.
    """
    says = checked({"relations": [[kind, target]]})["relations"]
    about, aim = about_edition(edition), identifiers.parse(says[0][1], claims.EDITORS)
    if not aim.key or len(aim.key) > 255:
        raise BadValue(field="target", reason=_("name a document by its identifier"))
    if aim.key in (about.key, about.document):
        raise ToItself
    log.hold()
    if circle := closed_by(kind, about, aim):
        raise Circular(path=" → ".join(circle))
    stated = editorial_of(edition).says.get("relations", [])
    if [kind, says[0][1]] in stated:
        raise NothingChanged
    return state(edition, {"relations": [*stated, *says]}, because=because, by=by, expected=expected)


@transaction.atomic
def unrelate(
    edition: Edition, kind: str, target: str, *, because: str, by: Viewer, expected: int | None = None
) -> Editorial:
    """Take back a relation that editors stated. What sources state stays.

    Raises:
        NotAllowed, NeedsReason, Stale: as `state`.
        NothingChanged: editors state no such relation.
    """
    log.hold()
    stated = editorial_of(edition).says.get("relations", [])
    left = [one for one in stated if one != [kind, target]]
    if left == stated:
        raise NothingChanged
    return state(edition, {"relations": left}, because=because, by=by, expected=expected)


def editorial_of(edition: Edition) -> Editorial:
    """What editors state of an edition: as it is kept, or nothing yet."""
    found = Editorial.objects.filter(edition=edition).first()
    return found or Editorial(edition=edition, visibility=edition.visibility)


def write(one: Editorial, says: Says, changed: set[str], *, because: str, by: Viewer) -> Editorial:
    """Keep what editors state, and merge it into the edition and its document. Call under the lock."""
    if not changed:
        raise NothingChanged
    note = _note(because, by)
    one.why = {field: note if field in changed else one.why.get(field, note) for field in says}
    one.says = says
    records.put(one, by=by, because=because, snapshot=True)
    merge(one, because=because, by=by)
    if changed & {"titles", "identifier"}:
        tasks.enqueue("search.vectors", once=True)
    return one


def _note(because: str, by: Viewer) -> dict[str, str]:
    return {"on": timezone.localdate().isoformat(), "why": because.strip()[:500], "by": str(by.actor or "")}


def merge(one: Editorial, *, because: str, by: Viewer) -> None:
    """Make the claim of what editors state, and merge it with those of the sources."""
    edition, registry = one.edition, Registry()
    data = claims.of_editors(one.says, one.why) if one.says else {}
    if not data and not edition.claims.exclude(source__key=claims.EDITORS).exists():
        raise BadValue(field=edition.identifier, reason=_("no source names it, so it cannot be left to the sources"))
    item = _item(about_edition(edition), data, registry.source(claims.EDITORS))
    Batch([item], registry, by, "", because).write()


def _item(about: Reference, data: claims.Data, source: Source) -> Item:
    record = SourceRecord(
        source=source.key,
        ref=about.key,
        file="",
        line=0,
        identifier=about.text,
        relations=tuple(SourceRelation(*relation) for relation in data.get("relations", ())),
        fetched=timezone.localdate().isoformat(),
    )
    return Item(record, about, data, claims.digest(data), source)


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


def _left_to_sources(says: Says, given: Says) -> None:
    """What editors do not state is the sources' already: it can be stated otherwise, not emptied."""
    stated = {**says, **says.get("titles", {})}
    empty = [field for field, value in {**given, **given.get("titles", {})}.items() if not value]
    for field in empty:
        if field not in stated and field not in ("relations", "titles"):
            raise BadValue(field=field, reason=_("a source states it; state what is right instead of emptying it"))


def changed_in(before: Says, after: Says) -> set[str]:
    """The fields that two versions state otherwise."""
    return {field for field in FIELDS if before.get(field) != after.get(field)}
