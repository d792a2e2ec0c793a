"""The catalogue as linked data: DCAT 3 with the Core Standards and Specifications Vocabulary, as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity.records.errors import NotFound
from comity.records.http import cacheable, viewer_of
from comity.standards import linked, queries
from comity.standards.columns import columns

JSON_LD = "application/ld+json; charset=utf-8"
SIZE = 100  # documents of a page


@cacheable
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """One document with its editions."""
    row = queries.document(slug, viewer_of(request))
    if row is None:
        raise NotFound
    found = queries.dossier(row, viewer_of(request))
    return _answer(linked.document_graph(found, queries.bodies_of(row, columns().fresh())))


@cacheable
def documents(request: HttpRequest) -> HttpResponse:
    """A page of the list, with the filters of the list."""
    page = queries.listing(queries.Filters.read(request.GET), viewer_of(request), size=SIZE)
    bodies = {one.code: one for one in queries.all_bodies(columns().fresh())}
    asked = request.GET.copy()
    here = linked.address(f"{request.path}?{asked.urlencode()}".rstrip("?"))
    asked["after"] = str(page.cursor or "")
    after = linked.address(f"{request.path}?{asked.urlencode()}") if page.cursor else ""
    return _answer(linked.list_graph(page, bodies, here=here, after=after))


def _answer(graph: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(graph, ensure_ascii=False), content_type=JSON_LD)
