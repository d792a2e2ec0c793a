"""Which clauses of two editions are one provision, though its number may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from comity.engine.changes import Kind, Provision, compare
from comity.formats.instruments.model import SourceClause
from comity.standards.models import Clause, ClauseText, Edition, Expression


def lineages(edition: Edition, language: str, clauses: Sequence[SourceClause]) -> dict[str, UUID]:
    """The lineage of each clause that another edition of the document has too, by ref. Three queries.

    Where both editions are known in one language their words decide; else equal refs are one provision.
    """
    other = _nearest(edition)
    if other is None:
        return {}
    expression = Expression.objects.filter(edition=other, language=language, withdrawn_at__isnull=True).first()
    if expression is None:
        return dict(Clause.objects.filter(edition=other).values_list("ref", "lineage"))
    stated = ClauseText.objects.filter(expression=expression).select_related("clause").order_by("clause__order")
    known = [one.clause for one in stated]
    old = [Provision(one.clause.ref, one.clause.parent, one.heading, one.text) for one in stated]
    new = [Provision(one.ref, one.parent or "", one.heading, one.text) for one in clauses]
    return {
        clauses[change.new[0]].ref: known[change.old[0]].lineage
        for change in compare(old, new)
        if change.kind in (Kind.UNCHANGED, Kind.CHANGED, Kind.MOVED)
    }


def _nearest(edition: Edition) -> Edition | None:
    """Of the document's other editions with clauses the latest before this one, else the next after it."""
    others: Iterable[Edition] = (
        Edition.objects.filter(document=edition.document_id, withdrawn_at__isnull=True, clauses__isnull=False)
        .exclude(pk=edition.pk)
        .distinct()
        .order_by("date", "pk")
    )
    found = list(others)
    earlier = [one for one in found if one.date <= edition.date]
    return earlier[-1] if earlier else (found[0] if found else None)
