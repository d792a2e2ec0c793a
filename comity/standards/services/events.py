"""Keeps account of what happens to documents, where it is written: pages, feeds and mails read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils import timezone

from comity.records import rows
from comity.standards.models import Document, DocumentEvent, Stage

Kind = DocumentEvent.Kind
COLUMNS = ("document", "at", "kind", "stage_before", "stage", "edition_before", "edition", "date", "read_on")


class Standing(NamedTuple):
    """Where a document stands: what an event is a change of."""

    here: bool
    stage: str
    edition: str


NOWHERE = Standing(here=False, stage="", edition="")


def standing(document: Document) -> Standing:
    if document.pk is None or document.withdrawn_at is not None:
        return NOWHERE
    return Standing(here=True, stage=str(document.stage), edition=document.current)


def record(before: Mapping[str, Standing], documents: Iterable[Document]) -> int:
    """Write what became of documents (just saved) since `before`, by their keys. One statement; returns how many."""
    at = timezone.now()
    found = []
    for one in documents:
        was, now = before[one.key], standing(one)
        if kind := _kind(was, now):
            stage, edition = (str(one.stage), one.current)
            found.append((one.pk, at, kind, was.stage, stage, was.edition, edition, one.date, one.read_on))
    if found:
        rows.insert(DocumentEvent, COLUMNS, found)
    return len(found)


def _kind(was: Standing, now: Standing) -> str:
    """What a change is called: of several at once, the one that matters most."""
    if was == now:
        return ""
    if not was.here:
        return Kind.NEW.value
    if not now.here or (now.stage == Stage.WITHDRAWN and was.stage != Stage.WITHDRAWN):
        return Kind.WITHDRAWN.value
    return Kind.EDITION.value if now.edition != was.edition else Kind.STAGE.value
