"""The catalogue's background work."""

from __future__ import annotations

from pathlib import Path

from comity.records import tasks
from comity.standards import services


@tasks.task("standards.import")
def import_files(progress: tasks.Progress, *, paths: list[str], read_on: str = "", source: str = "") -> str:
    """Import catalogue files that are on the node's disk."""
    report = services.import_catalogue(
        [Path(path) for path in paths],
        read_on=read_on,
        source=source,
        progress=lambda _file, done, total: progress(done, total),
    )
    return ", ".join(f"{name}: {count}" for name, count in sorted(report.counts.items()))
