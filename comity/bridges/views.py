"""Pages of bridges: side by side, proposing, published crosswalks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comity.bridges import exports, names, picture, policies, queries, services
from comity.bridges.forms import CrosswalkForm, ProposeForm
from comity.bridges.models import Bridge, Crosswalk
from comity.bridges.queries import Filters
from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.http import cacheable, viewer_of
from comity.records.viewer import Viewer
from comity.standards.models import Edition

PAIRS = 100  # of a published crosswalk on one page


def _proposer(request: HttpRequest) -> Viewer:
    if not policies.may_propose(viewer_of(request)):
        raise NotAllowed
    return viewer_of(request)


def _named(one: Bridge | Crosswalk) -> dict[str, Any]:
    return {"source_name": names.called(one.source), "target_name": names.called(one.target)}


@cacheable
def index(request: HttpRequest) -> HttpResponse:
    """All bridges and published crosswalks."""
    viewer = viewer_of(request)
    may = policies.may_propose(viewer)
    context = {
        "bridges": [(one, _named(one)) for one in queries.bridges(viewer)],
        "crosswalks": [(one, _named(one)) for one in queries.crosswalks(viewer)],
        "may_propose": may,
        "waiting": queries.waiting().order_by("-pk")[:5] if may else [],
    }
    return render(request, "bridges/index.html", context)


def _seen(request: HttpRequest, slug: str) -> Bridge:
    found = queries.bridge(slug, viewer_of(request))
    if found is None:
        raise NotFound
    return found


@cacheable
def bridge(request: HttpRequest, slug: str) -> HttpResponse:
    """A bridge: clauses of the source on one side, counterparts on the other, with why."""
    one = _seen(request, slug)
    filters = Filters.read(request.GET)
    found = queries.bridge_page(one, viewer_of(request), filters)
    context = {
        "bridge": one,
        "found": found,
        "filters": filters,
        "choices": _choices(found, filters),
        "kept": urlencode({name: value for name, value in request.GET.items() if name != "page"}),
        "may_propose": policies.may_propose(viewer_of(request)),
        **_named(one),
    }
    return render(request, "bridges/bridge.html", context)


def _choices(found: queries.BridgePage, filters: Filters) -> list[dict[str, Any]]:
    """What can be shown, each with how many clauses that are and its address."""
    kept = {"q": filters.query, "order": "teaching" if filters.teaching else ""}
    counts = (
        ("", _("all clauses"), found.bridge.clauses),
        ("likely", _("with a likely counterpart"), found.bridge.confident),
        ("possible", _("with a possible counterpart"), found.possible),
        ("none", _("no counterpart expected"), found.bridge.lacking),
        ("published", _("with published pairs"), found.published),
    )
    return [
        {
            "label": label,
            "count": count,
            "chosen": show == filters.show and not filters.clause,
            "address": urlencode({name: value for name, value in {**kept, "show": show}.items() if value}),
        }
        for show, label, count in counts
    ]


@cacheable
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The proposals of a bridge as a file."""
    if form not in exports.FORMS:
        raise Http404
    one = _seen(request, slug)
    return _file(exports.write(one, form), form, one.slug)


def _file(content: bytes, form: str, name: str) -> HttpResponse:
    kind, ending = exports.FORMS[form]
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
    return response


