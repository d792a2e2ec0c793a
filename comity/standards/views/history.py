"""What was changed in a record, by whom and why; two versions compared; a change undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.http import cacheable, viewer_of
from comity.standards import policies, queries
from comity.standards.forms_editing import UndoChangeForm
from comity.standards.models import Body, Committee, Work
from comity.standards.queries import corrections
from comity.standards.queries import history as reads
from comity.standards.services import undoing
from comity.standards.views.editing import add_error


@cacheable
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """What people stated of a document, and of the work it belongs to."""
    viewer = viewer_of(request)
    one = queries.document(slug, viewer)
    if one is None:
        raise NotFound
    versions = reads.of_document(one, viewer)
    if one.work_id and (work := Work.objects.visible_to(viewer).filter(pk=one.work_id).first()):
        versions = sorted([*versions, *reads.of_record("work", work, viewer)], key=lambda v: v.sequence, reverse=True)
    return _history(request, one, one.identifier, versions)


@cacheable
def body(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Body.objects.visible_to(viewer_of(request)), slug=slug)
    return _history(request, one, one.code, reads.of_record("body", one, viewer_of(request)))


@cacheable
def committee(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Committee.objects.visible_to(viewer_of(request)), slug=slug)
    return _history(request, one, one.designation, reads.of_record("committee", one, viewer_of(request)))


def _history(request: HttpRequest, about: Any, name: str, versions: list[reads.Version]) -> HttpResponse:
    context = {
        "about": about,
        "name": name,
        "versions": versions,
        "compared": reads.compared(versions, request.GET.get("from", ""), request.GET.get("to", "")),
        "asked": "from" in request.GET,
        "corrections": corrections.accepted(about, viewer_of(request)),
        "may_edit": policies.may_edit(viewer_of(request), None),
        "is_document": not isinstance(about, Body | Committee),
    }
    return render(request, "standards/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, change: int) -> HttpResponse:
    """Undo one change, after saying what that does."""
    viewer = viewer_of(request)
    if not policies.may_edit(viewer, None):
        raise NotAllowed
    found = reads.one(change, viewer)
    if found is None:
        raise NotFound
    about, version = found
    form = UndoChangeForm(request.POST if request.method == "POST" else None, initial={"change": change})
    if request.method == "POST" and form.is_valid():
        try:
            undoing.undo(change, because=form.cleaned_data["because"], by=viewer)
            messages.success(request, _("Undone. The history keeps both changes."))
            return redirect(about.get_absolute_url() + "history/")
        except ComityError as error:
            add_error(form, error)
    context = {"form": form, "about": about, "version": version}
    return render(request, "standards/undo_change.html", context, status=400 if form.errors else 200)
