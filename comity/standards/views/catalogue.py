"""Pages of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from comity.formats import catalogue
from comity.formats.catalogue import FormatError
from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.fields import text_direction
from comity.records.http import cacheable, day_of
from comity.standards import citations, files, linked, pictures, policies, queries, responses, services
from comity.standards.columns import columns
from comity.standards.errors import NothingToImport
from comity.standards.facets import KNOWN, by_scheme, facet_choices, facet_groups, language_name
from comity.standards.forms import ImportForm, MappingForm
from comity.standards.models import Body, Committee, Document
from comity.standards.titles import short

KEPT = [name for name in KNOWN if name != "as_of"]  # what another day leaves as it is


@cacheable
def documents(request: HttpRequest) -> HttpResponse:
    """The catalogue: filters, sort, search, pages."""
    filters = queries.Filters.read(request.GET)
    page = queries.listing(filters, request.viewer)  # type: ignore[attr-defined]
    facets = queries.facets(page, request.viewer)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "filters": filters,
        "chosen": facet_choices(facets, filters, request.GET),
        "filters_html": _filters_html(request, filters, facets),
        "tells_day": True,
        "forms": files.FORMS.values(),
        "may_edit": policies.may_edit(request.viewer, None),  # type: ignore[attr-defined]
        "kept": [(name, value) for name, value in request.GET.items() if name in KEPT and value],
    }
    return render(request, "standards/documents.html", context)


def _filters_html(request: HttpRequest, filters: queries.Filters, facets: dict[str, list[queries.Choice]]) -> str:
    """The groups of filters. They are the same on all pages of a list, so they are kept while nothing is written."""

    def write() -> str:
        return render_to_string("standards/_filters.html", {"groups": facet_groups(facets, filters, request.GET)})

    if filters.query or request.viewer.signed_in:  # type: ignore[attr-defined]
        return write()
    return str(columns().keep(("filters", get_language(), filters.sort, filters.as_of, filters.key), write))


def _seen(request: HttpRequest, slug: str) -> Document:
    found = queries.document(slug, request.viewer)  # type: ignore[attr-defined]
    if found is None:
        raise NotFound
    return found


@cacheable
def document(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.dossier(_seen(request, slug), request.viewer)  # type: ignore[attr-defined]
    held, day = columns().fresh(), day_of(request)
    thens = queries.as_of_many(found.shown, day, request.viewer) if day else {}  # type: ignore[attr-defined]
    published_by = queries.bodies_of(found.document, held)
    return render(
        request,
        "standards/document.html",
        {
            "then": thens.get(found.document.pk),
            "thens": thens,
            "tells_day": True,
            "document": found.document,
            "found": found,
            "timeline": pictures.timeline(found),
            "neighbours": pictures.neighbours(found),
            "citation": citations.plain(found),
            "forms": files.FORMS.values(),
            "titles": _other_titles(found.document),
            "reasons": _reasons(found.document.reasons),
            "may_select": policies.may_select(request.viewer),  # type: ignore[attr-defined]
            "classes": by_scheme(found.classes),
            "bodies": published_by,
            "for_search_engines": mark_safe(linked.for_search_engines(found, published_by)),  # noqa: S308  (escaped there)
            "source_names": held.keep("sources", queries.source_names),
            "languages_given": ", ".join(language_name(tag) for tag in found.document.languages),
        },
    )


def _reasons(stated: list[list[str]]) -> dict[str, str]:
    """Each rule once, with the first words it found."""
    found: dict[str, str] = {}
    for rule, matched in stated:
        found.setdefault(rule, matched)
    return found


def _other_titles(document: Document) -> list[tuple[str, str, str]]:
    """(language, direction, title) of what the heading does not say in full."""
    heading = short(str(document.title))
    return [
        ("" if tag == "und" else tag, text_direction(title), title)
        for tag, title in document.title.items()
        if title != heading
    ]


@cacheable
def relations(request: HttpRequest, slug: str) -> HttpResponse:
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 7 and int(number) else 1
    one = _seen(request, slug)
    links, total = queries.relations_page(one, request.viewer, page)  # type: ignore[attr-defined]
    context = {"document": one, "links": links, "total": total, "number": page, "more": page * 100 < total}
    return render(request, "standards/relations.html", context)


@cacheable
def cite(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """One document as a file: for reference managers, spreadsheets and programs."""
    chosen = files.form(form)
    one = _seen(request, slug)
    return responses.of_one(chosen, one.pk, one.slug, request.viewer, day_of(request))  # type: ignore[attr-defined]


@cacheable
def bodies(request: HttpRequest) -> HttpResponse:
    return render(request, "standards/bodies.html", {"bodies": queries.bodies(request.viewer)})  # type: ignore[attr-defined]


@cacheable
def body(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Body.objects.visible_to(request.viewer), slug=slug)  # type: ignore[attr-defined]
    may = policies.may_edit(request.viewer, one)  # type: ignore[attr-defined]
    context = {"body": one, "may_edit": may, **queries.body(one, request.viewer)}  # type: ignore[attr-defined]
    return render(request, "standards/body.html", context | _thens(request, context["rows"]))


def _thens(request: HttpRequest, found: Iterable[Any]) -> dict[str, Any]:
    """How documents stood on the day asked for, for the page that shows them."""
    day = day_of(request)
    if day is None:
        return {}
    viewer = request.viewer  # type: ignore[attr-defined]
    return {"tells_day": True, "thens": queries.as_of_many({one.pk for one in found}, day, viewer)}


@cacheable
def committee(request: HttpRequest, slug: str) -> HttpResponse:
    seen = Committee.objects.visible_to(request.viewer).select_related("body", "parent")  # type: ignore[attr-defined]
    one = get_object_or_404(seen, slug=slug)
    may = policies.may_edit(request.viewer, one)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"committee": one, "may_edit": may, **queries.committee(one, request.viewer)}  # type: ignore[attr-defined]
    return render(request, "standards/committee.html", context | _thens(request, context["rows"]))


@require_safe
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The filtered list as a file, streamed."""
    chosen = files.form(form)
    filters = queries.Filters.read(request.GET)
    viewer = request.viewer  # type: ignore[attr-defined]
    return responses.streamed(chosen, queries.matching(filters, viewer), viewer, queries.day_of(filters.as_of))


