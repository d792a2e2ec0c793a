"""The components that are too small for a file: badges, titles, dates, numbers, links that keep filters."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils import formats, numberformat, translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comity.records.fields import Multilingual, direction, text_direction
from comity.standards.models import Document, Stage
from comity.standards.titles import short

register = template.Library()

TONES = {
    Stage.PUBLISHED: "good",
    Stage.CONSULTATION: "warn",
    Stage.APPROVAL: "warn",
    Stage.WITHDRAWN: "stop",
}


@register.simple_tag
def stage_badge(stage: str) -> SafeString:
    """The stage in words, with the tone that goes with it."""
    known = Stage(stage)
    return format_html('<span class="badge {}">{}</span>', TONES.get(known, ""), known.label)


@register.simple_tag
def document_row(one: Document, hit: Any = None) -> SafeString:
    """A document in a list: what it is called, where it stands, why it is here.

    Written in Python, not as a template: a page has twenty-five of them, and so they take a fifth of the time.
    """
    facts = [str(stage_badge(one.stage)), _where(one)]
    if one.date:
        facts.append(str(partial_date(one.date)))
    if one.editions_known > 1:
        known = ngettext("%(n)s edition or draft", "%(n)s editions and drafts", one.editions_known)
        facts.append(f"<span>{escape(known % {'n': one.editions_known})}</span>")
    if one.differs:
        facts.append(f'<span class="badge warn">{escape(gettext("sources differ"))}</span>')
    why = _found_by(one, hit) if hit else _why(one)
    if why:
        facts.append(f"<span>{escape(why)}</span>")
    name = f'<a class="row-title" href="{escape(one.get_absolute_url())}"><bdi>{escape(one.identifier)}</bdi></a>'
    # Every part is escaped above or comes from a tag that escapes.
    return mark_safe(f'<li>{name} {short_title(one.title)}\n<div class="row-meta">{"".join(facts)}</div></li>')  # noqa: S308


def _where(one: Document) -> str:
    return (
        f"<bdi>{escape(one.committee.designation)}</bdi>" if one.committee else f"<span>{body_label(one.body)}</span>"
    )


def _found_by(one: Document, hit: Any) -> str:
    if hit.reason == "identifier":
        return gettext("found by its identifier")
    if hit.reason != "meaning":
        return _why(one)
    if hit.matched and hit.matched not in one.title.values():
        return gettext("found by meaning: %(title)s") % {"title": hit.matched}
    return gettext("found by meaning")


def _why(one: Document) -> str:
    why = reason(one)
    return gettext("here because of: %(why)s") % {"why": why} if why else ""


@register.simple_tag
def text(value: Multilingual, tag: str = "span", css: str = "") -> SafeString:
    """A multilingual text in the reader's language, marked with the language and direction it has."""
    language, chosen = value.pick()
    return _marked(language, chosen, tag, css)


@register.simple_tag
def short_title(value: Multilingual, tag: str = "span") -> SafeString:
    """A title for a list: without the field's name that all its neighbours share."""
    language, chosen = value.pick()
    return _marked(language, short(chosen), tag, "")


def _marked(language: str, chosen: str, tag: str, css: str) -> SafeString:
    here = translation.get_language() or "en"
    known = language if language and language != "und" else ""
    way = direction(known) if known else text_direction(chosen)
    attributes = mark_safe(f' class="{css}"') if css else mark_safe("")  # noqa: S308  (a literal)
    if known != here or way != direction(here):
        marks = format_html(' lang="{}" dir="{}"', known, way) if known else format_html(' dir="{}"', way)
        attributes += marks
    return format_html("<{}{}>{}</{}>", mark_safe(tag), attributes, chosen, mark_safe(tag))  # noqa: S308


@register.simple_tag
def partial_date(value: str, long: bool = False) -> SafeString:
    """A date as precise as it is known."""
    if not value:
        return mark_safe("")
    if long:
        return format_html('<time datetime="{}">{}</time>', value, _said(value))
    return format_html('<time datetime="{}" dir="ltr">{}</time>', value, value)


def _said(value: str) -> str:
    parts = [int(part) for part in value.split("-")]
    try:
        day = datetime.date(*([*parts, 1, 1])[:3])
    except ValueError:
        return value
    if len(parts) == 3:
        return formats.date_format(day, "DATE_FORMAT")
    return formats.date_format(day, "YEAR_MONTH_FORMAT") if len(parts) == 2 else value


