"""What one follows: one's own page, and stopping mails by the link in them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comity.records.http import viewer_of
from comity.standards.errors import NothingToFollow
from comity.standards.models import Digest
from comity.standards.queries import following as queries
from comity.standards.services import following as services


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What one follows, and how often one is told."""
    viewer = viewer_of(request)
    context = {
        "follows": queries.followed(viewer),
        "every": queries.digest_of(viewer),
        "choices": Digest.Every.choices,
        "concepts": queries.concepts(),
    }
    return render(request, "standards/following.html", context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Follow something; asked for by a link, it is confirmed first."""
    given = request.POST if request.method == "POST" else request.GET
    what, target = given.get("what", ""), given.get("target", "")
    if request.method == "POST":
        one = services.follow(what, target, by=viewer_of(request))
        messages.success(request, _("You follow %(what)s now.") % {"what": one.label})
        return redirect("following")
    label = queries.label_of(what, target[:500].replace("\0", ""), viewer_of(request))
    if not label:
        raise NothingToFollow
    return render(request, "standards/follow.html", {"what": what, "target": target, "label": label})


@login_required
@require_POST
def remove(request: HttpRequest, rid: UUID) -> HttpResponseRedirect:
    services.unfollow(rid, by=viewer_of(request))
    messages.success(request, _("You do not follow it any more."))
    return redirect("following")


@login_required
@require_POST
def digest(request: HttpRequest) -> HttpResponseRedirect:
    services.choose(request.POST.get("every", ""), by=viewer_of(request))
    messages.success(request, _("Saved."))
    return redirect("following")


@csrf_exempt  # a mail program posts here (RFC 8058); the signed token is what lets it
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No mails any more: by one click of a mail program, or by a button. Opening the link changes nothing."""
    services.whose(token)
    done = request.method == "POST"
    if done:
        services.stop(token)
    return render(request, "standards/follow_stop.html", {"done": done})
