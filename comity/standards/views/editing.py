"""Pages on which the secretariat edits: whoever comes second sees what the first wrote, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.records.errors import ComityError, NotAllowed, NotFound, Stale
from comity.records.http import viewer_of
from comity.records.viewer import Viewer
from comity.standards import policies, queries
from comity.standards.forms_editing import (
    TEXT,
    BodyForm,
    CommitteeForm,
    DocumentForm,
    EditForm,
    NewBodyForm,
    NewCommitteeForm,
    NewDocumentForm,
    RelationForm,
    WorkForm,
)
from comity.standards.models import Body, Committee, Document, Edition, Work
from comity.standards.services import editing, stating

Values = dict[str, Any]


def _editor(request: HttpRequest) -> Viewer:
    if not policies.may_edit(viewer_of(request), None):
        raise NotAllowed
    return viewer_of(request)


def edition_asked(request: HttpRequest, slug: str) -> tuple[Document, Edition, list[Edition]]:
    """The document, the edition that is asked for (else the one that stands for it), and all its editions."""
    row = queries.document(slug, viewer_of(request))
    if row is None:
        raise NotFound
    document = Document.objects.visible_to(viewer_of(request)).select_related("work").get(pk=row.pk)
    editions = list(Edition.objects.visible_to(viewer_of(request)).filter(document=document).order_by("-date", "-pk"))
    key = request.GET.get("edition", "") or document.current
    found = next((one for one in editions if one.key == key), None)
    if found is None:
        raise NotFound
    return document, found, editions


@login_required
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """State what is right in an edition, above its sources."""
    viewer = _editor(request)
    about, edition, editions = edition_asked(request, slug)

    def save(given: Values, because: str, version: int) -> None:
        stating.state(edition, given, because=because, by=viewer, expected=version)

    def read() -> tuple[Values, int]:
        edition.refresh_from_db()
        return stating.shown(edition), edition.version

    more = {
        "edition": edition,
        "editions": editions[:60] if len(editions) > 1 else [],
        "stated": stating.editorial_of(edition).says,
        "is_document": True,
    }
    return _edit(request, DocumentForm, read, save, about, edition.identifier, more)


@login_required
def body(request: HttpRequest, slug: str) -> HttpResponse:
    return _record(request, get_object_or_404(Body.objects.visible_to(_editor(request)), slug=slug), BodyForm)


@login_required
def committee(request: HttpRequest, slug: str) -> HttpResponse:
    seen = Committee.objects.visible_to(_editor(request)).select_related("parent")
    return _record(request, get_object_or_404(seen, slug=slug), CommitteeForm)


@login_required
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """Edit the work a document belongs to."""
    _editor(request)
    about, _edition, _editions = edition_asked(request, slug)
    if about.work is None:
        raise NotFound(_("This document stands alone: it belongs to no work."))
    return _record(request, about.work, WorkForm, about)


def _record(request: HttpRequest, one: editing.Edited, form: type[EditForm], about: Any = None) -> HttpResponse:
    def save(given: Values, because: str, version: int) -> None:
        editing.change(one, given, because=because, by=viewer_of(request), expected=version)

    def read() -> tuple[Values, int]:
        one.refresh_from_db()
        return values_of(one), one.version

    return _edit(request, form, read, save, about or one, str(one), {})


def values_of(one: editing.Edited) -> Values:
    """A body, committee or work by the fields that can be edited."""
    if isinstance(one, Work):
        return {"title": dict(one.title)}
    if isinstance(one, Committee):
        return {"name": dict(one.name), "parent": one.parent.designation if one.parent else ""}
    return {"name": dict(one.name), "reach": str(one.reach), "country": one.country, "website": one.website}


@require_http_methods(["GET", "HEAD", "POST"])
def _edit(
    request: HttpRequest,
    form_class: type[EditForm],
    read: Callable[[], tuple[Values, int]],
    save: Callable[[Values, str, int], None],
    about: Any,
    name: str,
    more: Values,
) -> HttpResponse:
    now, version = read()
    form = form_class(request.POST if request.method == "POST" else None, now=now, version=version)
    others: list[tuple[Any, str, str]] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            save(form.changed(), form.cleaned_data["because"], form.cleaned_data["version"] or 0)
            messages.success(request, _("Saved. The history tells it, and can undo it."))
            return redirect(about.get_absolute_url())
        except Stale as error:
            others, status = form.renew(*read()), 409
            form.add_error(None, error.text)
        except ComityError as error:
            add_error(form, error)
    context = {"form": form, "about": about, "name": name, "others": others, **more}
    return render(request, "standards/edit.html", context, status=status if status != 200 or not form.errors else 400)


def add_error(form: Any, error: ComityError) -> None:
    """Say an error of a service at the field it is about."""
    field = str(error.details.get("field", ""))
    field = field if field in form.fields else f"{TEXT}{field}"
    at_because = error.code == "needs-reason" and "because" in form.fields
    form.add_error("because" if at_because else field if field in form.fields else None, error.text)


@login_required
def new_document(request: HttpRequest) -> HttpResponse:
    """Add a document, or another edition of one."""
    viewer = _editor(request)

    def add(given: Values, because: str) -> Any:
        return stating.add(given.pop("identifier", ""), given, because=because, by=viewer).document

    return _new(request, NewDocumentForm, add, _("Add a document"), "identifier")


@login_required
def new_body(request: HttpRequest) -> HttpResponse:
    viewer = _editor(request)

    def add(given: Values, because: str) -> Any:
        return editing.add_body(given.pop("code", ""), given, because=because, by=viewer)

    return _new(request, NewBodyForm, add, _("Add a body"), "code")


@login_required
def new_committee(request: HttpRequest) -> HttpResponse:
    viewer = _editor(request)

    def add(given: Values, because: str) -> Any:
        designation, of = given.pop("designation", ""), given.pop("body", "")
        return editing.add_committee(designation, of, given, because=because, by=viewer)

    return _new(request, NewCommitteeForm, add, _("Add a committee"), "designation", "body")


@require_http_methods(["GET", "HEAD", "POST"])
def _new(
    request: HttpRequest, form_class: type[EditForm], add: Callable[[Values, str], Any], title: str, *first: str
) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None, now={})
    form.order_fields([*first, "other_language", "other_text"])
    form.fields["other_language"].label, form.fields["other_text"].label = _("Language"), _("Title or name")
    known = None
    if request.method == "POST" and form.is_valid():
        keys = {name: form.cleaned_data[name].strip() for name in first}
        try:
            one = add({**form.changed(), **keys}, form.cleaned_data["because"])
            messages.success(request, _("Added."))
            return redirect(one.get_absolute_url())
        except ComityError as error:
            known = error.details if error.code == "known-already" else None
            add_error(form, error)
    context = {"form": form, "title": title, "known": known}
    return render(request, "standards/add.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relations(request: HttpRequest, slug: str) -> HttpResponse:
    """Relations that editors state of an edition: add one, take one back."""
    viewer = _editor(request)
    about, edition, _editions = edition_asked(request, slug)
    form = RelationForm(request.POST if request.method == "POST" else None, initial={"version": edition.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        verb = stating.unrelate if "remove" in request.POST else stating.relate
        told = {"because": given["because"], "by": viewer, "expected": given["version"]}
        try:
            verb(edition, given["kind"], given["target"].strip(), **told)
            messages.success(request, _("Saved. The history tells it, and can undo it."))
            return redirect(about.get_absolute_url())
        except Stale as error:
            form.data = form.data.copy()
            edition.refresh_from_db()
            form.data["version"] = edition.version
            form.add_error(None, error.text)
        except ComityError as error:
            add_error(form, error)
    kinds = dict(form.fields["kind"].choices)
    stated = stating.editorial_of(edition).says.get("relations", [])
    rows = [(kind, kinds.get(kind, kind), target) for kind, target in stated]
    context = {"form": form, "about": about, "edition": edition, "stated": rows}
    return render(request, "standards/relate.html", context, status=400 if form.errors else 200)
