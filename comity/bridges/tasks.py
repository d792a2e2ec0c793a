"""The room's background work."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from comity.bridges import services
from comity.records import tasks
from comity.records.viewer import NODE, Viewer


@tasks.task("bridges.propose")
def propose(progress: tasks.Progress, *, source: str, target: str, top: int, actor: str = "") -> str:
    """Propose a bridge that somebody asked for; the log names who. Their right to was checked when they did."""
    bridge = services.propose(
        services.edition_called(source, NODE),
        services.edition_called(target, NODE),
        top=top,
        by=Viewer(actor=UUID(actor) if actor else None, node=True),
        progress=progress,
    )
    said = _("%(proposed)s proposals for %(clauses)s clauses, %(confident)s with a likely counterpart")
    numbers = {"proposed": bridge.proposed, "clauses": bridge.clauses, "confident": bridge.confident}
    return said % numbers
