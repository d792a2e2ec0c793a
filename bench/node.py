"""What the parts of `bench.catalogue` share: a process on one node, and figures as JSON."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.harness import Figure


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    return parser


def use(home: Path) -> None:
    """Set Django up on a node's folder. Once a process."""
    os.environ["COMITY_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
    import django

    django.setup()


def tell(figures: Sequence[Figure], out: Path) -> None:
    out.write_text(json.dumps([asdict(figure) for figure in figures]), encoding="utf-8")


def milliseconds(run: Callable[[str], Any], queries: Sequence[str]) -> list[float]:
    """CPU time of each query, the least of two runs: other programs share the machine."""
    best = [float("inf")] * len(queries)
    for _ in range(2):
        for place, query in enumerate(queries):
            began = time.process_time()
            run(query)
            best[place] = min(best[place], (time.process_time() - began) * 1_000)
    return best
