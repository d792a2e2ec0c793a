"""The parts of a document's page that repeat: editions, relations, pictures, sources.

Written in Python for the reason `listed` is. Every part escapes what is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.standards.claims import EDITORS
from comity.standards.models import Body, DocumentType, Stage
from comity.standards.pictures import Graph, Neighbour, Point
from comity.standards.queries import Dossier, EditionRow, EditionThen, Link, Then
from comity.web.templatetags.listed import in_force, partial_date, rule_name, short_title, stage_badge, text
from comity.web.templatetags.phrases import by_language

SHOWN_EDITIONS = 60
SHOWN_DIFFERENCES = 20  # editions whose sources are compared

LINKS = {
    "page": _("page"),
    "pdf": _("PDF"),
    "preview": _("preview"),
    "doi": _("DOI"),
    "other": _("other"),
}
FIELDS = {
    "stage": _("Sources differ on the stage"),
    "title": _("Sources differ on the title"),
    "date": _("Sources differ on the date of publication"),
    "committee": _("Sources differ on the committee"),
    "edition": _("Sources differ on the number of the edition"),
    "type": _("Sources differ on the kind of document"),
    "territory": _("Sources differ on the country or region"),
    "identifier": _("Sources differ on how the identifier is written"),
    "page": _("Sources differ on the web page"),
}


IDENTIFIERS = {"iso-reference": "ISO", "twin": _("also numbered"), "itu-number": "ITU"}
WORDS = {
    "differ": _("sources differ"),
    "body": _("Body"),
    "committee": _("Committee"),
    "kind": _("Kind"),
    "territory": _("Country or region"),
    "languages": _("Languages"),
    "timeline": _("Timeline of editions and stages"),
    "current": _("current"),
    "inferred": _("inferred"),
    "stage": _("Stage"),
    "words": _("The body's words"),
    "date": _("Date"),
    "graph": _("What this document builds on, left, and what builds on it, right. The list below says the same."),
    "absent": _("not in this catalogue"),
    "dated": _("dated: this edition"),
    "undated": _("undated: the latest edition"),
    "stated on": _("stated on"),
    "editors": _("this node's editors"),
    "read on": _("read on"),
}


@by_language
def said(word: str) -> str:
    """One of the phrases above, as HTML."""
    return escape(str(WORDS[word]))


@by_language
def stage_word(stage: str) -> str:
    return escape(str(Stage(stage).label))


@by_language
def link_word(kind: str) -> str:
    return escape(str(LINKS.get(kind, kind)))


# what it is


def standing(found: Dossier, then: Then | None = None) -> SafeString:
    """What the document is called and where it stands, or stood on a day asked for, in badges."""
    one, current = found.document, found.current
    if then:
        badges = [f"<strong><bdi>{escape(one.key)}</bdi></strong>", in_force(then)]
        return mark_safe("".join(badges))  # noqa: S308
    badges = [f"<strong><bdi>{escape(one.identifier)}</bdi></strong>", stage_badge(one.stage)]
    if one.date:
        badges.append(f'<span class="badge">{partial_date(one.date, long=True)}</span>')
    if current and current.number:
        badges.append(f'<span class="badge">{_numbered(current.number)}</span>')
    if one.reasons and one.selection:
        badges.append(f'<a class="badge accent" href="#why">{_chosen_for(one.reasons[0][0])}</a>')
    if one.differs:
        badges.append(f'<a class="badge warn" href="#sources">{said("differ")}</a>')
    return mark_safe("".join(badges))  # noqa: S308


@by_language
def _numbered(number: str) -> str:
    return escape(gettext("edition %(n)s") % {"n": number})


@by_language
def _chosen_for(rule: str) -> str:
    return escape(gettext("AI: %(why)s") % {"why": rule_name(rule)})


def facts(found: Dossier, bodies: Sequence[Body], languages: str) -> SafeString:
    """What is known of the document, as a list of terms."""
    one, current = found.document, found.current
    publishers = "<br>".join(f'<a href="{escape(body.get_absolute_url())}">{text(body.name)}</a>' for body in bodies)
    terms = [f"<dt>{said('body')}</dt><dd>{publishers}</dd>"]
    if one.committee:
        address, name = escape(one.committee.get_absolute_url()), escape(one.committee.designation)
        full = f'<span class="small">{text(one.committee.name)}</span>'
        terms.append(f'<dt>{said("committee")}</dt><dd><a href="{address}"><bdi>{name}</bdi></a><br>{full}</dd>')
    terms.append(f"<dt>{said('kind')}</dt><dd>{_type_word(one.type)}</dd>")
    if one.territory:
        terms.append(f"<dt>{said('territory')}</dt><dd>{escape(one.territory)}</dd>")
    if languages:
        terms.append(f"<dt>{said('languages')}</dt><dd>{escape(languages)}</dd>")
    if current and current.ics:
        terms.append(f'<dt>ICS</dt><dd><bdi dir="ltr">{escape(", ".join(current.ics))}</bdi></dd>')
    for kind, value in found.identifiers:
        if kind != "own":
            terms.append(f"<dt>{identifier_word(kind)}</dt><dd><bdi>{escape(value)}</bdi></dd>")
    return mark_safe("\n".join(terms))  # noqa: S308


@by_language
def _type_word(kind: str) -> str:
    return escape(str(DocumentType(kind).label))


@by_language
def identifier_word(kind: str) -> str:
    return escape(str(IDENTIFIERS.get(kind, kind)))


# life


def life(points: Sequence[Point]) -> SafeString:
    """The timeline twice: as a list, which screens that are narrow and readers that listen have, and drawn."""
    listed = "".join(_event(point) for point in points)
    drawn = "".join(_dot(point) for point in points)
    return mark_safe(  # noqa: S308
        f'<figure>\n<ol class="life">{listed}</ol>\n'
        f'<svg class="picture" viewBox="0 0 760 112" role="img" aria-label="{said("timeline")}" direction="ltr">'
        f'<line class="line" x1="10" y1="56" x2="750" y2="56"/>\n{drawn}</svg>\n</figure>'
    )


def _event(point: Point) -> str:
    now = ' class="now"' if point.current else ""
    name = f"{point.identifier} · {point.words}" if point.words else point.identifier
    date = partial_date(point.date)
    return f'<li{now}>{stage_badge(point.stage)} {date}<br><bdi class="small">{escape(name)}</bdi></li>'


def _dot(point: Point) -> str:
    now, radius, bold = (" now", 8, ' class="bold"') if point.current else ("", 6, "")
    parts = [
        f'<circle class="dot{now}" cx="{point.x}" cy="56" r="{radius}"/>',
        f'<text x="{point.x}" y="36" text-anchor="middle"{bold}>{stage_word(point.stage)}</text>',
        f'<text class="faint" x="{point.x}" y="82" text-anchor="middle">{escape(point.date)}</text>',
    ]
    if point.short:
        parts.append(f'<text class="faint" x="{point.x}" y="100" text-anchor="middle">{escape(point.short)}</text>')
    return "".join(parts)


# editions


def editions(found: Dossier) -> SafeString:
    """Rows of the table of editions and drafts."""
    return mark_safe("".join(_edition(one, one is found.current) for one in found.editions[:SHOWN_EDITIONS]))  # noqa: S308


def _edition(one: EditionRow, current: bool) -> str:
    now = f' <span class="badge accent">{said("current")}</span>' if current else ""
    words = f"<i>{said('inferred')}</i>" if one.stage_inferred else f"<bdi>{escape(one.stage_words)}</bdi>"
    links = "".join(_way(kind, address) for kind, address in one.links.items() if address[:4] == "http")
    return (
        f"<tr><td><bdi>{escape(one.identifier)}</bdi>{now}</td>"
        f'<td data-label="{said("stage")}">{stage_badge(one.stage)}</td>'
        f'<td data-label="{said("words")}">{words}</td>'
        f'<td data-label="{said("date")}">{partial_date(one.date)}</td><td>{links}</td></tr>'
    )


def _way(kind: str, address: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener external">{link_word(kind)}</a> '


# relations


def graph(drawn: Graph) -> SafeString:
    """The document among those it is related to."""
    nodes = "".join(_neighbour(node, drawn.middle) for node in drawn.nodes)
    return mark_safe(  # noqa: S308
        f'<figure class="wide-only"><svg class="picture wide-only" viewBox="0 0 760 {drawn.height}" role="img" '
        f'aria-label="{said("graph")}" direction="ltr">\n{nodes}\n'
        f'<circle class="dot now" cx="380" cy="{drawn.middle}" r="8"/></svg></figure>'
    )


def _neighbour(node: Neighbour, middle: int) -> str:
    way = f"M {node.x} {node.line_y} C {node.bend} {node.line_y}, {node.bend} {middle}, {node.end} {middle}"
    name = f'<text x="{node.text_x}" y="{node.y}" text-anchor="{node.anchor}">{escape(node.name)}</text>'
    if node.address:
        name = f'<a href="{escape(node.address)}">{name}</a>'
    place = f'x="{node.text_x}" y="{node.y_2}" text-anchor="{node.anchor}"'
    label = f'<text class="faint" {place} font-size="11">{escape(str(node.label))}</text>'
    return f'<path class="line" d="{way}"/>{name}{label}'


def relations(links: Mapping[Any, Sequence[Link]], thens: Mapping[int, Then] | None = None) -> SafeString:
    """The relations by their kind; with what an undated one meant on a day asked for."""
    days = thens or {}
    return mark_safe(  # noqa: S308
        "".join(
            f'<h3>{escape(str(label))}</h3><ul class="rows">{"".join(_relation(link, days) for link in group)}</ul>'
            for label, group in links.items()
        )
    )


def _relation(link: Link, thens: Mapping[int, Then]) -> str:
    here, target = link.document, escape(link.target)
    dated = said("dated" if link.dated else "undated")
    then = thens.get(here.pk) if here else None
    if here is None:
        name, stage = f'<bdi>{target}</bdi> <span class="small">{said("absent")}</span>', ""
    else:
        address = escape(here.get_absolute_url()) + (f"?as_of={then.day}" if then else "")
        name = f'<a class="row-title" href="{address}"><bdi>{target}</bdi></a> {short_title(here.title)}'
        stage = in_force(_meant(link, then)) if then else stage_badge(here.stage)
    return f'<li>{name}<div class="row-meta"><span>{dated}</span>{stage}</div></li>'


def _meant(link: Link, then: Then) -> Then | EditionThen:
    """What a reference means on a day: the edition it names, or the one that was in force."""
    return then.editions.get(link.target_key, then) if link.dated else then


# sources


def differences(found: Dossier, names: Mapping[str, str]) -> SafeString:
    """Where the sources of an edition disagree, and who says what."""
    return mark_safe(  # noqa: S308
        "".join(
            _difference(difference, edition.identifier, names)
            for edition in found.editions[:SHOWN_DIFFERENCES]
            for difference in edition.differences
        )
    )


def _difference(difference: Mapping[str, Any], identifier: str, names: Mapping[str, str]) -> str:
    values = "".join(_stated(stated, names) for stated in difference["values"])
    field = difference["field"]
    said_of = f"{escape(str(FIELDS.get(field, field)))} · <bdi>{escape(identifier)}</bdi>"
    return f'<div class="note warn"><p>{said_of}</p><ul>{values}</ul></div>'


def _stated(stated: Mapping[str, str], names: Mapping[str, str]) -> str:
    read = f", {partial_date(stated['read'])}" if stated.get("read") else ""
    source = _source_name(stated["source"], names)
    return f'<li><bdi>{escape(str(stated["value"]))}</bdi> <span class="small">{source}{read}</span></li>'


def sources(edition: EditionRow | None, names: Mapping[str, str]) -> SafeString:
    """Where what is known of an edition comes from."""
    return mark_safe("".join(_source(one, names) for one in edition.sources) if edition else "")  # noqa: S308


def _source(one: Mapping[str, str], names: Mapping[str, str]) -> str:
    when = "stated on" if one["source"] == EDITORS else "read on"
    read = f"<span>{said(when)} {partial_date(one['read'], long=True)}</span>"
    name = _source_name(one["source"], names)
    return f'<li>{name}<div class="row-meta">{read}<bdi>{escape(one["ref"])}</bdi></div></li>'


def _source_name(source: str, names: Mapping[str, str]) -> str:
    return said("editors") if source == EDITORS else escape(names.get(source, source))
