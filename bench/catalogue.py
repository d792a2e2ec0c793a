"""The catalogue at full size: its import, its search, and how well search finds.

    python -m bench.catalogue [--data DIR] [--home NODE] [--part NAME] [--records N] [--json OUT] [--check]

Without `--home` a node is made first, with all of the data and the vectors of its titles (minutes); a
node given by `--home` must have both, and is copied before anything is written to it. Each part runs in
a process of its own. `--records` takes only so many records, to try the bench; its goals then mean little.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness import ROOT, Figure, finish, options

PARTS = {
    "import": "bench.catalogue_import",
    "search": "bench.catalogue_search",
    "titles": "bench.catalogue_titles",
    "topics": "bench.catalogue_topics",
}


def main() -> None:
    parser = options(__doc__ or "", "catalogue")
    parser.add_argument("--home", type=Path, help="a node with the whole catalogue and its vectors")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be repeated)")
    parser.add_argument("--records", type=int, help="take only so many records")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        finish(measure(given, Path(folder)), given)


def measure(given: argparse.Namespace, folder: Path) -> list[Figure]:
    parts = given.part or list(PARTS)
    data = _some(given.data, given.records, folder / "data") if given.records else given.data
    home = given.home or folder / "node"
    figures: list[Figure] = []
    if "import" in parts:
        made = folder / "node" if not given.home else folder / "imported"
        figures += run("import", folder, "--data", data, "--home", made)
    elif not given.home:
        run("import", folder, "--data", data, "--home", home, "--only-make")
    if set(parts) - {"import"}:
        if not given.home:
            _comity(home, "vectors")
        figures.append(Figure("node of the parts below", "", f"given: {home.name}" if given.home else "made here"))
    for part in parts:
        if part != "import":
            figures += run(part, folder, "--home", home)
    return figures


def run(part: str, folder: Path, *words: object) -> list[Figure]:
    """The figures of one part, measured in a process of its own."""
    out = folder / f"{part}.json"
    subprocess.run(
        [sys.executable, "-m", PARTS[part], *map(str, words), "--out", str(out)],
        cwd=ROOT,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )
    return [Figure(**figure) for figure in json.loads(out.read_text(encoding="utf-8"))]


def _comity(home: Path, *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "comity.cli.main", *words],
        env=os.environ | {"COMITY_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _some(data: Path, records: int, folder: Path) -> Path:
    """The first records of every file, as many of each as give `records` in all."""
    folder.mkdir()
    files = sorted(data.glob("*.jsonl.gz"))
    for file in files:
        with gzip.open(file, "rb") as lines, gzip.open(folder / file.name, "wb") as out:
            out.writelines(itertools.islice(lines, -(-records // len(files))))
    return folder


if __name__ == "__main__":
    main()
