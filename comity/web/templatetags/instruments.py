"""How clauses, doubts and changes are worded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from comity.standards.facets import language_name
from comity.standards.queries import instruments

register = template.Library()
register.filter("spoken", instruments.spoken)
register.filter("short_name", instruments.short_name)
register.filter("language_name", language_name)

DOUBTS = {
    "no-number": _("no number in the file"),
    "repeated": _("number given twice"),
    "skipped": _("number before it missing"),
    "level": _("level guessed"),
    "heading": _("heading guessed"),
    "recognised": _("found in running text"),
}
CHANGES = {
    "unchanged": _("unchanged"),
    "changed": _("changed"),
    "moved": _("moved"),
    "split": _("split"),
    "merged": _("merged"),
    "new": _("new"),
    "gone": _("gone"),
}


ACTIONS = {
    "replaced": _("replaced"),
    "inserted": _("inserted"),
    "added": _("added"),
    "deleted": _("deleted"),
    "amended": _("amended"),
}


@register.simple_tag
def action_word(action: str) -> Any:
    return ACTIONS.get(str(action), action)


@register.simple_tag
def doubt_word(doubt: str) -> Any:
    return DOUBTS.get(doubt, doubt)


@register.simple_tag
def change_word(kind: str) -> Any:
    return CHANGES.get(kind, kind)


@register.filter
def truncated(text: Any, most: int) -> str:
    """A text in the reader's language, cut at a word."""
    return Truncator(str(text)).chars(most)


@register.filter
def heading_of(place: instruments.Place, headings: Mapping[int, str]) -> str:
    """The heading of a clause in the language that is read; "" where it has none."""
    return headings.get(place.pk, "")
