"""What was changed in a record, by whom and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from comity.records.errors import NotFound
from comity.records.http import cacheable, viewer_of
from comity.standards import queries
from comity.standards.models import Body, Committee
from comity.standards.queries import corrections


@cacheable
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """What was put right in a document."""
    one = queries.document(slug, viewer_of(request))
    if one is None:
        raise NotFound
    return _history(request, one, one.identifier)


@cacheable
def body(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Body.objects.visible_to(viewer_of(request)), slug=slug)
    return _history(request, one, one.code)


@cacheable
def committee(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Committee.objects.visible_to(viewer_of(request)), slug=slug)
    return _history(request, one, one.designation)


def _history(request: HttpRequest, about: Any, name: str) -> HttpResponse:
    context = {"about": about, "name": name, "corrections": corrections.accepted(about, viewer_of(request))}
    return render(request, "standards/history.html", context)
