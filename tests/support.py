"""What tests of several rooms make: viewers, organisations, files of source records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from comity.members.models import Organisation
from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import NODE, Viewer

SECRETARY = Viewer(user=1, actor=UUID(int=1), roles=frozenset({"secretariat"}))
READER = Viewer(user=2, actor=UUID(int=2), roles=frozenset({"reader"}))
STRANGER = Viewer(user=3, actor=UUID(int=3), roles=frozenset({"reader"}))

Row = dict[str, Any]


def unsaved(name: str, **facts: Any) -> Organisation:
    """An organisation that is not written yet."""
    slug = facts.pop("slug", name.lower().replace(" ", "-"))
    return Organisation(name={"en": name}, slug=slug, **facts)


def organisation(name: str = "Example", *, by: Viewer = NODE, **facts: Any) -> Organisation:
    return records.put(unsaved(name, **facts), by=by)


def private(name: str, owner: Viewer) -> Organisation:
    """An organisation that only `owner` (and the node) may see."""
    return organisation(name, visibility=Visibility.PRIVATE, contributor=owner.actor)


def row(identifier: str, **facts: Any) -> Row:
    """A line of a catalogue file: only what is given, and a place in the source made of the identifier."""
    return {
        "id": identifier,
        "body": "iso",
        "title": {"en": f"Title of {identifier}"},
        "src": f"data/{identifier}",
        **facts,
    }


def ai(rule: str = "title:AI", matched: str = "AI", strength: str = "strong") -> Row:
    """What puts a record in the AI set."""
    return {"strength": strength, "rules": [[rule, matched]]}


def write(path: Path, rows: Iterable[Row | str]) -> Path:
    """A JSON Lines file (gzipped if its name says so) of rows, or of lines as they are."""
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows]
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path
