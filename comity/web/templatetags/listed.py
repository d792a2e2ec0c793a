"""A document in a list, and the small parts of it. Text in, HTML out: what is not ours is escaped here.

Written in Python, not as templates: a page has dozens, and so they take a tenth of the time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.utils import formats, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comity.engine.validity import Status
from comity.records.fields import Multilingual, direction, text_direction
from comity.standards.models import Stage
from comity.standards.titles import short
from comity.web.templatetags.phrases import MOST, by_language

TONES = {
    Stage.PUBLISHED: "good",
    Stage.CONSULTATION: "warn",
    Stage.APPROVAL: "warn",
    Stage.WITHDRAWN: "stop",
}
STATUSES = {
    Status.NOT_YET: _("not yet published"),
    Status.CURRENT: _("current"),
    Status.SUPERSEDED: _("superseded"),
    Status.WITHDRAWN: _("withdrawn"),
    Status.NOT_KNOWN: _("not known"),
}
STATUS_TONES = {
    Status.CURRENT: "good",
    Status.SUPERSEDED: "stop",
    Status.WITHDRAWN: "stop",
    Status.NOT_KNOWN: "warn",
}


def document_rows(
    found: Iterable[Any], reasons: Mapping[int, Any] | None = None, thens: Mapping[int, Any] | None = None
) -> SafeString:
    """Documents as a list: why each was found where a search found them, and how each stood on a day asked for."""
    language = translation.get_language() or "en"
    hits, days = reasons or {}, thens or {}
    return mark_safe("".join(_row(one, hits.get(one.pk), language, days.get(one.pk)) for one in found))  # noqa: S308


def document_row(one: Any, hit: Any = None, thens: Mapping[int, Any] | None = None) -> SafeString:
    """A document in a list: what it is called, where it stands, why it is here."""
    return mark_safe(_row(one, hit, translation.get_language() or "en", (thens or {}).get(one.pk)))  # noqa: S308


def _row(one: Any, hit: Any, language: str, then: Any = None) -> str:
    stood = in_force(then) if then else stage_badge.known(language, one.stage)
    facts = [stood, _where(one, language), "" if then else partial_date(one.date)]
    if one.editions_known > 1:
        facts.append(f"<span>{edition_count.known(language, one.editions_known)}</span>")
    if one.differs:
        facts.append(_sources_differ.known(language))
    why = _found_by(one, hit) if hit else _why(one)
    if why:
        facts.append(f"<span>{escape(why)}</span>")
    day = f"?as_of={then.day}" if then else ""
    name = (
        f'<a class="row-title" href="{escape(one.get_absolute_url())}{day}"><bdi>{escape(one.identifier)}</bdi></a>'
    )
    tag, chosen = one.title.pick(language)
    title = _marked(language, tag, short(chosen), "span", "")
    return f'<li>{name} {title}\n<div class="row-meta">{"".join(facts)}</div></li>'


def _where(one: Any, language: str) -> str:
    if one.committee:
        return f"<bdi>{escape(one.committee.designation)}</bdi>"
    return f"<span>{_body.known(language, one.body.code)}</span>"


@by_language
def _body(code: str) -> str:
    return escape(gettext("publisher not stated")) if code == "OTHER" else f"<bdi>{escape(code)}</bdi>"


@by_language
def edition_count(known: int) -> str:
    """How many editions and drafts are known."""
    return escape(ngettext("%(n)s edition or draft", "%(n)s editions and drafts", known) % {"n": known})


@by_language
def _sources_differ() -> str:
    return f'<span class="badge warn">{escape(gettext("sources differ"))}</span>'


def _found_by(one: Any, hit: Any) -> str:
    if hit.reason == "identifier":
        return gettext("found by its identifier")
    if hit.reason != "meaning":
        return _why(one)
    if hit.matched and hit.matched not in one.title.values():
        return gettext("found by meaning: %(title)s") % {"title": hit.matched}
    return gettext("found by meaning")


def _why(one: Any) -> str:
    return _because(one.reasons[0][0]) if one.reasons and one.selection else ""


@by_language
def _because(rule: str) -> str:
    return gettext("here because of: %(why)s") % {"why": rule_name(rule)}


@by_language
def stage_badge(stage: str) -> SafeString:
    """The stage in words, with the tone that goes with it."""
    known = Stage(stage)
    tone = TONES.get(known, "")
    return mark_safe(f'<span class="badge {tone}">{escape(str(known.label))}</span>')  # noqa: S308


@by_language
def then_badge(status: Status) -> SafeString:
    """A status in words, with the tone that goes with it."""
    return mark_safe(f'<span class="badge {STATUS_TONES.get(status, "")}">{escape(str(STATUSES[status]))}</span>')  # noqa: S308


def in_force(then: Any) -> str:
    """The status of a document, or of one edition, on a day; for a document also the edition that was in force."""
    edition = getattr(then, "edition", None)
    named = f"<bdi>{escape(edition.identifier)}</bdi>" if edition else ""
    return f"{then_badge(then.status)}{named}"


def text(value: Multilingual, tag: str = "span", css: str = "") -> SafeString:
    """A multilingual text in the reader's language, marked with the language and direction it has."""
    here = translation.get_language() or "en"
    language, chosen = value.pick(here)
    return mark_safe(_marked(here, language, chosen, tag, css))  # noqa: S308


def short_title(value: Multilingual, tag: str = "span") -> SafeString:
    """A title for a list: without the field's name that all its neighbours share."""
    here = translation.get_language() or "en"
    language, chosen = value.pick(here)
    return mark_safe(_marked(here, language, short(chosen), tag, ""))  # noqa: S308


def _marked(here: str, language: str, chosen: str, tag: str, css: str) -> str:
    known = language if language != "und" else ""
    marks = _marks(here, known, "" if known else text_direction(chosen), css)
    return f"<{tag}{marks}>{escape(chosen)}</{tag}>"


@lru_cache(maxsize=MOST)
def _marks(here: str, known: str, way: str, css: str) -> str:
    """The attributes of a text in the language `known`, or of one that only runs a known way."""
    given = f' class="{css}"' if css else ""
    if known == here:
        return given
    return f'{given} lang="{escape(known)}" dir="{direction(known)}"' if known else f'{given} dir="{way}"'


def partial_date(value: str, long: bool = False) -> SafeString:
    """A date as precise as it is known."""
    if not value:
        return _NOTHING
    if long:
        return mark_safe(f'<time datetime="{escape(value)}">{escape(_said(value))}</time>')  # noqa: S308
    return mark_safe(f'<time datetime="{escape(value)}" dir="ltr">{escape(value)}</time>')  # noqa: S308


_NOTHING = SafeString("")


@by_language
def _said(value: str) -> str:
    parts = [int(part) for part in value.split("-")]
    try:
        day = datetime.date(*([*parts, 1, 1])[:3])
    except ValueError:
        return value
    if len(parts) == 3:
        return formats.date_format(day, "DATE_FORMAT")
    return formats.date_format(day, "YEAR_MONTH_FORMAT") if len(parts) == 2 else value


def reason(document: Any) -> str:
    """Why a document is in the AI set, in a few words: the first rule that put it there."""
    return rule_name(document.reasons[0][0]) if document.reasons else ""


def rule_name(rule: str) -> str:
    """ "title:machine-learning" as people write it."""
    kind, _colon, name = rule.partition(":")
    if kind == "person":
        return gettext("a decision of the secretariat")
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
