"""Errors as pages: what happened, what was kept, what to do."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comity.records.errors import ComityError


def page(request: HttpRequest, error: ComityError) -> HttpResponse:
    """The page for an error of a room."""
    return _render(request, error.status, error.text)


def _render(request: HttpRequest, status: int, happened: str) -> HttpResponse:
    return render(request, "web/error.html", {"status": status, "happened": happened}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
        told = _("What you sent is larger than %(most)s MB. Nothing was read. Send it in parts, or as a file.")
        return _render(request, 413, told % {"most": most})
    return _render(request, 400, _("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _render(request, 403, _("You may not see this page."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _render(request, 404, _("There is no page at this address, or you may not see it."))


def failed(request: HttpRequest) -> HttpResponse:
    return _render(request, 500, _("Something in the program went wrong. It has been logged."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _render(request, 403, _("The form was open for too long or came from another site. Nothing was changed."))