@login_required
def propose(request: HttpRequest) -> HttpResponse:
    """Choose two texts, and have counterparts proposed."""
    viewer = _proposer(request)
    texts = queries.texts(viewer)
    form = ProposeForm(
        request.POST if request.method == "POST" else None,
        texts=texts,
        initial={name: request.GET.get(name, "") for name in ("source", "target")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            by_id = {str(one.rid): one for one in texts}
            given = form.cleaned_data
            task = services.start_proposing(
                by_id[given["source"]], by_id[given["target"]], top=given["top"], by=viewer
            )
            return redirect("bridge_progress", key=task.pk)
        except NotAllowed:
            raise
        except ComityError as error:
            form.add_error("target", error.text)
    status = 400 if form.errors else 200
    return render(request, "bridges/propose.html", {"form": form, "enough": len(texts) > 1}, status=status)


@login_required
def progress(request: HttpRequest, key: int) -> HttpResponse:
    """How far the engine is, and what came of it."""
    viewer = _proposer(request)
    task = queries.proposing(key)
    if task is None:
        raise NotFound
    made = None
    if task.state == "done":
        ends = {one.rid: one for one in queries.texts(viewer)}
        source, target = (ends.get(UUID(task.payload[side])) for side in ("source", "target"))
        made = queries.bridge_between(source, target, viewer) if source and target else None
    return render(request, "bridges/progress.html", {"task": task, "made": made})


@login_required
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a bridge away, after saying so twice."""
    viewer = _proposer(request)
    one = _seen(request, slug)
    if request.method == "POST":
        services.remove_bridge(one, by=viewer)
        messages.success(request, _("The bridge was removed."))
        return redirect("bridges")
    return render(request, "bridges/remove.html", {"one": one, "count": one.proposed, **_named(one)})


# all pairs

LEVELS = (5, 10, 25, 50, 75)  # per cent of clauses with a counterpart, from which a pair is drawn


def _map(request: HttpRequest) -> tuple[services.Everything | None, list[Edition], int]:
    given = request.GET.get("least", "")
    least = int(given) if given in {str(one) for one in LEVELS} else LEVELS[1]
    return *queries.everything(viewer_of(request)), least


def _drawn(found: services.Everything, texts: list[Edition], least: int) -> str:
    strong = [one for one in found.pairs if one.share * 100 >= least]
    ends = {rid for one in strong for rid in (one.source, one.target)}
    called = {str(one.rid): names.called(one) for one in texts if str(one.rid) in ends}
    return picture.drawn(called, strong, _("Texts, and how much of them corresponds"))


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Which texts have much in common: a graph, and the pairs."""
    found, texts, least = _map(request)
    context: dict[str, Any] = {
        "found": found,
        "least": least,
        "levels": [{"value": one, "chosen": one == least} for one in LEVELS],
    }
    if found:
        called = {one.identifier: names.called(one) for one in texts}
        addresses = {one.identifier: one.document.get_absolute_url() for one in texts}
        context["picture"] = mark_safe(_drawn(found, texts, least))  # noqa: S308  # names are escaped there
        context["pairs"] = [
            row
            | {side: called[row[side]] for side in ("source", "target")}
            | {f"{side}_address": addresses[row[side]] for side in ("source", "target")}
            for row in exports.of_everything(found)["pairs"]
            if row["share"] * 100 >= least
        ]
    return render(request, "bridges/map.html", context)


@require_safe
def everything_file(request: HttpRequest, form: str) -> HttpResponse:
    """The graph as a picture, or all pairs as a table."""
    found, texts, least = _map(request)
    if found is None or form not in ("csv", "svg"):
        raise Http404
    if form == "csv":
        return _download(exports.everything_csv(found), "text/csv; charset=utf-8", "map.csv")
    return _download(_drawn(found, texts, least).encode(), "image/svg+xml", "map.svg")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


# published crosswalks


def _walk(request: HttpRequest, rid: UUID) -> Crosswalk:
    found = queries.crosswalk(rid, viewer_of(request))
    if found is None:
        raise NotFound
    return found


@cacheable
def crosswalk(request: HttpRequest, rid: UUID) -> HttpResponse:
    """A published crosswalk, pair by pair, and what of it could not be matched."""
    one = _walk(request, rid)
    page = Filters.read(request.GET).page
    context = {
        "crosswalk": one,
        "rows": queries.crosswalk_page(one, viewer_of(request), page, size=PAIRS),
        "page": page,
        "more": page * PAIRS < one.pairs_known,
        "may_propose": policies.may_propose(viewer_of(request)),
        **_named(one),
    }
    return render(request, "bridges/crosswalk.html", context)


@cacheable
def crosswalk_export(request: HttpRequest, rid: UUID, form: str) -> HttpResponse:
    """A published crosswalk as a file."""
    if form not in exports.FORMS:
        raise Http404
    one = _walk(request, rid)
    return _file(exports.write_crosswalk(one, form), form, f"crosswalk-{str(rid)[:8]}")


@login_required
def crosswalk_remove(request: HttpRequest, rid: UUID) -> HttpResponse:
    """Take a published crosswalk away, after saying so twice."""
    viewer = _proposer(request)
    one = _walk(request, rid)
    if request.method == "POST":
        services.remove_crosswalk(one, by=viewer)
        messages.success(request, _("The crosswalk was removed."))
        return redirect("bridges")
    return render(request, "bridges/remove.html", {"one": one, "count": one.pairs_known, **_named(one)})


@login_required
def import_crosswalk(request: HttpRequest) -> HttpResponse:
    """Hand over a published crosswalk."""
    viewer = _proposer(request)
    texts = queries.texts(viewer)
    form = CrosswalkForm(*((request.POST, request.FILES) if request.method == "POST" else ()), texts=texts)
    if request.method == "POST" and form.is_valid():
        try:
            done = _take(form.cleaned_data, {str(one.rid): one for one in texts}, viewer)
            if len(done) == 1 and not done[0].lost:
                messages.success(request, _("Saved: the crosswalk has %(count)s pairs.") % {"count": done[0].pairs})
                return redirect(done[0].crosswalk.get_absolute_url())
            told = [(one, _named(one.crosswalk), one.lost[:SHOWN]) for one in done]
            return render(request, "bridges/imported.html", {"done": told})
        except NotAllowed:
            raise
        except ComityError as error:
            form.add_error("file", error.text)
    return render(request, "bridges/import.html", {"form": form}, status=400 if form.errors else 200)


SHOWN = 100  # lines of a file that could not be matched, on the page that reports


def _take(given: dict[str, Any], by_id: dict[str, Edition], viewer: Viewer) -> list[services.Imported]:
    file = given["file"]
    return services.import_crosswalk(
        file.read(services.LARGEST + 1),
        file.name,
        source=by_id.get(given["source"]),
        target=by_id.get(given["target"]),
        publisher=given["publisher"],
        by=viewer,
    )
