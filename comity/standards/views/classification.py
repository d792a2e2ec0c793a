"""Pages of what documents are about: the queue of suggestions, deciding on them, agreement."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.http import cacheable, viewer_of
from comity.records.viewer import Viewer
from comity.standards import policies, queries, services
from comity.standards.facets import LABELS, by_scheme
from comity.standards.models import Classification, Document
from comity.standards.queries import classification
from comity.standards.queries.classification import CONFIDENCES, Queue, Waiting

State = Classification.State
STATES = {
    State.SUGGESTED: gettext_lazy("wait for a decision"),
    State.CONFIRMED: gettext_lazy("confirmed"),
    State.REJECTED: gettext_lazy("rejected"),
}


def _classifier(request: HttpRequest) -> Viewer:
    if not policies.may_classify(viewer_of(request)):
        raise NotAllowed
    return viewer_of(request)


@cacheable
def queue(request: HttpRequest) -> HttpResponse:
    """What was suggested and decided, and how far people agree with the engine."""
    viewer = viewer_of(request)
    asked = Queue.read(request.GET.dict())
    found = classification.waiting(asked, viewer)
    may = policies.may_classify(viewer)
    context = {
        "found": found,
        **_choices(found),
        "agreement": classification.agreement(viewer),
        "may_classify": may,
        "may_decide": may and asked.state == State.SUGGESTED,
        "kept": _address(asked),
        "previous": _address(replace(asked, page=asked.page - 1)) if asked.page > 1 else None,
        "next": _address(replace(asked, page=asked.page + 1)) if found.more else None,
    }
    return render(request, "standards/classification.html", context)


def _choices(found: Waiting) -> dict[str, list[dict[str, Any]]]:
    """What the queue can be narrowed to, each with its address."""
    asked = replace(found.queue, page=1)

    def choice(label: Any, chosen: bool, count: int | None = None, **given: Any) -> dict[str, Any]:
        return {"label": label, "count": count, "chosen": chosen, "address": _address(replace(asked, **given))}

    schemes = [
        choice(LABELS[f"concept:{name}"], asked.scheme == name, count, scheme=name, concept="")
        for name, count in found.schemes.items()
        if count
    ]
    sure = [
        choice(_("%(n)s %% or more") % {"n": round(100 * least)}, asked.least == least, least=least)
        for least in CONFIDENCES
    ]
    return {
        "states": [choice(label, asked.state == state, state=str(state)) for state, label in STATES.items()],
        "schemes": [choice(_("all schemes"), not asked.scheme, scheme="", concept=""), *schemes],
        "concepts": [
            choice(label, asked.concept == name, count, concept="" if asked.concept == name else name)
            for name, label, count in found.concepts
        ],
        "confidences": [choice(_("any confidence"), not asked.least, least=0.0), *sure],
    }


def _address(asked: Queue) -> str:
    defaults = asdict(Queue())
    return urlencode({name: value for name, value in asdict(asked).items() if value != defaults[name]})


def _rids(given: Iterable[str]) -> list[UUID]:
    found = []
    for one in given:
        with suppress(ValueError):
            found.append(UUID(one))
    return found


@login_required
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject what was chosen in the queue."""
    viewer = _classifier(request)
    back = Queue.read(QueryDict(request.POST.get("back", "")[:500]).dict())
    chosen = _rids(request.POST.getlist("class"))
    if request.POST.get("all") == "1":
        chosen = [row.one.rid for row in classification.waiting(back, viewer).rows]
    _decide(request, chosen, viewer)
    return redirect(f"{reverse('classification')}?{_address(back)}")


def _decide(request: HttpRequest, chosen: list[UUID], viewer: Viewer) -> None:
    verdict = request.POST.get("verdict", "")
    if verdict not in (State.CONFIRMED, State.REJECTED) or not chosen:
        messages.warning(request, _("Nothing was chosen, so nothing was changed."))
        return
    count = services.decide_classes(chosen, verdict, by=viewer)
    said = (
        ngettext("%(n)s class was confirmed.", "%(n)s classes were confirmed.", count)
        if verdict == State.CONFIRMED
        else ngettext("%(n)s class was rejected.", "%(n)s classes were rejected.", count)
    )
    messages.success(request, said % {"n": count})


@login_required
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Have classes suggested: of one document, or of all AI standards."""
    viewer = _classifier(request)
    named = _rids(request.POST.getlist("document"))
    task = services.start_suggesting(named or None, by=viewer)
    return redirect("classes_suggesting", key=task.pk)


@login_required
def suggesting(request: HttpRequest, key: int) -> HttpResponse:
    """How far the engine is, and what came of it."""
    _classifier(request)
    task = classification.suggesting(key)
    if task is None:
        raise NotFound
    return render(request, "standards/classes_suggesting.html", {"task": task})


@login_required
def classes(request: HttpRequest, slug: str) -> HttpResponse:
    """What one document is about: confirm, reject, add."""
    viewer = _classifier(request)
    row = queries.document(slug, viewer)
    if row is None:
        raise NotFound
    document = Document.objects.visible_to(viewer).get(pk=row.pk)
    error = ""
    if request.method == "POST":
        try:
            _change(request, document, viewer)
            return redirect("document_classes", slug=slug)
        except NotAllowed:
            raise
        except ComityError as refused:
            error = refused.text
    context = {
        "document": document,
        "classes": by_scheme(classification.classes_of(document.pk, viewer)),
        "concepts": _concepts(),
        "chosen": request.POST.get("concept", ""),
        "error": error,
    }
    return render(request, "standards/classes.html", context, status=409 if error else 200)


def _change(request: HttpRequest, document: Document, viewer: Viewer) -> None:
    if "concept" in request.POST:
        services.add_class(document, request.POST["concept"], by=viewer)
        messages.success(request, _("It was added."))
        return
    verdict = request.POST.get("verdict", "")
    if verdict not in (State.CONFIRMED, State.REJECTED):
        raise NotFound
    mine = Classification.objects.visible_to(viewer).filter(document=document)
    chosen = mine.filter(rid__in=_rids(request.POST.getlist("class"))).exclude(state=verdict)
    for one in chosen:
        services.decide_class(one, verdict, by=viewer)
    messages.success(request, _("The decision was saved."))


def _concepts() -> list[tuple[Any, list[tuple[str, Any]]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for name, label in classification.concept_labels().items():
        found.setdefault(name.split(":")[0], []).append((name, label))
    return [(LABELS[f"concept:{scheme}"], choices) for scheme, choices in found.items()]
