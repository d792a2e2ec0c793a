"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from comity.records.fields import direction

SECTIONS = {
    "standards": "share",
    "organisations": "share",
    "share": "share",
    "consult": "consult",
    "contribute": "contribute",
    "bridges": "contribute",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    language = translation.get_language() or "en"
    theme = request.COOKIES.get("theme", "")
    return {
        "node_name": settings.COMITY_NAME,
        "node_address": settings.COMITY_ADDRESS,
        "sample": settings.COMITY_SAMPLE,
        "language": language,
        "language_name": dict(settings.LANGUAGES).get(language, language),
        "languages": settings.LANGUAGES,
        "direction": direction(language),
        "theme": theme if theme in ("light", "dark") else "",
        "zone": timezone.get_current_timezone_name(),
        "section": SECTIONS.get(request.path.split("/")[1], ""),
        "viewer": getattr(request, "viewer", None),
        "asked_day": getattr(request, "day", None),
        "here": request.get_full_path(),
    }
