"""What changed: the page between two days, its table, and feeds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.records.errors import NotFound
from comity.records.http import cacheable, viewer_of
from comity.standards import exports, feeds, queries, telling
from comity.standards.facets import KNOWN
from comity.standards.models import Body, Committee, DocumentEvent

ATOM = "application/atom+xml; charset=utf-8"
KEPT = [name for name in KNOWN if name not in ("sort", "as_of")]


def _asked(request: HttpRequest) -> tuple[queries.Filters, queries.Period, str]:
    given = request.GET
    period = queries.Period.read(given.get("since", ""), given.get("until", ""))
    return queries.Filters.read(given), period, given.get("what", "")


@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    """What changed between two days. Without both, the page depends on today and is not kept."""
    lasts = request.GET.get("since", "").strip() and request.GET.get("until", "").strip()
    return cacheable(_changed)(request) if lasts else _changed(request)


def _changed(request: HttpRequest) -> HttpResponse:
    filters, period, what = _asked(request)
    found = queries.changed(filters, period, viewer_of(request), kind=what)
    context: dict[str, Any] = {
        "found": found,
        "filters": filters,
        "what": what,
        "kinds": [(kind.value, kind.label, found.counts.get(kind.value, 0)) for kind in DocumentEvent.Kind],
        "everything": sum(found.counts.values()),
        "told": [(one, telling.sentence(one)) for one in found.events],
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
    }
    response = render(request, "standards/changed.html", context)
    return response


@require_safe
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a table, streamed."""
    filters, period, what = _asked(request)
    lines = exports.csv_of_changes(queries.every_change(filters, period, viewer_of(request), kind=what))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="changed.csv"'
    return response


def _feed(request: HttpRequest, title: str, home: str, events: list[queries.Event]) -> HttpResponse:
    return HttpResponse(feeds.write(title, request.get_full_path(), home, events), content_type=ATOM)


@cacheable
def feed(request: HttpRequest) -> HttpResponse:
    """What happened to the documents of a list."""
    filters = queries.Filters.read(request.GET)
    home = "/standards/" + (f"?{request.GET.urlencode()}" if request.GET else "")
    title = _("The whole catalogue") if filters.all else _("AI standards")
    chosen = [*filters.chosen().values(), *([filters.query] if filters.query else [])]
    return _feed(request, ", ".join([title, *chosen]), home, queries.latest(filters, viewer_of(request)))


@cacheable
def body_feed(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = viewer_of(request)
    one = get_object_or_404(Body.objects.visible_to(viewer), slug=slug)
    found = queries.latest(queries.Filters(body=one.code, all=True), viewer)
    return _feed(request, str(one.name), one.get_absolute_url(), found)


@cacheable
def committee_feed(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = viewer_of(request)
    one = get_object_or_404(Committee.objects.visible_to(viewer), slug=slug)
    found = queries.latest(queries.Filters(committee=one.slug, all=True), viewer)
    return _feed(request, one.designation, one.get_absolute_url(), found)


@cacheable
def document_feed(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = viewer_of(request)
    one = queries.document(slug, viewer)
    if one is None:
        raise NotFound
    return _feed(request, one.identifier, one.get_absolute_url(), queries.latest_of(one, viewer))
