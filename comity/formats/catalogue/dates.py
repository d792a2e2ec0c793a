"""Dates as precise as a source knows them."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from comity.formats.catalogue.record import SourceDate

_SHAPE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)

# These give 1 January for every year that they know: the day is theirs, not the document's.
_INVENT_JANUARY = frozenset({"easc", "gost"})


@lru_cache(maxsize=65536)
def date(text: str) -> str:
    """Return a `YYYY`, `YYYY-MM` or `YYYY-MM-DD` that exists in the calendar, "" for anything else."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return ""
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return ""
    return text


def source_date(kind: str, text: str, *, source: str) -> SourceDate | None:
    """Return a date of a source as far as it can be believed, None where it is not a date at all."""
    value = date(text)
    if not value:
        return None
    if source in _INVENT_JANUARY and value.endswith("-01-01"):
        value = value[:4]
    return SourceDate(kind, value)
