"""Titles as lists show them."""

from __future__ import annotations

import re

# What so many titles of the field begin with that it tells nothing in a list.
_FIELD = re.compile(
    r"^(?:information technology|artificial intelligence(?: \(AI\))?|securing artificial intelligence \(SAI\)"
    r"|technologies de l['’]information|intelligence artificielle)\s*(?:—|–|--|-|;|:)\s+",
    re.IGNORECASE,
)


def short(title: str) -> str:
    """`title` without the field it names first, unless nothing would be left.

    >>> short("Information technology — Artificial intelligence — Management system")
    'Management system'
    """
    rest = title
    while (shorter := _FIELD.sub("", rest, count=1)) != rest and shorter:
        rest = shorter
    return rest[:1].upper() + rest[1:] if rest != title else title
