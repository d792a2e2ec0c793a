"""The REST API: each room's router, one way to be recognised, one form of error (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from comity.bridges.api import router as bridges
from comity.members import queries as members
from comity.records.errors import ComityError, NotAllowed, NotFound
from comity.records.viewer import ANYONE
from comity.standards.api import ROUTERS as STANDARDS

PROBLEM = "application/problem+json"
READING = ("GET", "HEAD", "OPTIONS")
# Whoever has no account may post here, and then acts as nobody.
OPEN = ("/api/v1/corrections", "/api/v1/references/check")
CHECKING = "/api/v1/references/check"  # only reads, however it is asked


class Bearer(HttpBearer):
    """`Authorization: Bearer comity_...`: acts as the token's account."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        known = members.account_of_token(token)
        if known is not None and not known.writes and request.method not in READING and request.path != CHECKING:
            raise NotAllowed(_("This token may only read. Make one that may write."))
        if known is not None:
            request.viewer = members.viewer_of(known.account)  # type: ignore[attr-defined]
        return known


def anyone(request: HttpRequest) -> bool:
    """Reading needs no token; a token that is sent must be right.

    Writing does: a browser sends its cookie with what another site makes it post. An error may be reported
    and references be checked without one, as nobody, whatever cookie comes along.
    """
    if "Authorization" in request.headers:
        return False
    if request.method == "POST" and request.path in OPEN:
        request.viewer = ANYONE  # type: ignore[attr-defined]
        return True
    return request.method in READING


api = NinjaAPI(
    title="Comity",
    version="1",
    description="Read without a token; write with one. Errors are RFC 9457 problem documents.",
    auth=[Bearer(), anyone],
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("", bridges)
for router in STANDARDS:
    api.add_router("", router)


def _problem(status: int, code: str, title: str, detail: str, **more: Any) -> HttpResponse:
    body = {"type": f"about:blank#{code}", "status": status, "title": title, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


@api.exception_handler(ComityError)
def _error(request: HttpRequest, error: ComityError) -> HttpResponse:
    return _problem(error.status, error.code, str(type(error).message), error.text)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
    return _problem(413, "too-large", "The request is too large.", f"A request has at most {most} MB.")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [{"at": "/".join(str(p) for p in one["loc"]), "says": one["msg"]} for one in error.errors]
    return _problem(422, "invalid", "The request is not valid.", faults[0]["says"] if faults else "", faults=faults)


@api.get("/me", tags=["members"], summary="Who the token acts as")
def me(request: HttpRequest) -> dict[str, Any]:
    viewer = request.viewer  # type: ignore[attr-defined]
    return {"signed_in": viewer.signed_in, "roles": sorted(viewer.roles)}


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _error(request, NotFound())


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _problem(401, "unknown-token", "The token is not known, or no longer in force.", "")


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(error.status_code, "refused", "The request was refused.", str(error))
