"""Feeds of what happened to documents."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from uuid import uuid5

from django.conf import settings
from django.utils.translation import get_language

from comity.formats import atom
from comity.standards import telling
from comity.standards.queries import Event

BEFORE = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)  # of a feed in which nothing happened yet


def write(title: str, path: str, home: str, events: Sequence[Event]) -> str:
    """The feed at `path` (with its filters) about what the page `home` shows."""
    node = settings.COMITY_ADDRESS
    return atom.feed(
        id=f"{node}{path}",
        title=f"{title} · {settings.COMITY_NAME}",
        address=f"{node}{path}",
        home=f"{node}{home}",
        author=settings.COMITY_NAME,
        language=get_language() or "en",
        updated=max((one.at for one in events), default=BEFORE),
        entries=[_entry(one, node) for one in events],
    )


def _entry(one: Event, node: str) -> atom.Entry:
    said = f"{one.document.identifier}: {one.document.title}"
    return atom.Entry(
        id=f"urn:uuid:{uuid5(one.document.rid, f'{one.kind}|{one.at.isoformat()}|{one.edition}')}",
        title=said,
        address=f"{node}{one.document.get_absolute_url()}",
        updated=one.at,
        summary=telling.sentence(one),
        category=one.kind,
    )
