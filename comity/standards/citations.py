"""How a document is cited in a text. As files: `files`."""

from __future__ import annotations

from comity.standards.queries import Dossier


def plain(found: Dossier) -> str:
    """As in a list of references (after ISO 690): identifier, title, publisher, year."""
    one = found.document
    parts = [one.identifier, str(one.title).rstrip("."), ", ".join(one.publishers), str(one.year or "")]
    return ". ".join(part for part in parts if part) + "."