@register.filter
def number(value: Any) -> str:
    """A whole number with its thousands apart, in languages whose formats do not group as well (Arabic)."""
    apart = formats.get_format("THOUSAND_SEPARATOR")
    return numberformat.format(value, "", grouping=3, thousand_sep=apart, force_grouping=True, use_l10n=True)


@register.simple_tag
def reason(document: Document) -> str:
    """Why a document is in the AI set, in a few words: the first rule that put it there."""
    return _rule_name(document.reasons[0][0]) if document.reasons else ""


def _rule_name(rule: str) -> str:
    """ "title:machine-learning" as people write it."""
    kind, _colon, name = rule.partition(":")
    return COMMITTEES.get(name, name) if kind in ("committee", "series") else str(TOPICS.get(name, name))


TOPICS = {
    "artificial-intelligence": _("artificial intelligence"),
    "machine-learning": _("machine learning"),
    "neural-network": _("neural networks"),
    "deep-learning": _("deep learning"),
    "federated-learning": _("federated learning"),
    "generative-LLM": _("generative AI"),
    "AI-acronym": _("artificial intelligence"),
    "AIML": _("artificial intelligence"),
    "AI": _("artificial intelligence"),
    "cognitive-ML-ops": _("operation of machine learning"),
    "autonomous-intelligent-ethics": _("ethics of autonomous systems"),
    "intelligent": _("intelligent systems"),
    "speech-nlp-vision": _("speech, language and vision"),
}
COMMITTEES = {
    "JTC1-SC42": "ISO/IEC JTC 1/SC 42",
    "IEEE-AISC": "IEEE AI Standards Committee",
    "ETSI-SAI": "ETSI SAI",
    "ETSI-ENI": "ETSI ENI",
    "W3C-WebML": "W3C Web Machine Learning",
    "IEEE-7000": "IEEE 7000",
    "NIST-AI": "NIST AI",
}


@register.simple_tag(takes_context=True)
def with_filter(context: dict[str, Any], **changes: Any) -> str:
    """This page's address with some filters changed; a filter set to nothing is dropped, and so is the page."""
    given = {key: value for key, value in context["request"].GET.items() if key != "page" and value}
    for key, value in changes.items():
        if value in ("", None):
            given.pop(key, None)
        else:
            given[key] = value
    return f"?{urlencode(given)}" if given else "?"


@register.simple_tag
def body_label(body: Any) -> Any:
    """The code of a body, or that none is stated."""
    return _("publisher not stated") if body.code == "OTHER" else format_html("<bdi>{}</bdi>", body.code)


@register.simple_tag(takes_context=True)
def with_saved(context: dict[str, Any], name: str) -> str:
    """The page of columns again, with a saved mapping filled in."""
    given = {key: value for key, value in context["request"].GET.items() if key in ("source", "read_on") and value}
    return "?" + urlencode({**given, "saved": name})


@register.simple_tag
def stage_word(stage: str) -> Any:
    return Stage(stage).label


LINKS = {
    "page": _("page"),
    "pdf": _("PDF"),
    "preview": _("preview"),
    "doi": _("DOI"),
    "other": _("other"),
}


@register.simple_tag
def link_word(kind: str) -> Any:
    return LINKS.get(kind, kind)


FIELDS = {
    "stage": _("Sources differ on the stage"),
    "title": _("Sources differ on the title"),
    "date": _("Sources differ on the date of publication"),
    "committee": _("Sources differ on the committee"),
    "edition": _("Sources differ on the number of the edition"),
}


@register.simple_tag
def field_word(field: str) -> Any:
    return FIELDS.get(field, field)


RULES = {
    "committee": _("its committee works on AI"),
    "title": _("its title says so"),
    "series": _("it belongs to a series on AI"),
    "keyword": _("its keywords say so"),
    "abstract": _("its abstract says so"),
}


@register.simple_tag
def rule_word(rule: str) -> SafeString:
    kind = rule.partition(":")[0]
    said = gettext("%(facet)s: %(value)s") % {"facet": RULES.get(kind, kind), "value": _rule_name(rule)}
    return format_html("{}", said)


IDENTIFIERS = {"iso-reference": "ISO", "twin": _("also numbered"), "itu-number": "ITU"}


@register.simple_tag
def identifier_word(kind: str) -> Any:
    return IDENTIFIERS.get(kind, kind)


@register.simple_tag
def source_name(key: str, names: dict[str, str]) -> str:
    return names.get(key, key)
