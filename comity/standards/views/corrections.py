"""Pages on which anybody reports an error, reads the answer, and on which the secretariat decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.members.queries import sender_of
from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.http import viewer_of
from comity.standards import policies, queries
from comity.standards.forms_corrections import AnswerForm, ReportForm
from comity.standards.models import Body, Committee, Correction, Document, Edition
from comity.standards.queries import corrections as reads
from comity.standards.services import corrections as services

MOST_EDITIONS = 60
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def report_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Report an error in a document, or in one of its editions."""
    row = queries.document(slug, viewer_of(request))
    if row is None:
        raise NotFound
    one = Document.objects.visible_to(viewer_of(request)).select_related("committee").get(pk=row.pk)
    seen = Edition.objects.visible_to(viewer_of(request)).filter(document=one)
    editions = sorted(seen.order_by("-date")[:MOST_EDITIONS], key=lambda edition: edition.key != one.current)
    return _report(request, one, editions)


def report_body(request: HttpRequest, slug: str) -> HttpResponse:
    return _report(request, get_object_or_404(Body.objects.visible_to(viewer_of(request)), slug=slug), [])


def report_committee(request: HttpRequest, slug: str) -> HttpResponse:
    return _report(request, get_object_or_404(Committee.objects.visible_to(viewer_of(request)), slug=slug), [])


@require_http_methods(["GET", "HEAD", "POST"])
def _report(request: HttpRequest, about: services.About, editions: list[Edition]) -> HttpResponse:
    asked = {name: request.GET.get(name, "")[:80] for name in ("field", "language")}
    initial = asked | {"token": services.form_token(about)}
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(sent, initial=initial, about=about, editions=editions)
    if sent is not None and form.is_valid() and (link := _reported(request, about, form)):
        messages.success(request, _("Thank you. Keep the address of this page: the answer will be here."))
        return redirect(link)
    if sent is not None and form.errors and not services.token_lasts(sent.get("token", "")):
        form.data = form.data.copy()
        form.data["token"] = services.form_token(about)
    answer = render(request, "standards/correct.html", {"form": form, "about": about}, status=_status(form))
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _reported(request: HttpRequest, about: services.About, form: ReportForm) -> str:
    """The reporter's link; "" if the report was not taken, and the form says why."""
    try:
        services.check_form(form.cleaned_data["token"], about, form.cleaned_data["homepage"])
        one = services.report(
            about,
            form.report(get_language() or ""),
            by=viewer_of(request),
            sender=sender_of(request),
            form=form.cleaned_data["token"],
        )
    except ComityError as error:
        field = str(error.details.get("field", ""))
        form.add_error(field if field in form.fields else None, error.text)
        form.refused = error.status  # type: ignore[attr-defined]
        return ""
    return services.link_of(one)


def _status(form: Any) -> int:
    return getattr(form, "refused", 400) if form.errors else 200


@require_http_methods(["GET", "HEAD"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """What was reported and what was answered, for whoever has the link."""
    one = services.followed(token)
    answer = render(request, "standards/correction_followed.html", {"one": one})
    for name, value in PRIVATE.items():
        answer[name] = value
    return answer


def _decider(request: HttpRequest) -> None:
    if not policies.may_decide_corrections(viewer_of(request)):
        raise NotAllowed


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was answered."""
    _decider(request)
    state, number = request.GET.get("state", ""), request.GET.get("page", "1")
    found = reads.corrections(
        viewer_of(request),
        state if state in Correction.State.values else Correction.State.OPEN,
        int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number) else 1,
    )
    states = [(value, label, found.counts[value]) for value, label in Correction.State.choices]
    return render(request, "standards/corrections.html", {"found": found, "states": states})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, rid: UUID) -> HttpResponse:
    """Accept a report, decline it, or erase it as spam."""
    _decider(request)
    one = reads.correction(rid, viewer_of(request))
    if one is None:
        raise NotFound
    form = AnswerForm(request.POST if request.method == "POST" else None, one=one)
    if request.method == "POST" and form.is_valid() and _decided(request, one, form):
        return redirect("corrections")
    now = services.value_of(one.about, one.edition, one.field, one.language)
    context = {"one": one, "form": form, "now": now, "open": one.state == Correction.State.OPEN}
    return render(request, "standards/correction.html", context, status=400 if form.errors else 200)


def _decided(request: HttpRequest, one: Correction, form: AnswerForm) -> bool:
    given, by = form.cleaned_data, viewer_of(request)
    try:
        if "erase" in request.POST:
            services.erase(one, by=by)
            messages.success(request, _("The report was erased."))
        elif "accept" in request.POST:
            services.accept(one, answer=given["answer"], value=given.get("value", ""), by=by)
            messages.success(request, _("Accepted. The reporter and the history have your answer."))
        else:
            services.decline(one, answer=given["answer"], by=by)
            messages.success(request, _("Declined. The reporter has your answer."))
    except ComityError as error:
        form.add_error("answer" if error.code == "needs-reason" else None, error.text)
        return False
    return True
