"""What stands beside a clause: its counterparts in other texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from comity.bridges import names, queries
from comity.bridges.models import BridgeClause, Proposal
from comity.bridges.why import confidence_word
from comity.records.viewer import Viewer
from comity.standards import slots
from comity.standards.slots import Beside, Panel, PanelRow
from comity.standards.titles import short

SHOWN = 3  # counterparts of one text that the page of a clause names


def register() -> None:
    slots.register(lines, uses=used)
    slots.register_panels(panels)


def lines(clauses: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Sequence[Beside]]:
    """Beside each clause, in which texts it has counterparts, and how many. Five queries."""
    found = queries.counterparts(clauses, viewer)
    return {rid: [Beside(_label(one), one.count, one.address) for one in others] for rid, others in found.items()}


def _label(one: queries.Counterparts) -> str:
    said = _("Counterparts in %(name)s") if one.sure else _("Possible counterparts in %(name)s")
    return said % {"name": one.name}


def used(clauses: Sequence[UUID]) -> set[UUID]:
    """Those of some clauses that a bridge or a crosswalk points at. Four queries."""
    return {
        *BridgeClause.objects.filter(clause__rid__in=clauses).values_list("clause__rid", flat=True),
        *Proposal.objects.filter(target__rid__in=clauses).values_list("target__rid", flat=True),
        *queries.CrosswalkPair.objects.filter(source__rid__in=clauses).values_list("source__rid", flat=True),
        *queries.CrosswalkPair.objects.filter(target__rid__in=clauses).values_list("target__rid", flat=True),
    }


def panels(clause: UUID, viewer: Viewer) -> list[Panel]:
    """The best counterparts of a clause in each text that a bridge leads to, with why."""
    found = []
    for bridge, row in queries.bridges_of(clause, viewer):
        rows = [
            PanelRow(
                ref=one.place.ref,
                heading=one.place.heading or one.place.text[:200],
                language=one.place.language,
                address=one.place.address,
                note=_("%(word)s, %(number)s")
                % {"word": confidence_word(one.confidence), "number": f"{one.confidence:.2f}"},
                why=tuple(one.why.lines),
            )
            for one in row.proposals[:SHOWN]
        ]
        rows += [
            PanelRow(
                one.place.ref,
                one.place.heading or one.place.text[:200],
                one.place.language,
                one.place.address,
                _("published by %(publisher)s") % {"publisher": one.publisher},
            )
            for one in row.published
        ]
        says = _("No counterpart expected.") if row.no_counterpart else ""
        title = names.called(bridge.target)
        about = short(str(bridge.target.title))
        address = queries.row_address(bridge, row.place.ref)
        found.append(Panel(title, address, rows, about if about != title else "", says))
    return found
