"""The components that are too small for a file: badges, titles, dates, numbers, links that keep filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.i18n import do_block_translate
from django.utils import formats, numberformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.web.templatetags import listed, phrases, sheet, shell

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
def rule_word(rule: str) -> SafeString:
    kind = rule.partition(":")[0]
    said = gettext("%(facet)s: %(value)s") % {"facet": RULES.get(kind, kind), "value": listed.rule_name(rule)}
    return format_html("{}", said)
