"""How many requests of the API one sender may make a minute.

Counted by each process for itself, in memory: a count that all processes share would cost more than most
answers. So the limit is of one worker, and a sender whose requests reach several gets as many times more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

WINDOW = 60  # seconds
MOST_SENDERS = 20_000
Answer = Callable[[HttpRequest], HttpResponse]


class Counter:
    """Requests of each sender in the running minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._began = 0.0
        self._counts: dict[str, int] = {}

    def add(self, sender: str, now: float) -> tuple[int, int]:
        """How many the sender has made with this one, and after how many seconds the count begins again."""
        with self._lock:
            if now - self._began >= WINDOW or len(self._counts) >= MOST_SENDERS:
                self._began, self._counts = now, {}
            self._counts[sender] = self._counts.get(sender, 0) + 1
            return self._counts[sender], math.ceil(self._began + WINDOW - now)

    def clear(self) -> None:
        with self._lock:
            self._began, self._counts = 0.0, {}


COUNTER = Counter()


def api_limit(get_response: Answer) -> Answer:
    """429 with the time to wait, as a problem document (RFC 9457), for whoever asks too fast."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.COMITY_API_RATE or not request.path.startswith(("/api/", "/oai")):
            return get_response(request)
        made, wait = COUNTER.add(_sender(request), time.monotonic())
        if made <= settings.COMITY_API_RATE:
            return get_response(request)
        title = _("Too many requests. Wait a little, then go on.")
        body = {"type": "about:blank#too-many", "status": 429, "title": title, "detail": title}
        response = JsonResponse(body, status=429, content_type="application/problem+json")
        response["Retry-After"] = str(wait)
        return response

    return answer


def _sender(request: HttpRequest) -> str:
    """The token if there is one, else the address. Only a digest is kept."""
    token = request.headers.get("Authorization", "")
    sender = token or get_adapter().get_client_ip(request)
    return blake2b(str(sender).encode(), digest_size=12).hexdigest()
