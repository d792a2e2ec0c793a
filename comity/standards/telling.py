"""What happened to a document, in words: one sentence for pages, feeds and mails."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from comity.standards.models import DocumentEvent, Stage
from comity.standards.queries import Event

Kind = DocumentEvent.Kind


def sentence(event: Event) -> str:
    """What happened, without the name of the document."""
    stage = _stage(event.stage)
    if event.kind == Kind.NEW:
        return _("Came into this catalogue: %(stage)s.") % {"stage": stage}
    if event.kind == Kind.EDITION:
        return _("The edition that stands for it is now %(edition)s: %(stage)s.") % {
            "edition": event.edition,
            "stage": stage,
        }
    if event.kind == Kind.WITHDRAWN:
        return _("Withdrawn; it was: %(stage)s.") % {"stage": _stage(event.stage_before)}
    return _("Moved from %(before)s to %(after)s.") % {"before": _stage(event.stage_before), "after": stage}


def _stage(value: str) -> Any:
    return Stage(value).label if value in Stage.values else Stage.UNKNOWN.label


def plain(event: Event) -> dict[str, Any]:
    """The event as plain JSON."""
    one = event.document
    return {
        "at": event.at.isoformat(),
        "what": event.kind,
        "identifier": one.identifier,
        "document": one.key,
        "title": dict(one.title),
        "stage before": event.stage_before,
        "stage": event.stage,
        "edition before": event.edition_before,
        "edition": event.edition,
        "date": event.date,
        "read on": event.read_on,
        "url": one.get_absolute_url(),
        "id": str(one.rid),
    }
