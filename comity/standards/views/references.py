"""The page on which the references of a draft are checked. Nothing of them is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from comity.records.errors import ComityError
from comity.records.http import viewer_of
from comity.standards import referenceexports as files
from comity.standards import why_references as why
from comity.standards.errors import NoReferences
from comity.standards.forms_references import ReferencesForm
from comity.standards.queries import references

PRIVATE = {"Cache-Control": "no-store"}


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Hand references over; they come back as a table, or as the file that is asked for."""
    posted = request.method == "POST"
    form = ReferencesForm(request.POST, request.FILES) if posted else ReferencesForm()
    context: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        try:
            found = _found(request, form)
        except ComityError as error:
            form.add_error(None, error.text)
        else:
            if request.POST.get("form") in files.FORMS:
                return _file(found, form, request.POST["form"])
            context |= _shown(found, form)
    response = render(request, "standards/references.html", context, status=400 if form.errors else 200)
    if posted:
        response["Cache-Control"] = PRIVATE["Cache-Control"]
    return response


def _found(request: HttpRequest, form: ReferencesForm) -> list[why.Line]:
    given = form.cleaned_data
    found = why.lines(references.check_listed(given["listed"], viewer_of(request), given["as_of"]))
    if not found:
        raise NoReferences
    return found


def _shown(found: list[why.Line], form: ReferencesForm) -> dict[str, Any]:
    """The results, and a form that carries the list along for the files."""
    listed, day = form.cleaned_data["listed"], form.cleaned_data["as_of"]
    again = ReferencesForm(initial={"text": files.kept(listed), "as_of": day or ""})
    forms = [name for name in files.FORMS if name != "bib" or listed.bibliography]
    return {
        "form": again,
        "found": found,
        "counts": why.counts(found).items(),
        "day": day,
        "forms": forms,
        "kept": files.kept(listed),
    }


def _file(found: list[why.Line], form: ReferencesForm, name: str) -> HttpResponse:
    write, kind = files.FORMS[name]
    response = HttpResponse(write(found, form.cleaned_data["listed"]), content_type=kind, headers=PRIVATE)
    response["Content-Disposition"] = content_disposition_header(True, f"references.{name}")
    return response
