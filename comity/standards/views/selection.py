"""Pages of the AI set: the rules, what they would change, and what people decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comity.records.errors import NotAllowed, NotFound
from comity.records.http import cacheable, viewer_of
from comity.records.viewer import Viewer
from comity.standards import policies, queries, services
from comity.standards.errors import BadRule
from comity.standards.forms import RuleForm, SelectionForm
from comity.standards.models import Document, Rule
from comity.standards.queries import selection

SHOWN = 100  # documents of each group on the page of a trial


def _selector(request: HttpRequest) -> Viewer:
    if not policies.may_select(viewer_of(request)):
        raise NotAllowed
    return viewer_of(request)


@cacheable
def rules(request: HttpRequest) -> HttpResponse:
    """What puts documents in the AI set."""
    context = {
        "found": selection.overview(viewer_of(request)),
        "may_select": policies.may_select(viewer_of(request)),
    }
    return render(request, "standards/rules.html", context)


def _rule(request: HttpRequest, rid: UUID) -> Rule:
    found = selection.rule(rid, viewer_of(request))
    if found is None:
        raise NotFound
    return found


@cacheable
def rule(request: HttpRequest, rid: UUID) -> HttpResponse:
    """One rule, and the documents it put in the set."""
    one = _rule(request, rid)
    rows, total = selection.documents_of(one, viewer_of(request))
    may = policies.may_select(viewer_of(request))
    return render(request, "standards/rule.html", {"rule": one, "rows": rows, "total": total, "may_select": may})


@login_required
def edit(request: HttpRequest, rid: UUID | None = None) -> HttpResponse:
    """Write a rule."""
    viewer = _selector(request)
    one = _rule(request, rid) if rid else None
    form = RuleForm(request.POST if request.method == "POST" else None, initial=_initial(one))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_rule(form.draft(), by=viewer, rid=rid)
            messages.success(
                request, _("The rule was saved. Try the rules to see what they change; nothing has yet.")
            )
            return redirect("rules")
        except BadRule as error:
            form.add_error("terms", error.text)
    status = 400 if form.errors else 200
    return render(request, "standards/rule_form.html", {"form": form, "rule": one}, status=status)


def _initial(one: Rule | None) -> dict[str, Any]:
    if one is None:
        return {}
    return {
        "field": one.field,
        "name": one.name,
        "terms": "\n".join(one.terms),
        "unless": "\n".join(one.unless),
        "strength": int(one.strength),
        "exact": one.exact,
    }


@login_required
def remove(request: HttpRequest, rid: UUID) -> HttpResponse:
    """Take a rule away, after saying so twice."""
    viewer = _selector(request)
    one = _rule(request, rid)
    if request.method == "POST":
        services.remove_rule(rid, by=viewer)
        messages.success(request, _("The rule was removed. What it selected stays until the rules are applied."))
        return redirect("rules")
    return render(request, "standards/rule_remove.html", {"rule": one})


@login_required
def trial(request: HttpRequest) -> HttpResponse:
    """What the rules would change; and the button that applies them."""
    viewer = _selector(request)
    if request.method == "POST":
        return redirect("rules_applying", key=services.start_applying(by=viewer).pk)
    found = services.try_rules(by=viewer)
    groups = (
        (_("Come in"), found.added),
        (_("Go out"), found.removed),
        (_("Stay, for other reasons"), found.changed),
    )
    context = {
        "found": found,
        "groups": [{"title": title, "all": len(rows), "rows": rows[:SHOWN]} for title, rows in groups],
        "shown": SHOWN,
    }
    return render(request, "standards/rules_trial.html", context)


@login_required
def applying(request: HttpRequest, key: int) -> HttpResponse:
    """How far the rules are applied."""
    _selector(request)
    task = selection.applying(key)
    if task is None:
        raise NotFound
    return render(request, "standards/rules_applying.html", {"task": task})


@login_required
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Put one document in the set or take it out, or let the rules decide again."""
    viewer = _selector(request)
    row = queries.document(slug, viewer)
    if row is None:
        raise NotFound
    document = Document.objects.visible_to(viewer).get(pk=row.pk)
    if request.method == "POST" and "undo" in request.POST:
        services.undo_decision(document, by=viewer)
        messages.success(request, _("The rules decide again."))
        return redirect(document.get_absolute_url())
    initial = {"verdict": int(document.selection)}
    form = SelectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.decide_selection(document, form.cleaned_data["verdict"], form.cleaned_data["reason"], by=viewer)
        messages.success(request, _("The decision was saved. It stands above the rules until it is taken back."))
        return redirect(document.get_absolute_url())
    context = {"form": form, "document": document, "decided": services.decided(document)}
    return render(request, "standards/selection_form.html", context, status=400 if form.errors else 200)
