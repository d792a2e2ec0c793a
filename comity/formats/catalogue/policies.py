"""Policies and laws on AI as rows: id, title, jurisdiction, year, policy_type, binding (OECD.AI)."""

from __future__ import annotations

from collections.abc import Mapping

from comity.formats.catalogue.dates import source_date
from comity.formats.catalogue.record import SourceRecord
from comity.formats.errors import Refusal
from comity.formats.values import phrase, word

SOURCE = "oecd"


def is_policy(row: Mapping[str, object]) -> bool:
    """Say whether a JSON row has the shape of a policy rather than of a standard."""
    return "policy_type" in row and "body" not in row


def record(row: Mapping[str, object], file: str, line: int, source: str = "") -> SourceRecord | Refusal:
    """Translate one row; `binding` ("Hard law", "Soft law", ...) becomes a status word."""
    identifier = word(row.get("id"))
    if not identifier:
        return Refusal(file, line, "the record has no identifier", phrase(row.get("title"))[:120])
    title, binding = phrase(row.get("title")), phrase(row.get("binding"))
    year = source_date("published", word(row.get("year")), source=source)
    return SourceRecord(
        source=source or SOURCE,
        ref=identifier,
        file=file,
        line=line,
        identifier=identifier,
        titles={"und": title} if title else {},
        kind="policy",
        doctype=phrase(row.get("policy_type")),
        status={"binding": binding} if binding else {},
        dates=(year,) if year else (),
        territory=phrase(row.get("jurisdiction")),
    )
