"""What happens to every request, in the order of settings.MIDDLEWARE."""

from __future__ import annotations

import zoneinfo
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from comity.members import queries as members
from comity.records import log
from comity.records.errors import ComityError, NotReady
from comity.records.maintenance import MARKER
from comity.records.viewer import ANYONE
from comity.standards import queries as standards
from comity.web import errors as pages

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def security_headers(get_response: Answer) -> Answer:
    """Nothing inline, nothing from elsewhere, nothing embedded."""
    secure = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if settings.SECURE else {})

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in secure.items():
            if name not in response:
                response[name] = value
        return response

    return answer


def ready(get_response: Answer) -> Answer:
    """Nothing is served on a schema that an upgrade left half way; only the page of health says so."""
    marker = Path(settings.COMITY_HOME) / MARKER

    def answer(request: HttpRequest) -> HttpResponse:
        if marker.exists() and request.path != "/health":
            with translation.override(chosen_language(request)):
                return pages.page(request, NotReady())
        return get_response(request)

    return answer


def whole_paths(get_response: Answer) -> Answer:
    """An address with a NUL in it names nothing, and PostgreSQL would fail to look it up."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            request.path_info = request.path_info.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        return get_response(request)

    return answer


class Page(NamedTuple):
    """A finished page, or a file that is the same for everybody."""

    content: bytes
    etag: str
    language: str
    headers: dict[str, str]


KEPT_HEADERS = ("Content-Type", "Content-Disposition")  # without them a file would be shown as a page


class PageStore:
    """Finished pages of this process, the least recently used dropped first."""

    MOST = 24 << 20

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, ...], Page] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page:
                self._pages.move_to_end(key)
            return page

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size = 0

    def put(self, key: tuple[str, ...], page: Page) -> None:
        with self._lock:
            if old := self._pages.pop(key, None):
                self._size -= len(old.content)
            self._pages[key] = page
            self._size += len(page.content)
            while self._size > self.MOST:
                _key, dropped = self._pages.popitem(last=False)
                self._size -= len(dropped.content)


STORE = PageStore()


def page_cache(get_response: Answer) -> Answer:
    """Give anonymous readers the finished page as long as no public record has changed.

    The key holds the generation of the records, so nothing has to be cleared and nothing is stale.
    Pages take part by `cacheable` (see `comity.records.http`).
    """

    def answer(request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        request.language = language  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD") or _known(request):
            return get_response(request)
        key = _key(request, language)
        if key is None:
            return get_response(request)
        page = STORE.get(key)
        if page is None:
            response = get_response(request)
            if not getattr(response, "cacheable", False) or response.status_code != 200:
                return response
            digest = blake2b("\n".join(key).encode(), digest_size=12).hexdigest()
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            page = Page(response.content, f'W/"{digest}"', language, headers)
            STORE.put(key, page)
        return _from_store(request, page)

    return answer


def _known(request: HttpRequest) -> bool:
    """Whether the reader may be somebody, by a session or a token: then the page may be theirs alone."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def _key(request: HttpRequest, language: str) -> tuple[str, ...] | None:
    if len(request.META.get("QUERY_STRING", "")) > 1_000 or request.path.startswith(("/static/", "/accounts/")):
        return None
    try:
        generation = log.generation()
    except DatabaseError:
        return None
    # Everything a page may differ by: what is missing here is shown to others.
    chosen = [request.COOKIES.get(name, "")[:40] for name in ("theme", "timezone")]
    return generation, request.get_full_path(), language, request.get_host(), *chosen


def _from_store(request: HttpRequest, page: Page) -> HttpResponse:
    if page.etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    elif request.method == "HEAD":
        response = HttpResponse(headers={**page.headers, "Content-Length": str(len(page.content))})
    else:
        response = HttpResponse(page.content, headers=page.headers)
    response["ETag"] = page.etag
    response["Content-Language"] = page.language
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language", "Authorization"])
    return response


def chosen_language(request: HttpRequest) -> str:
    """The language of the cookie, else of the browser, else the node's."""
    return translation.get_language_from_request(request)


def language(get_response: Answer) -> Answer:
    """Speak the reader's language and keep the time of their zone."""

    def answer(request: HttpRequest) -> HttpResponse:
        translation.activate(getattr(request, "language", None) or chosen_language(request))
        zone = request.COOKIES.get("timezone", "")
        try:
            timezone.activate(zoneinfo.ZoneInfo(zone) if zone else timezone.get_default_timezone())
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            timezone.deactivate()
        response = get_response(request)
        response.setdefault("Content-Language", translation.get_language() or "en")
        return response

    return answer


def viewer(get_response: Answer) -> Answer:
    """Put who is looking on the request."""

    def answer(request: HttpRequest) -> HttpResponse:
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        request.viewer = members.viewer_of(user) if user else ANYONE  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def asked_day(get_response: Answer) -> Answer:
    """Read the day that `as_of` asks for, on any page; what is no day is refused. The API reads its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = "" if request.path.startswith(("/api/", "/static/")) else request.GET.get("as_of", "")
        try:
            request.day = standards.day_of(given)  # type: ignore[attr-defined]
        except ComityError as error:
            return pages.page(request, error)
        return get_response(request)

    return answer


def errors(get_response: Answer) -> Any:
    """The one place where an error of any room becomes a page."""

    class Errors:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            return pages.page(request, error) if isinstance(error, ComityError) else None

    return Errors()
