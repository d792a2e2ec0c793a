"""Home, search over everything, the landing pages, the pages every site needs."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from comity.bridges import queries as bridges
from comity.bridges.names import called
from comity.records import log, maintenance
from comity.records.http import YEAR, cacheable, day_of
from comity.standards import queries as standards
from comity.standards.queries import instruments
from comity.web import examples, queries
from comity.web.errors import csrf_failure

__all__ = ["csrf_failure"]


@cacheable
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "web/home.html", queries.home(request.viewer))  # type: ignore[attr-defined]


@cacheable
def share(request: HttpRequest) -> HttpResponse:
    return render(
        request, "web/share.html", {"holds": standards.holdings(), "texts": instruments.documents(request.viewer)}
    )  # type: ignore[attr-defined]


@cacheable
def consult(request: HttpRequest) -> HttpResponse:
    return render(request, "web/consult.html")


@cacheable
def contribute(request: HttpRequest) -> HttpResponse:
    context = {"bridges": [(one, *map(called, (one.source, one.target))) for one in bridges.bridges(request.viewer)]}  # type: ignore[attr-defined]
    return render(request, "web/contribute.html", context)


@cacheable
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:500]
    if request.GET.get("in") == "clauses":
        return _search_clauses(request, query)
    found = queries.search(query, request.viewer) if query else None  # type: ignore[attr-defined]
    thens = _thens(request, found)
    return render(
        request, "web/search.html", {"query": query, "found": found, "thens": thens, "tells_day": bool(thens)}
    )


def _thens(request: HttpRequest, found: queries.Found | None) -> dict[int, standards.Then]:
    """How the documents that were found stood on the day asked for."""
    day = day_of(request)
    if day is None or found is None:
        return {}
    documents = (one.pk for one, _hit in found.documents_with_reasons)
    return standards.as_of_many(documents, day, request.viewer)  # type: ignore[attr-defined]


def _search_clauses(request: HttpRequest, query: str) -> HttpResponse:
    language = (get_language() or "en").split("-")[0]
    found = instruments.search(query, request.viewer, languages=[language]) if query else []  # type: ignore[attr-defined]
    return render(request, "web/search_clauses.html", {"query": query, "found": found})


PAGES = ("about", "accessibility", "privacy", "imprint")


@cacheable
def page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in PAGES:
        raise Http404
    facts = {
        "operator": settings.COMITY_OPERATOR,
        "contact": settings.COMITY_CONTACT,
        "sources": standards.sources(),
    }
    return render(request, f"web/{name}.html", facts)


@cacheable
def api_examples(request: HttpRequest) -> HttpResponse:
    return render(request, "web/examples.html", {"examples": examples.READING, "writing": examples.writing()})


@cacheable
def design(request: HttpRequest) -> HttpResponse:
    return render(request, "web/design.html", queries.specimens())


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """For people a page, for monitors JSON; red (503) when the node should not be used."""
    checks = maintenance.health()
    healthy = maintenance.is_healthy(checks)
    status = 200 if healthy else 503
    if "application/json" in request.headers.get("Accept", "") or request.GET.get("format") == "json":
        rows = [{"name": str(c.name), "level": c.level, "says": str(c.says)} for c in checks]
        return JsonResponse({"healthy": healthy, "checks": rows}, status=status)
    return render(request, "web/health.html", {"checks": checks, "healthy": healthy}, status=status)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for Prometheus."""
    lines = [f'comity_records{{kind="{kind}"}} {count}' for kind, count in standards.holdings().items()]
    lines.append(f"comity_changes_total {log.head().sequence}")
    lines += [f'comity_tasks{{state="{state}"}} {count}' for state, count in queries.tasks_by_state().items()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


@require_GET
def set_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember a language and go back. A link, not a form, so that it works on cached pages."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    response = _back(request)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=settings.SECURE)
    return response


@require_GET
def set_theme(request: HttpRequest, name: str) -> HttpResponse:
    if name not in ("light", "dark", "auto"):
        raise Http404
    response = _back(request)
    response.set_cookie("theme", name, max_age=YEAR, samesite="Lax", secure=settings.SECURE)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    target = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and not urlsplit(target).netloc
    return HttpResponseRedirect(target if safe and target.startswith("/") else "/")


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "User-agent: *\nDisallow: /accounts/\nDisallow: /search\nDisallow: /standards/corrections/\n"
        "Disallow: /*/correct/\nCrawl-delay: 2\n",
        content_type="text/plain",
    )


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    body = {
        "name": settings.COMITY_NAME,
        "short_name": "Comity",
        "start_url": "/",
        "display": "browser",
        "lang": get_language(),
    }
    return HttpResponse(json.dumps(body), content_type="application/manifest+json")
