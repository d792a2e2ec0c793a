"""What every bench shares: options, a table of claims, results as JSON, a verdict."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def shared() -> Path:
    """The folder of real data: COMITY_SHARED, or `shared` beside the project."""
    return Path(os.environ.get("COMITY_SHARED") or ROOT.parent / "shared")


def options(description: str, topic: str) -> argparse.ArgumentParser:
    """The options all benches have; a bench may add its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=shared() / "data" / topic, help="folder of the topic's data")
    parser.add_argument("--json", type=Path, help="write the results here as well")
    parser.add_argument("--check", action="store_true", help="exit 1 when a goal is missed")
    return parser


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `goal` is text for people; `met` is None where nothing is promised."""

    claim: str
    beside: str
    measured: str
    goal: str = ""
    met: bool | None = None
    value: float | None = None


def at_most(claim: str, beside: str, value: float, limit: float, unit: str = "×") -> Figure:
    return Figure(claim, beside, f"{value:.3g} {unit}", f"≤ {limit:g} {unit}", value <= limit, value)


def at_least(claim: str, beside: str, value: float, limit: float, unit: str = "×") -> Figure:
    return Figure(claim, beside, f"{value:.3g} {unit}", f"≥ {limit:g} {unit}", value >= limit, value)


def median(run: Callable[[], float], times: int = 3) -> float:
    return statistics.median(run() for _ in range(times))


def p95(values: list[float]) -> float:
    """The 95th percentile, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def finish(figures: list[Figure], given: argparse.Namespace) -> None:
    """Print the table, write the JSON, and leave with the verdict."""
    rows = [("claim", "beside", "measured", "goal", "met")]
    rows += [(f.claim, f.beside, f.measured, f.goal, {True: "yes", False: "NO", None: ""}[f.met]) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if given.json:
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        body = {"machine": machine, "figures": [asdict(figure) for figure in figures]}
        given.json.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    if given.check and any(figure.met is False for figure in figures):
        sys.exit(1)
