"""Importing catalogues: any number of files, idempotent, resumable, each batch whole or not at all."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comity.formats import catalogue
from comity.formats.catalogue import FormatError, Refusal, SourceRecord
from comity.records import log
from comity.records.viewer import NODE, Viewer
from comity.standards.errors import NothingToImport
from comity.standards.models import ImportRun
from comity.standards.services.batches import Batch, Outcome, items_of
from comity.standards.services.registry import Registry
from comity.standards.services.works import link_works

BATCH = 2_000
HOPELESS = 200  # refused lines at the beginning of a file after which it is taken for something else
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What came of an import. `details` is a file of JSON lines: every merge, difference and refusal."""

    counts: Counter[str] = field(default_factory=Counter)
    files: list[str] = field(default_factory=list)
    details: Path | None = None
    refusals: list[Refusal] = field(default_factory=list)

    SHOWN = 20  # refusals kept in memory; all of them are in the details

    @property
    def changed(self) -> bool:
        return any(self.counts[name] for name in ("new", "changed", "reselected", "works"))


def import_catalogue(
    paths: Iterable[Path],
    *,
    by: Viewer = NODE,
    read_on: str = "",
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read catalogue files into the catalogue.

    Args:
        read_on: the day the files' sources were read (ISO date), for records that do not say.
        source: key of the source, for formats that do not say.
        mapping: for tables, the column that holds each field.
        progress: called with file name, records done and records in the file (0 if not known).

    Raises:
        NothingToImport: no file was found at the paths, or one of them cannot be read.
    """
    try:
        files = catalogue.files(list(paths))
    except FormatError as error:
        raise NothingToImport(reason=str(error)) from error
    report = Report(files=[file.name for file in files])
    registry = Registry()
    with _details(report) as out:
        for file in files:
            _import_file(file, Job(by, read_on, source, mapping, progress, registry, report, out))
        report.counts["works"] = link_works(by=by)
        registry.were_read(read_on)
    return report


@dataclass(slots=True)
class Job:
    by: Viewer
    read_on: str
    source: str
    mapping: Mapping[str, str] | None
    progress: Progress | None
    registry: Registry
    report: Report
    out: TextIO


def _details(report: Report) -> TextIO:
    folder = Path(settings.COMITY_HOME) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    report.details = folder / f"import-{timezone.now():%Y%m%d-%H%M%S-%f}.jsonl"
    return report.details.open("w", encoding="utf-8")


def _import_file(file: Path, job: Job) -> None:
    run = _run_of(file, job)
    total = _lines(file) if job.progress else 0
    refused: list[Refusal] = []
    batch: list[SourceRecord] = []
    try:
        for item in catalogue.read(file, source=job.source, mapping=job.mapping, start_line=run.lines):
            if isinstance(item, Refusal):
                refused.append(item)
                if len(refused) >= HOPELESS and not batch and not run.counts.get("new") and not run.lines:
                    refused = [
                        Refusal(str(file), 1, f"none of the first {HOPELESS} lines is a record: {item.reason}")
                    ]
                    break
                continue
            batch.append(item)
            if len(batch) >= BATCH:
                _take(batch, refused, run, job)
                batch, refused = [], []
                if job.progress:
                    job.progress(file.name, run.lines, total)
    except FormatError as error:
        refused.append(Refusal(str(file), getattr(error, "line", 1) or 1, getattr(error, "reason", str(error))))
    _take(batch, refused, run, job, last=True)
    if job.progress:
        job.progress(file.name, max(run.lines, total), total)


def _run_of(file: Path, job: Job) -> ImportRun:
    """The run of this very file with these options: a new one, or the one that was interrupted."""
    options = json.dumps([job.source, job.read_on, dict(job.mapping or {})], sort_keys=True)
    with file.open("rb") as content:
        fingerprint = sha256(options.encode())
        while block := content.read(1 << 20):
            fingerprint.update(block)
    run, created = ImportRun.objects.get_or_create(
        fingerprint=fingerprint.hexdigest(), defaults={"file": file.name[:255]}
    )
    if run.state == ImportRun.State.DONE:
        run.state, run.lines, run.counts = ImportRun.State.RUNNING, 0, {}
        run.save()
    elif not created and run.lines:
        job.report.counts["resumed"] += run.lines
    return run


@transaction.atomic
def _take(
    records: list[SourceRecord], refused: list[Refusal], run: ImportRun, job: Job, *, last: bool = False
) -> None:
    """Write one batch and how far the file is read, in one transaction."""
    log.hold()
    outcome = (
        Batch(items_of(records, job.registry), job.registry, job.by, job.read_on, f"import of {run.file}").write()
        if records
        else Outcome()
    )
    outcome.counts["refused"] += len(refused)
    outcome.counts["read"] += len(records) + len(refused)
    run.lines = max([run.lines, *(one.line for one in records), *(one.line for one in refused)])
    run.counts = dict(Counter(run.counts) + outcome.counts)
    if last:
        run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    run.save()
    job.report.counts += outcome.counts
    job.report.refusals += refused[: max(0, Report.SHOWN - len(job.report.refusals))]
    for line in _told(outcome, refused):
        job.out.write(json.dumps(line, ensure_ascii=False) + "\n")
    job.out.flush()


def _told(outcome: Outcome, refused: list[Refusal]) -> Iterator[dict[str, Any]]:
    yield from outcome.details
    for one in refused:
        yield {
            "what": "refused",
            "file": one.file,
            "line": one.line,
            "reason": one.reason,
            "excerpt": one.excerpt,
        }


def _lines(file: Path) -> int:
    """How many lines a line-by-line format has; 0 where that says nothing."""
    try:
        form = catalogue.detect(file)
        if form not in ("jsonl", "jsonl.gz"):
            return 0
        with file.open("rb") if form == "jsonl" else gzip.open(file) as content:
            return sum(block.count(b"\n") for block in iter(lambda: content.read(1 << 20), b""))
    except (FormatError, OSError, EOFError):
        return 0  # the reader will say what is wrong with it
