"""What all pages share, made once for each way it differs, not once a page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# What of the context the parts may say. Anything else differs from page to page.
VARYING = ("language", "language_name", "section", "node_name", "sample")
# Stand in a part for what is each page's own; of Unicode's private use, so no phrase has them.
HERE, QUERY, ZONE = "\ue000", "\ue001", "\ue002"


def shared(context: dict[str, Any], name: str) -> SafeString:
    """A part of every page: its template may use `VARYING`, `signed_in`, `here`, `query` and `zone`."""
    viewer = context.get("viewer")
    made = _made(name, bool(viewer and viewer.signed_in), *(context.get(one, "") for one in VARYING))
    # The query comes last: readers write it, and may write marks.
    made = made.replace(ZONE, escape(context.get("zone", "")))
    made = made.replace(HERE, quote(context.get("here", "")))
    return mark_safe(made.replace(QUERY, escape(context.get("query") or "")))  # noqa: S308  (escaped above)


@lru_cache(maxsize=500)
def _made(name: str, signed_in: bool, *values: Any) -> str:
    marks = {key: mark_safe(mark) for key, mark in (("here", HERE), ("query", QUERY), ("zone", ZONE))}  # noqa: S308
    given = dict(zip(VARYING, values, strict=True))
    return render_to_string(name, {**given, **marks, "signed_in": signed_in, "languages": settings.LANGUAGES})
