"""Import of the whole catalogue, beside Django's bare `bulk_create` of the very rows it wrote.

Both fill an empty SQLite database of the same schema, each in a process of its own. Counted are the CPU
seconds of the import itself, and of the calls of `bulk_create` with their commits (2,000 rows each; the
rows are read, and made into objects, outside of the count). The peer writes no index of terms, and
computes nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.harness import ROOT, Figure, at_most
from bench.node import arguments, tell, use

BATCH = 2_000
RECORDS = ("Change", "Generation", "IndexSize", "Term", "Text")
CATALOGUE = (
    *("Body", "Source", "Work", "Committee", "Document", "DocumentEvent"),
    *("Edition", "Claim", "Identifier", "Relation", "ImportRun"),
)
ENTRIES = ("Entry", "EntryText", "FacetCount")
ROWS = [
    *(f"records.{name}" for name in RECORDS),
    *(f"standards.{name}" for name in CATALOGUE),
    *(f"records.{name}" for name in ENTRIES),
]


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--do", choices=["compare", "import", "again", "peer"], default="compare")
    parser.add_argument("--only-make", action="store_true", help="import, and measure nothing")
    given = parser.parse_args()
    if given.do == "compare":
        tell(compare(given.home, given.data, given.out.parent, only_make=given.only_make), given.out)
        return
    work = {"import": lambda: imported(given.data), "again": lambda: imported(given.data), "peer": peer}[given.do]
    target = given.home.with_name("peer") if given.do == "peer" else given.home
    target.mkdir(parents=True, exist_ok=True)
    use(target)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with Memory() as memory:
        cpu = work(given.home) if given.do == "peer" else work()
    given.out.write_text(json.dumps({"cpu": cpu, "memory": memory.peak}))


def compare(home: Path, data: Path, folder: Path, *, only_make: bool) -> list[Figure]:
    ours = _run("import", home, data, folder)
    if only_make:
        return []
    again = _run("again", home, data, folder)
    bare = _run("peer", home, data, folder)
    return [
        at_most(
            "import of the catalogue, CPU", f"bare bulk_create {bare['cpu']:.0f} s", ours["cpu"] / bare["cpu"], 2.5
        ),
        at_most("import, peak memory", "PSS", ours["memory"], 600, "MB"),
        Figure("import, CPU seconds", "of a second run of the same", f"{ours['cpu']:.0f}, {again['cpu']:.0f} s"),
    ]


def _run(what: str, home: Path, data: Path, folder: Path) -> dict[str, float]:
    out = folder / f"{what}-run.json"
    words = [sys.executable, "-m", "bench.catalogue_import", "--do", what, "--home", str(home), "--data", str(data)]
    subprocess.run([*words, "--out", str(out)], cwd=ROOT, check=True)
    found: dict[str, float] = json.loads(out.read_text())
    return found


def imported(data: Path) -> float:
    from comity.standards import services

    began = time.process_time()
    services.import_catalogue(sorted(data.glob("*.jsonl.gz")))
    return time.process_time() - began


def peer(source: Path, rows: Sequence[str] = ROWS) -> float:
    """CPU seconds of `bulk_create` of all rows (of these models) of the node in `source`."""
    from django.apps import apps
    from django.db import connections

    settings: dict[str, Any] = connections.databases["default"]
    connections.databases["source"] = settings | {"NAME": str(source / "comity.sqlite3"), "OPTIONS": {}}
    spent = 0.0
    for name in rows:
        model = apps.get_model(name)
        fields = [field.attname for field in model._meta.concrete_fields]
        batch: list[Any] = []
        for one in model._base_manager.using("source").order_by("pk").iterator(chunk_size=BATCH):
            batch.append(model(**{field: getattr(one, field) for field in fields}))
            if len(batch) == BATCH:
                spent += _create(model, batch)
                batch = []
        spent += _create(model, batch)
    return spent


def _create(model: Any, batch: list[Any]) -> float:
    from django.db import transaction

    began = time.process_time()
    with transaction.atomic(using="default"):
        model._base_manager.using("default").bulk_create(batch)
    return time.process_time() - began


class Memory:
    """The most memory the process had while the block ran: proportional set size, looked at every second."""

    peak = 0.0

    def __enter__(self) -> Memory:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._done.wait(1):
            self._look()

    def _look(self) -> None:
        for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                self.peak = max(self.peak, int(line.split()[1]) / 1_024)

    def __exit__(self, *_: object) -> None:
        self._look()
        self._done.set()
        self._thread.join()


if __name__ == "__main__":
    main()
