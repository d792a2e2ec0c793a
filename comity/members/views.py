"""Pages about members: one's own account, organisations."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.members import policies, queries, services
from comity.members.forms import OrganisationForm, PreferencesForm, TokenForm
from comity.members.models import Organisation
from comity.records.errors import NotAllowed
from comity.records.http import YEAR, cacheable


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's name, language, time zone, ways to sign in, and tokens."""
    user = request.user
    initial = {
        "name": queries.display_name(user),
        "language": user.language or request.language,  # type: ignore[attr-defined]
        "timezone_name": user.timezone or timezone.get_current_timezone_name(),
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_preferences(user, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
        response = redirect("account")
        for name, value in (
            ("language", form.cleaned_data["language"]),
            ("timezone", form.cleaned_data["timezone_name"]),
        ):
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SECURE)
        return response
    context = {"form": form, "token_form": TokenForm(), "tokens": user.tokens.order_by("-created_at")}
    return render(request, "members/account.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return redirect("account")
    key = services.make_token(request.user, **form.cleaned_data)
    return render(request, "members/token.html", {"key": key, "name": form.cleaned_data["name"]})


@login_required
@require_POST
def drop_token(request: HttpRequest, key: int) -> HttpResponse:
    services.drop_token(request.user, key)
    messages.success(request, _("The token is deleted. Programs that use it are refused from now on."))
    return redirect("account")


@cacheable
def organisations(request: HttpRequest) -> HttpResponse:
    found = queries.organisations(request.viewer)[:200]  # type: ignore[attr-defined]
    return render(
        request,
        "members/organisations.html",
        {"organisations": found, "may_add": policies.may_manage(request.viewer)},
    )  # type: ignore[attr-defined]


@cacheable
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Organisation.objects.visible_to(request.viewer), slug=slug)  # type: ignore[attr-defined]
    roles = queries.roles_at(one, request.viewer)[:100]  # type: ignore[attr-defined]
    return render(request, "members/organisation.html", {"organisation": one, "roles": roles})


@login_required
def add_organisation(request: HttpRequest) -> HttpResponse:
    if not policies.may_manage(request.viewer):  # type: ignore[attr-defined]
        raise NotAllowed
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = services.add_organisation(by=request.viewer, **form.facts())  # type: ignore[attr-defined]
            return redirect(one.get_absolute_url())
        except ValidationError as error:
            for field, reasons in error.message_dict.items():
                form.add_error(field if field in form.fields else None, reasons)
    return render(request, "members/organisation_form.html", {"form": form}, status=400 if form.errors else 200)
