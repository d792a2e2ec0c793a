"""The catalogue's background work."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from comity.records import tasks
from comity.records.viewer import Viewer
from comity.standards import services
from comity.standards.services import corrections


@tasks.task("standards.import")
def import_files(
    progress: tasks.Progress,
    *,
    paths: list[str],
    read_on: str = "",
    source: str = "",
    mapping: dict[str, str] | None = None,
    actor: str = "",
) -> str:
    """Import files somebody uploaded; the log names who. Their right to was checked when they did."""
    report = services.import_catalogue(
        [Path(path) for path in paths],
        by=Viewer(actor=UUID(actor) if actor else None, node=True),
        read_on=read_on,
        source=source,
        mapping=mapping or None,
        progress=lambda _file, done, total: progress(done, total),
    )
    tasks.enqueue("search.vectors", once=True)
    for path in paths:
        Path(path).unlink(missing_ok=True)
    counts = report.counts
    said = _("%(new)s new, %(changed)s changed, %(unchanged)s known already, %(refused)s refused")
    first = "; ".join(
        _("line %(line)s: %(reason)s") % {"line": r.line, "reason": r.reason} for r in report.refusals[:3]
    )
    numbers = {name: counts[name] for name in ("new", "changed", "unchanged", "refused")}
    return said % numbers + (f" ({first})" if first else "")


@tasks.task("standards.select")
def select(progress: tasks.Progress, *, actor: str = "") -> str:
    """Apply the rules of the selection that somebody tried. Their right to was checked when they asked."""
    done = services.apply_rules(by=Viewer(actor=UUID(actor) if actor else None, node=True), progress=progress)
    said = _("%(added)s added, %(removed)s removed, %(changed)s with other reasons; %(total)s AI standards now")
    return said % done.counts


@tasks.task("standards.propose_works")
def propose_works(progress: tasks.Progress, *, actor: str = "") -> str:
    """Propose pairs that somebody asked for; the log names who. Their right to was checked when they did."""
    counts = services.propose_works(by=Viewer(actor=UUID(actor) if actor else None, node=True), progress=progress)
    return _("%(new)s new, %(changed)s changed, %(kept)s as before, %(withdrawn)s withdrawn") % counts


@tasks.task("standards.classify")
def classify(progress: tasks.Progress, *, documents: list[str] | None = None, actor: str = "") -> str:
    """Suggest what documents are about. The right to ask for it was checked when somebody did."""
    done = services.suggest_classes(
        [UUID(one) for one in documents] if documents is not None else None,
        by=Viewer(actor=UUID(actor) if actor else None, node=True),
        progress=progress,
    )
    said = _("%(documents)s documents: %(new)s new suggestions, %(changed)s changed, %(withdrawn)s taken back")
    return said % {name: getattr(done, name) for name in ("documents", "new", "changed", "withdrawn")}


@tasks.task("standards.answer_correction")
def answer_correction(progress: tasks.Progress, *, correction: str) -> str:
    """Mail the answer to whoever reported an error. Done twice, it mails once: the address is erased."""
    return _("mailed") if corrections.send_answer(UUID(correction)) else _("nothing to mail")