def _importer(request: HttpRequest) -> None:
    if not policies.may_import(request.viewer):  # type: ignore[attr-defined]
        raise NotAllowed


@login_required
def import_file(request: HttpRequest) -> HttpResponse:
    """Hand over a catalogue file."""
    _importer(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 400 if form.errors else 200
        return render(request, "standards/import.html", {"form": form, "running": queries.imports()}, status=status)
    given = form.cleaned_data
    try:
        token = services.receive(given["file"].name, given["file"].chunks(), by=request.viewer)  # type: ignore[attr-defined]
    except ComityError as error:
        form.add_error("file", error.text)
        return render(request, "standards/import.html", {"form": form, "running": queries.imports()}, status=400)
    told = {"source": given["source"], "read_on": given["read_on"]}
    if services.is_table(services.received(token)):
        return redirect(f"{reverse('import_mapping', args=[token])}?{urlencode(told)}")
    task = services.start_import(token, by=request.viewer, **told)  # type: ignore[attr-defined]
    return redirect("import_progress", key=task.pk)


@login_required
def import_mapping(request: HttpRequest, token: str) -> HttpResponse:
    """Say which column of a table holds what, before anything is imported."""
    _importer(request)
    path = services.received(token)
    try:
        headers = catalogue.headers(path)
    except FormatError as error:
        raise NothingToImport(reason=str(error.reason)) from error
    form = MappingForm(request.POST or None, headers=headers, saved=request.GET.get("saved", ""))
    if request.method == "POST" and form.is_valid():
        task = services.start_import(
            token,
            by=request.viewer,  # type: ignore[attr-defined]
            source=request.GET.get("source", "")[:80],
            read_on=request.GET.get("read_on", "")[:10],
            mapping=form.mapping(),
            save_as=form.cleaned_data["save_as"],
        )
        return redirect("import_progress", key=task.pk)
    context = {"form": form, "file": path.name, "mappings": queries.mappings()}
    return render(request, "standards/import_mapping.html", context, status=400 if form.errors else 200)


@login_required
def import_progress(request: HttpRequest, key: int) -> HttpResponse:
    """How far an import is, and what came of it."""
    _importer(request)
    task = queries.imports().filter(pk=key).first()
    if task is None:
        raise NotFound
    return render(request, "standards/import_progress.html", {"task": task})
