"""How confidence, relationships and warnings are worded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from comity.bridges import why
from comity.bridges.models import Relation
from comity.standards.facets import language_name

register = template.Library()


@register.filter
def confidence(value: float) -> str:
    """ "likely 0.82": a word, and the number for who wants it."""
    return f"{why.confidence_word(value)} {share(value)}"


@register.filter
def share(value: float) -> str:
    """A share with two places, in figures that every program reads."""
    return f"{value:.2f}"


@register.filter
def tone(value: float) -> str:
    """The tone that goes with a confidence."""
    return "good" if value >= 0.8 else "accent" if value >= 0.5 else ""


@register.filter
def relation(value: str) -> Any:
    """A set-theory relationship in words."""
    return Relation(value).label if value in Relation.values else value


@register.filter
def step(value: Mapping[str, Any]) -> str:
    return why.step_words(value)


@register.filter
def warning(value: Any) -> str:
    """A warning of the engine in words."""
    code, details = value
    if code == "language-unknown":
        return _(
            "The model of meaning does not know the language of one text (%(language)s): proposals rest on words."
        ) % {"language": language_name(str(details.get("language", "")))}
    if code == "same-instrument":
        return _("Both are the same instrument.")
    if code == "contradiction":
        return _("Published crosswalks contradict each other: %(one)s and %(other)s.") % {
            "one": details.get("one", ""),
            "other": details.get("other", ""),
        }
    return str(code)
