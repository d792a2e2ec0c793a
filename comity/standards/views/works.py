"""Pages on which the secretariat decides whether two documents are the same work."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.http import cacheable, viewer_of
from comity.standards import policies, queries, services
from comity.standards.forms import DecisionForm, UndoForm
from comity.standards.models import SameWork
from comity.standards.queries import WorkFilters
from comity.standards.why_works import why


@cacheable
def works(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for a decision, and those that were decided."""
    viewer = viewer_of(request)
    filters = WorkFilters.read(request.GET)
    found = queries.works_page(filters, viewer)
    may = policies.may_decide(viewer)
    chosen = {"state": filters.state, "body": filters.body, "least": filters.least or ""}
    context = {
        "found": found,
        "filters": filters,
        "states": [(state, label, found.counts[state]) for state, label in SameWork.State.choices],
        "levels": queries.LEVELS,
        "kept": urlencode({name: value for name, value in chosen.items() if value}),
        "may_decide": may,
        "waiting": list(queries.works_waiting()[:3]) if may else [],
    }
    return render(request, "standards/works.html", context)


def _seen(request: HttpRequest, rid: UUID) -> SameWork:
    found = queries.same_work(rid, viewer_of(request))
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest, rid: UUID) -> HttpResponse:
    """Two documents side by side, why they may be one work, and the decision."""
    one = _seen(request, rid)
    form = DecisionForm(request.POST or None, initial={"version": one.version, "adoption": one.adoption})
    if request.method == "POST":
        if not policies.may_decide(viewer_of(request)):
            raise NotAllowed
        if form.is_valid() and _decided(request, one, form):
            return redirect(one.get_absolute_url())
    return _shown(request, one, form)


def _decided(request: HttpRequest, one: SameWork, form: DecisionForm) -> bool:
    """Take the decision; what keeps it from being taken is told in the form."""
    given = form.cleaned_data
    told = {"reason": given["reason"], "by": viewer_of(request), "expected": given["version"]}
    try:
        if given["decision"] == "accept":
            services.accept(one, adoption=given["adoption"], **told)
            messages.success(request, _("They are the same work from now on. You can undo it below."))
        else:
            services.reject(one, **told)
            messages.success(request, _("They are not the same work, and are not proposed again."))
    except ComityError as error:
        form.add_error("reason" if error.code == "needs-reason" else None, error.text)
        return False
    return True


def _shown(request: HttpRequest, one: SameWork, form: DecisionForm) -> HttpResponse:
    viewer = viewer_of(request)
    beside = queries.documents_beside(one, viewer)
    context = {
        "one": one,
        "sides": list(zip(one.sides, beside, strict=True)),
        "why": why(one),
        "form": form,
        "history": list(reversed(one.history)),
        "may_decide": policies.may_decide(viewer),
        "open": one.state == SameWork.State.PROPOSED,
    }
    return render(request, "standards/work.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo_work(request: HttpRequest, rid: UUID) -> HttpResponse:
    """Take a decision back, after saying what that does."""
    if not policies.may_decide(viewer_of(request)):
        raise NotAllowed
    one = _seen(request, rid)
    form = UndoForm(request.POST or None, initial={"version": one.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.undo(one, reason=given["reason"], by=viewer_of(request), expected=given["version"])
            messages.success(request, _("The decision was undone. The pair waits again."))
            return redirect(one.get_absolute_url())
        except ComityError as error:
            form.add_error(None, error.text)
    return render(request, "standards/work_undo.html", {"one": one, "form": form}, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose_works(request: HttpRequest) -> HttpResponse:
    """Have all documents compared, in the background."""
    if not policies.may_decide(viewer_of(request)):
        raise NotAllowed
    if request.method == "POST":
        task = services.start_proposing_works(by=viewer_of(request))
        return redirect("works_progress", key=task.pk)
    return render(request, "standards/works_propose.html")


@login_required
def works_progress(request: HttpRequest, key: int) -> HttpResponse:
    """How far the comparing is, and what came of it."""
    if not policies.may_decide(viewer_of(request)):
        raise NotAllowed
    task = queries.proposing_works(key)
    if task is None:
        raise NotFound
    return render(request, "standards/works_progress.html", {"task": task})
