"""The components that are too small for a file: badges, titles, dates, numbers, links that keep filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.i18n import do_block_translate
from django.utils import formats, numberformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.standards.models import Selection
from comity.web.templatetags import listed, phrases, sheet, shell, then

register = template.Library()
register.tag(phrases.translate)
register.tag("blocktranslate", do_block_translate)
register.simple_tag(shell.shared, takes_context=True)

for component in (
    listed.document_row,
    listed.document_rows,
    listed.edition_count,
    listed.partial_date,
    listed.reason,
    listed.short_title,
    listed.stage_badge,
    listed.text,
    sheet.differences,
    sheet.editions,
    sheet.facts,
    sheet.graph,
    sheet.life,
    sheet.relations,
    sheet.sources,
    sheet.standing,
    then.as_of_words,
    then.editions_then,
    listed.then_badge,
    then.then_of_document,
):
    register.simple_tag(component)


@register.filter
def number(value: Any) -> str:
    """A whole number with its thousands apart, in languages whose formats do not group as well (Arabic)."""
    apart = formats.get_format("THOUSAND_SEPARATOR")
    return numberformat.format(value, "", grouping=3, thousand_sep=apart, force_grouping=True, use_l10n=True)


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


RULES = {
    "committee": _("its committee works on AI"),
    "title": _("its title says so"),
    "series": _("it belongs to a series on AI"),
    "keyword": _("its keywords say so"),
    "abstract": _("its abstract says so"),
    "listed": _("it is listed among the AI instruments"),
}


@register.simple_tag
def rule_word(rule: str, matched: str = "") -> SafeString:
    """A reason a document is here, or is not: the rule with the words it found, or what a person gave as theirs."""
    if rule in DECIDED:
        return format_html("{} <q>{}</q>", DECIDED[rule], isolated(matched))
    kind = rule.partition(":")[0]
    name = listed.rule_name(rule)
    said = gettext("%(facet)s: %(value)s") % {"facet": RULES.get(kind, kind), "value": name}
    if not matched or matched.casefold() == str(name).casefold():
        return format_html("{}", said)
    return format_html('{} <span class="small">(<q>{}</q>)</span>', said, isolated(matched))


def isolated(words: str) -> SafeString:
    """Words of a source, which run their own way."""
    return format_html("<bdi>{}</bdi>", words)


DECIDED = {
    "person:in": _("the secretariat put it in:"),
    "person:out": _("the secretariat took it out:"),
}


@register.simple_tag
def rule_name(rule: str) -> SafeString:
    """What a rule is about."""
    return isolated(str(listed.rule_name(rule)))


@register.simple_tag
def terms(words: list[str]) -> SafeString:
    """The terms of a rule, each running its own way."""
    return format_html_join(", ", "<bdi>{}</bdi>", ((word,) for word in words))


@register.simple_tag
def reasons_said(reasons: list[list[str]]) -> SafeString:
    """All reasons of a document on one line."""
    names = dict.fromkeys(str(listed.rule_name(rule)) for rule, _matched in reasons)
    return format_html_join(", ", "<bdi>{}</bdi>", ((name,) for name in names))


@register.simple_tag
def selection_word(value: int) -> Any:
    """Whether a document is in the AI set."""
    return Selection(value).label
