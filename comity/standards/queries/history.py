"""What people changed in a record, version by version: read from the change log and the bodies it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.members.models import Person
from comity.records.models import Change
from comity.records.viewer import Viewer
from comity.standards.models import (
    Body,
    Committee,
    Document,
    DocumentType,
    Edition,
    Editorial,
    RelationKind,
    Stage,
    Work,
)

MOST = 100
LABELS: dict[str, Any] = {
    "identifier": _("Identifier"),
    "titles": _("Title"),
    "title": _("Title"),
    "stage": _("Stage"),
    "published": _("Date of publication"),
    "committee": _("Committee"),
    "edition": _("Number of the edition"),
    "type": _("Kind"),
    "page": _("Web page"),
    "ics": _("ICS"),
    "languages": _("Languages"),
    "territory": _("Country or region"),
    "publishers": _("Bodies"),
    "relations": _("Relations"),
    "name": _("Name"),
    "reach": _("Reach"),
    "country": _("Country"),
    "website": _("Website"),
    "parent": _("Committee above"),
}
_WORDS = {
    "stage": dict(Stage.choices),
    "type": dict(DocumentType.choices),
    "reach": dict(Body.Reach.choices),
    "relation": dict(RelationKind.choices),
}


_REPORTED = re.compile(r"^correction [0-9a-f-]{36}:")  # as the log names it


@dataclass(frozen=True, slots=True)
class Difference:
    """What a field said and says, in words for people."""

    label: Any
    before: str
    after: str


@dataclass(slots=True)
class Version:
    """A version that a person wrote."""

    sequence: int
    at: Any
    by: str
    because: str
    about: str
    body: dict[str, Any]
    undoable: bool
    differences: list[Difference] = field(default_factory=list)


def of_document(document: Any, viewer: Viewer) -> list[Version]:
    """What editors stated of a document's editions, the latest first. Four queries."""
    seen = Edition.objects.visible_to(viewer).filter(document=document.pk)
    editorials = Editorial.objects.visible_to(viewer).filter(edition__in=seen)
    named = dict(editorials.values_list("rid", "edition__identifier"))
    return _versions("editorial", named, viewer) if named else []


def of_record(kind: str, one: Any, viewer: Viewer) -> list[Version]:
    """What people changed in a body, committee or work, the latest first. Three queries at most."""
    return _versions(kind, {one.rid: ""}, viewer)


def _versions(kind: str, named: dict[UUID, str], viewer: Viewer) -> list[Version]:
    changes = Change.objects.filter(kind=kind, record__in=named, snapshot__isnull=False).select_related("snapshot")
    found = list(changes.defer("leaves", "salt").order_by("-sequence")[: MOST + 1])
    names = _names({one.actor for one in found if one.actor}, viewer)
    versions = [
        Version(
            one.sequence,
            one.at,
            names.get(one.actor, "") if one.actor else "",
            _REPORTED.sub(gettext("Reported error:"), one.because),
            named[one.record],
            _said(kind, one.snapshot.body),
            undoable=True,
        )
        for one in found
    ]
    parents = _parents(one.body for one in versions)
    following = zip(versions, found, strict=True)
    for place, (one, change) in enumerate(following):
        later = zip(versions[place + 1 :], found[place + 1 :], strict=True)
        earlier = next((version for version, other in later if other.record == change.record), None)
        # Before what editors stated first there are the sources; before the first version kept of others, nothing.
        one.undoable = earlier is not None or kind == "editorial"
        if one.undoable:
            one.differences = differences(earlier.body if earlier else {}, one.body, parents)
    return versions[:MOST]


def _said(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind == "editorial":
        return dict(body["says"])
    return {name: value for name, value in body.items() if name in LABELS}


def _names(actors: set[UUID], viewer: Viewer) -> dict[UUID, str]:
    """How those who changed something are called, of whom the viewer may see."""
    seen = Person.objects.visible_to(viewer).filter(account__actor__in=actors) if actors else Person.objects.none()
    return dict(seen.values_list("account__actor", "name"))


def _parents(bodies: Iterable[dict[str, Any]]) -> dict[int, str]:
    keys = {body["parent"] for body in bodies if body.get("parent")}
    return dict(Committee.objects.filter(pk__in=keys).values_list("pk", "designation")) if keys else {}


def differences(before: dict[str, Any], after: dict[str, Any], parents: dict[int, str]) -> list[Difference]:
    """Field by field, in the order of the form; texts in several languages language by language."""
    found = []
    for name, label in LABELS.items():
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, dict) or isinstance(new, dict):
            found += _by_language(label, old or {}, new or {})
        elif (words := _in_words(name, old, parents)) != (_now := _in_words(name, new, parents)):
            found.append(Difference(label, words, _now))
    return found


def _by_language(label: Any, old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    tags = [tag for tag in {**old, **new} if old.get(tag) != new.get(tag)]
    return [Difference(f"{label} ({tag})", old.get(tag, ""), new.get(tag, "")) for tag in tags]


def _in_words(name: str, value: Any, parents: dict[int, str]) -> str:
    if name == "relations":
        return "; ".join(f"{_WORDS['relation'].get(kind, kind)} {target}" for kind, target in value or ())
    if name == "parent":
        return parents.get(value, "") if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(_WORDS.get(name, {}).get(value, value) or "")


def compared(versions: list[Version], first: str, second: str) -> tuple[Version, Version, list[Difference]] | None:
    """Two versions by their sequence numbers, the earlier first, with what differs; None if they are not there."""
    by_number = {str(one.sequence): one for one in versions}
    if first not in by_number or second not in by_number or first == second:
        return None
    one, other = sorted((by_number[first], by_number[second]), key=lambda version: version.sequence)
    if one.about != other.about:
        return None
    return one, other, differences(one.body, other.body, _parents((one.body, other.body)))


def version_json(one: Version) -> dict[str, Any]:
    """A version as plain JSON."""
    return {
        "change": one.sequence,
        "at": one.at.isoformat(),
        "because": one.because,
        "edition": one.about,
        "says": one.body,
        "differences": [
            {"field": str(each.label), "before": each.before, "after": each.after} for each in one.differences
        ],
    }


def one(sequence: int, viewer: Viewer) -> tuple[Any, Version] | None:
    """A version by the number of its change, with the document, body or committee it is shown in."""
    change = Change.objects.filter(sequence=sequence, snapshot__isnull=False).first()
    if change is None:
        return None
    if change.kind == "editorial":
        editorial = Editorial.objects.visible_to(viewer).filter(rid=change.record).select_related("edition").first()
        about = editorial and Document.objects.visible_to(viewer).filter(pk=editorial.edition.document_id).first()
        versions = _versions("editorial", {change.record: editorial.edition.identifier}, viewer) if about else []
    elif change.kind in RECORDS:
        record = RECORDS[change.kind].objects.visible_to(viewer).filter(rid=change.record).first()
        about = record if not isinstance(record, Work) else record.documents.visible_to(viewer).first()
        versions = of_record(change.kind, record, viewer) if about else []
    else:
        return None
    found = next((version for version in versions if version.sequence == sequence), None)
    return (about, found) if found else None


RECORDS: dict[str, Any] = {"body": Body, "committee": Committee, "work": Work}
