"""Runs every bench and writes bench/RESULTS.md, with the machine named.

python -m bench [NAME...]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench.harness import ROOT

BENCHES = ("catalogue", "pages", "instruments", "bridges", "classification")
RESULTS = ROOT / "bench" / "RESULTS.md"


def main() -> None:
    parts, missed = [], 0
    for name in sys.argv[1:] or BENCHES:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            done = subprocess.run([sys.executable, "-m", f"bench.{name}", "--json", str(out), "--check"], cwd=ROOT)
            if not out.exists():
                sys.exit(done.returncode or 1)
            found = json.loads(out.read_text(encoding="utf-8"))
        missed += sum(figure["met"] is False for figure in found["figures"])
        parts.append(_section(name, found))
    RESULTS.write_text("\n".join(["# Results of the benches\n", *parts]), encoding="utf-8")
    sys.exit(1 if missed else 0)


def _section(name: str, found: dict[str, object]) -> str:
    rows = ["| claim | beside | measured | goal | met |", "| --- | --- | --- | --- | --- |"]
    for figure in found["figures"]:  # type: ignore[attr-defined]
        met = {True: "yes", False: "no", None: ""}[figure["met"]]
        rows.append(f"| {figure['claim']} | {figure['beside']} | {figure['measured']} | {figure['goal']} | {met} |")
    return f"## {name}\n\n{date.today()}, {found['machine']}.\n\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
