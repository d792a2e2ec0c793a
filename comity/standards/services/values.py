"""What values editors may give, and how they are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from comity.engine.dates import PartialDate
from comity.standards.errors import BadValue
from comity.standards.models import Body, DocumentType, RelationKind, Stage

SHORT = {"identifier": 255, "committee": 255, "edition": 40, "territory": 80}
FIELDS = (
    "identifier",
    "titles",
    "stage",
    "published",
    "committee",
    "edition",
    "type",
    "page",
    "ics",
    "languages",
    "territory",
    "publishers",
    "relations",
)
MOST = 500  # characters of a title, and entries of a list
Says = dict[str, Any]


def checked(given: Says) -> Says:
    """The values as they are kept.

    Raises:
        BadValue: one cannot be what its field says; its `field` is in the details.
    """
    unknown = set(given) - set(FIELDS)
    if unknown:
        raise BadValue(field=min(unknown), reason=_("there is no such field"))
    return {field: _CHECKS.get(field, _short)(field, value) for field, value in given.items()}


def _short(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(field=field, reason=_("text is expected"))
    text = clean(value)
    if len(text) > SHORT.get(field, MOST):
        raise BadValue(field=field, reason=_("it is too long"))
    return text


def clean(text: str) -> str:
    """Text without control characters and stray white space."""
    return " ".join("".join(c if c.isprintable() or c == "\u200d" else " " for c in text).split())


def _titles(field: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > 60:
        raise BadValue(field=field, reason=_("titles are given by language"))
    if any(not TAG.fullmatch(tag) for tag in value):
        raise BadValue(field=field, reason=_("a language is named by its tag, as en or zh-Hant"))
    return {tag: _short(field, text) for tag, text in value.items()}


def _day(field: str, value: Any) -> str:
    text = _short(field, value)
    try:
        return str(PartialDate.parse(text)) if text else ""
    except ValueError as error:
        raise BadValue(field=field, reason=_("this is not a date; write it as 2026-03-15")) from error


def _page(field: str, value: Any) -> str:
    return web_address(field, _short(field, value))


def web_address(field: str, text: str) -> str:
    """An address of the web; nothing that a browser would run."""
    try:
        parts = urlsplit(text)
        good = not text or (parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text)
    except ValueError:
        good = False
    if not good or len(text) > 255:
        raise BadValue(field=field, reason=_("an address begins with https:// and has at most 255 characters"))
    return text


def _choice(*choices: str) -> Any:
    def check(field: str, value: Any) -> str:
        if value and value not in choices:
            raise BadValue(field=field, reason=_("choose one of: %(choices)s") % {"choices": ", ".join(choices)})
        return str(value or "")

    return check


def _list(field: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > 60:
        raise BadValue(field=field, reason=_("a list is expected"))
    return list(dict.fromkeys(filter(None, (_short(field, one)[:80] for one in value))))


def _relations(field: str, value: Any) -> list[list[str]]:
    if not isinstance(value, list | tuple) or len(value) > MOST:
        raise BadValue(field=field, reason=_("a list is expected"))
    found = []
    for one in value:
        if not isinstance(one, list | tuple) or len(one) != 2 or one[0] not in RelationKind.values:
            raise BadValue(field=field, reason=_("a relation is a kind and an identifier"))
        found.append([str(one[0]), _short("identifier", one[1])])
    return found


def _publishers(field: str, value: Any) -> list[str]:
    codes = _list(field, value)
    known = set(Body.objects.filter(code__in=codes, withdrawn_at__isnull=True).values_list("code", flat=True))
    if unknown := [code for code in codes if code not in known]:
        raise BadValue(field=field, reason=_("no body has the code “%(code)s”; add it first") % {"code": unknown[0]})
    return codes


TAG = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,4}")
_CHECKS: dict[str, Any] = {
    "titles": _titles,
    "published": _day,
    "page": _page,
    "stage": _choice(*(stage for stage in Stage.values if stage != Stage.UNKNOWN)),
    "type": _choice(*DocumentType.values),
    "ics": _list,
    "languages": _list,
    "publishers": _publishers,
    "relations": _relations,
}
