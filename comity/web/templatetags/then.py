"""How things stood on a day: badges, sentences and the table of editions. Every part escapes what is not ours."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape

from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.engine.validity import Status, Why
from comity.standards.queries import EditionThen, Then
from comity.web.templatetags.listed import partial_date, then_badge
from comity.web.templatetags.phrases import by_language

SHOWN = 60
REASONS = {
    Why.OUT_NOT_STATED: _("No source says when it was published."),
    Why.OUT_WITHIN: _("It was published in that year or month; on which day is not known."),
    Why.OVER_NOT_STATED: _("It is no longer in force; since when is not known."),
    Why.OVER_WITHIN: _("It ended in that year or month; on which day is not known."),
    Why.NO_STAGE: _("No source states its stage."),
    Why.AFTER_READING: _("Its source was read before that day."),
    Why.NO_EDITION: _("No edition of it is known."),
}
HEADS = (_("Identifier"), _("On that day"), _("Published"), _("Ended"), _("Followed by"))


@by_language
def as_of_words(day: datetime.date) -> str:
    return escape(gettext("As of %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")})


def then_of_document(then: Then) -> SafeString:
    """What an undated reference to the document meant on that day, and what came after."""
    said = [_meant(then)]
    if then.kept:
        said.append(gettext("Kept beside it: %(editions)s.") % {"editions": _named(then.kept)})
    if then.status == Status.NOT_KNOWN:
        said.insert(0, escape(str(REASONS[then.why])))
    if then.successors:
        said.append(gettext("Followed by: %(editions)s.") % {"editions": _followed(then.edition)})
    return mark_safe(f"<p>{' '.join(filter(None, said))}</p>")  # noqa: S308


def _meant(then: Then) -> str:
    if then.status == Status.CURRENT:
        return gettext("The edition in force was %(edition)s.") % {"edition": _named([then.edition])}
    if then.status == Status.NOT_YET:
        return escape(gettext("No edition of it was published by then."))
    if then.edition:
        return gettext("No edition was in force; the last one was %(edition)s.") % {"edition": _named([then.edition])}
    if len(then.candidates) > 1:
        return gettext("It may have been: %(editions)s.") % {"editions": _named(then.candidates)}
    return ""


def _named(editions: Sequence[EditionThen | None]) -> str:
    return ", ".join(f"<strong><bdi>{escape(one.identifier)}</bdi></strong>" for one in editions if one)


def _followed(edition: EditionThen | None) -> str:
    return ", ".join(
        f'<a href="{escape(one.address)}"><bdi>{escape(one.identifier)}</bdi></a>'
        + (f" ({partial_date(one.out)})" if one.out else "")
        for one in (edition.successors if edition else ())
    )


def editions_then(then: Then) -> SafeString:
    """The editions as they stood on that day, as a table."""
    heads = "".join(f"<th>{escape(str(head))}</th>" for head in HEADS)
    rows = "".join(_edition(one) for one in list(then.editions.values())[:SHOWN])
    table = f'<table class="as-list"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return mark_safe(f'<div class="table">{table}</div>')  # noqa: S308


def _edition(one: EditionThen) -> str:
    _identifier, status, *labels = (escape(str(head)) for head in HEADS)
    why = f'<br><span class="small">{escape(str(REASONS[one.why]))}</span>' if one.why else ""
    end = f'{partial_date(one.over)} <i class="small">{_inferred()}</i>' if one.inferred else partial_date(one.over)
    cells = zip(labels, (partial_date(one.out), end, _followed(one)), strict=True)
    rest = "".join(f'<td data-label="{label}">{cell}</td>' if cell else "<td></td>" for label, cell in cells)
    name = f"<td><bdi>{escape(one.identifier)}</bdi></td>"
    return f'<tr>{name}<td data-label="{status}">{then_badge(one.status)}{why}</td>{rest}</tr>'


@by_language
def _inferred() -> str:
    return escape(gettext("inferred"))
