"""The page of who works on what, its picture and its table as files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from comity.records.http import cacheable, viewer_of
from comity.standards import workexports, workpicture
from comity.standards.queries import workmap
from comity.standards.queries.workmap import Asked, WorkMap
from comity.standards.workpicture import grouped


def _found(request: HttpRequest) -> WorkMap:
    return workmap.work_map(Asked.read(request.GET), viewer_of(request))


@cacheable
def work_map(request: HttpRequest) -> HttpResponse:
    """Topics by body, committee or stage, with overlaps and gaps."""
    found = _found(request)
    context: dict[str, Any] = {
        "found": found,
        "asked": found.asked,
        "kept": found.asked.address(),
        "toggled": found.asked.address(confirmed=not found.asked.confirmed),
        "views": _views(found),
        "schemes": [
            {"title": title, "chosen": code == found.asked.scheme, "address": found.asked.address(scheme=code)}
            for code, title in found.schemes
        ],
        "table": [_row(found, topic) for topic in found.topics],
        "gaps": [
            {"title": title, "about": about, "topics": [_gap(found, topic) for topic in found.gaps(kind)]}
            for kind, title, about in _gap_kinds()
        ],
        "overlaps": [{"topic": one, "address": found.address(one)} for one in found.overlaps],
        # What sources write is escaped there.
        "wide": mark_safe(workpicture.drawn(found, grouped)),  # noqa: S308
        "narrow": mark_safe(workpicture.narrow(found, grouped)),  # noqa: S308
    }
    return render(request, "standards/map.html", context)


def _views(found: WorkMap) -> list[dict[str, Any]]:
    labels = {"body": _("by body"), "committee": _("by committee"), "stage": _("by stage")}
    return [
        {"label": label, "chosen": by == found.asked.by, "address": found.asked.address(by=by)}
        for by, label in labels.items()
    ]


def _row(found: WorkMap, topic: workmap.Topic) -> dict[str, Any]:
    cells = [
        {"count": cell, "rest": sum(found.rest(cell)), "column": column, "address": found.address(topic, column)}
        for cell, column in zip(topic.cells, found.columns, strict=True)
    ]
    return {"topic": topic, "address": found.address(topic), "cells": cells}


def _gap(found: WorkMap, topic: workmap.Topic) -> dict[str, Any]:
    evidence = [one for group in topic.groups for one in group.documents][: workmap.EVIDENCE] or topic.latest[:3]
    return {"topic": topic, "address": found.address(topic), "evidence": evidence}


def _gap_kinds() -> tuple[tuple[str, str, str], ...]:
    return (
        ("nothing", _("No document"), _("No AI standard of this catalogue is about it.")),
        ("unpublished", _("Nothing published yet"), _("Something is in preparation; nothing of it is out.")),
        ("idle", _("Nothing in preparation"), _("There are published documents, and nobody prepares another.")),
    )


@cacheable
def file(request: HttpRequest, form: str) -> HttpResponse:
    """The picture as SVG, or every number as CSV."""
    if form not in ("csv", "svg"):
        raise Http404
    found = _found(request)
    if form == "csv":
        content, kind = workexports.work_map_csv(found), "text/csv; charset=utf-8"
    else:
        content, kind = workpicture.drawn(found, grouped, alone=True).encode(), "image/svg+xml"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, f"map-{found.asked.by}.{form}")
    return response
