"""What people follow, and what happened to it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.http import QueryDict

from comity.records.models import Concept
from comity.records.viewer import Viewer
from comity.standards.models import Body, Classification, Committee, Digest, Document, DocumentEvent, Follow
from comity.standards.queries.events import Event, _events, _of
from comity.standards.queries.filters import Filters

What = Follow.What
MOST = 100  # events in one mail; the page has all


def followed(viewer: Viewer) -> QuerySet[Follow]:
    """What the viewer follows, the newest first. One query."""
    return Follow.objects.visible_to(viewer).filter(contributor=viewer.actor)


def digest_of(viewer: Viewer) -> str:
    """How often the viewer is told by mail. One query."""
    said = Digest.objects.filter(actor=viewer.actor).values_list("every", flat=True).first()
    return said or Digest.Every.NEVER.value


def label_of(what: str, target: str, viewer: Viewer) -> str:
    """What something one can follow is called; "" if there is no such thing for the viewer. One query."""
    if what == What.SEARCH:
        filters = search_of(target)
        words = [*filters.chosen().values(), *([f"“{filters.query}”"] if filters.query else [])]
        return ", ".join(words) or ("*" if filters.all else "AI")
    if what == What.CONCEPT:
        scheme, _colon, code = target.partition(":")
        concept = Concept.objects.filter(scheme__code=scheme, code=code).first()
        return str(concept.label) if concept else ""
    if what == What.DOCUMENT:
        return (
            Document.objects.visible_to(viewer).filter(slug=target).values_list("identifier", flat=True).first() or ""
        )
    if what == What.BODY:
        return Body.objects.visible_to(viewer).filter(slug=target).values_list("code", flat=True).first() or ""
    if what == What.COMMITTEE:
        seen = Committee.objects.visible_to(viewer).filter(slug=target)
        return seen.values_list("designation", flat=True).first() or ""
    return ""


def search_of(target: str) -> Filters:
    return Filters.read(QueryDict(target).dict())  # type: ignore[arg-type]


def canonical_search(target: str) -> str:
    """The filters of a search in one order, and nothing else, so that the same search is followed once."""
    filters, given = search_of(target), QueryDict(mutable=True)
    for name, value in (("q", filters.query), *filters.chosen().items(), ("all", "1" if filters.all else "")):
        if value:
            given[name] = value
    return given.urlencode()


def concepts() -> list[tuple[str, str]]:
    """Topics one can follow: those that a document has. One query."""
    used = Classification.objects.exclude(state=Classification.State.REJECTED).filter(withdrawn_at=None)
    found = Concept.objects.filter(pk__in=used.values("concept")).select_related("scheme")
    return sorted(((f"{one.scheme.code}:{one.code}", str(one.label)) for one in found), key=lambda one: one[1])


def happened(follows: Iterable[Follow], viewer: Viewer, since: datetime.datetime) -> list[Event]:
    """What happened since a moment to what somebody follows, but not before they did. Newest first, each once."""
    keys: set[int] = set()
    for one in follows:
        found = _to(one, viewer).filter(at__gt=max(since, one.created_at)).order_by("-at", "-pk")
        keys |= set(found.values_list("pk", flat=True)[:MOST])
    return _events(DocumentEvent.objects.filter(pk__in=keys).order_by("-at", "-pk")[:MOST], viewer)


def _to(one: Follow, viewer: Viewer) -> QuerySet[DocumentEvent]:
    if one.what == What.SEARCH:
        return _of(search_of(one.target), viewer)
    if one.what == What.BODY:
        code = Body.objects.visible_to(viewer).filter(slug=one.target).values_list("code", flat=True).first()
        return _of(Filters(body=code, all=True), viewer) if code else DocumentEvent.objects.none()
    if one.what == What.COMMITTEE:
        return _of(Filters(committee=one.target, all=True), viewer)
    seen = DocumentEvent.objects.filter(document__in=Document.objects.visible_to(viewer))
    if one.what == What.DOCUMENT:
        return seen.filter(document__slug=one.target)
    scheme, _colon, code = one.target.partition(":")
    classes = Classification.objects.visible_to(viewer).filter(
        ~Q(state=Classification.State.REJECTED), concept__scheme__code=scheme, concept__code=code
    )
    return seen.filter(document__in=classes.values("document"))
