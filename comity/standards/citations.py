"""How a document is cited."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from comity.standards.queries import Dossier

_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def plain(found: Dossier) -> str:
    """As in a list of references (after ISO 690): identifier, title, publisher, year."""
    one = found.document
    parts = [one.identifier, str(one.title).rstrip("."), ", ".join(one.publishers), str(one.year or "")]
    return ". ".join(part for part in parts if part) + "."


def _address(found: Dossier) -> str:
    return (
        next((found.current.links[kind] for kind in ("page", "doi", "pdf") if kind in found.current.links), "")
        if found.current
        else ""
    )


def bibtex(found: Dossier) -> str:
    one = found.document
    fields = {
        "title": f"{{{str(one.title).translate(_ESCAPES)}}}",
        "number": one.identifier.translate(_ESCAPES),
        "institution": " and ".join(one.publishers).translate(_ESCAPES),
        "year": str(one.year or ""),
        "url": _address(found),
        "type": one.type,
    }
    key = re.sub(r"[^A-Za-z0-9]+", "-", one.identifier).strip("-") or one.rid.hex[:8]
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@techreport{{{key},\n{body}\n}}\n"


def csl(found: Dossier) -> str:
    """CSL-JSON 1.0, as reference managers import it."""
    one = found.document
    item: dict[str, Any] = {
        "id": str(one.rid),
        "type": "standard",
        "title": str(one.title),
        "number": one.identifier,
        "publisher": ", ".join(one.publishers),
        "URL": _address(found),
        "language": one.title.language,
    }
    if one.date:
        item["issued"] = {"date-parts": [[int(part) for part in one.date.split("-")]]}
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=1)


FORMS: dict[str, tuple[Callable[[Dossier], str], str]] = {
    "bib": (bibtex, "application/x-bibtex; charset=utf-8"),
    "json": (csl, "application/vnd.citationstyles.csl+json; charset=utf-8"),
}
