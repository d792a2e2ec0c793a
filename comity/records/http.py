"""What pages of every room have in common, below the pages of `web`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comity.records.viewer import Viewer

YEAR = 365 * 24 * 3600
View = Callable[..., HttpResponse]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who reads: the middleware of `web` put them there."""
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def day_of(request: HttpRequest) -> datetime.date | None:
    """The day whose state is asked for by `as_of`: the middleware of `web` put it there."""
    return getattr(request, "day", None)


def cacheable(view: View) -> View:
    """Mark a page as the same for all anonymous readers of a language until a public record changes."""

    @require_safe
    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.cacheable = not (request.viewer.signed_in or response.streaming)  # type: ignore[attr-defined]
        return response

    return marked
