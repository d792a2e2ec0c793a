"""The API under load and the harvest of the catalogue, beside their peers on the same server, in one run.

    python -m bench.api [--data DIR] [--home NODE] [--json OUT] [--check]

A node with the whole catalogue is made first (minutes), unless `--home` names one that is there (it is copied:
the bench writes to it). Lists of fifty documents stand beside the smallest endpoint of django-ninja; a harvest
of 100,000 records stands beside pyoai's server on the same database, taken by the same client (oaipmh-scythe),
in CPU seconds of server and client together; and beside pyoai's server with all records made beforehand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import Figure, at_least, finish, options
from bench.harvested import harvest
from bench.pages import PORT, make_node, rate, served, writing

RECORDS = 100_000
LISTS = 2_500


def main() -> None:
    parser = options(__doc__ or "", "catalogue")
    parser.add_argument("--home", type=Path, help="a node with the whole catalogue")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench.api needs wrk: apt-get install wrk")
    os.environ["COMITY_API_RATE"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        if given.home:
            shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("backups", "reports"))
        else:
            make_node(home, given.data)
        os.environ["COMITY_HOME"] = str(home)
        finish([*_lists(Path(folder)), *_harvests(Path(folder))], given)


def _lists(folder: Path) -> list[Figure]:
    addresses = _cursors()
    with served(folder, "ninja"):
        minimal = rate(["/one"], folder)
    with served(folder, "comity"):
        first = rate(addresses, folder)
        with writing():
            repeated = rate(addresses[:20], folder)
    beside = f"minimal django-ninja endpoint {minimal:.0f}/s"
    return [
        at_least("JSON list of 50, first view", beside, first / minimal, 0.3),
        at_least("JSON list of 50, repeated, one public write a second", beside, repeated / minimal, 0.7),
        Figure("lists a second", "", f"first view {first:.0f}, repeated {repeated:.0f}"),
    ]


def _cursors() -> list[str]:
    """Addresses of the pages of the whole catalogue, each of other documents."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
    django.setup()
    from comity.records.cursors import Cursor
    from comity.records.viewer import ANYONE
    from comity.standards import queries

    pages = [queries.listing(queries.Filters(all=True, page=n), ANYONE, size=50) for n in range(1, LISTS + 1)]
    ends = [Cursor(page.rows[-1].rid, n * 50) for n, page in enumerate(pages, 1) if page.next]
    return [f"/api/v1/documents?all=true&after={end}" for end in ends]


def _harvests(folder: Path) -> list[Figure]:
    ours, theirs = _harvested(folder, "comity", "/oai"), _harvested(folder, "pyoai", "/")
    os.environ["BENCH_IN_MEMORY"] = str(RECORDS + 1_000)
    held = _harvested(folder, "pyoai", "/")
    return [
        at_least(
            f"harvest of {RECORDS:,} records, a CPU second of server and client",
            f"pyoai's server on the same database {theirs / 1_000:.1f}k",
            ours / theirs,
            1.5,
        ),
        Figure("records a CPU second", f"pyoai, all held in memory: {held / 1_000:.1f}k", f"{ours / 1_000:.1f}k"),
    ]


def _harvested(folder: Path, what: str, path: str) -> float:
    """Records a CPU second of a server's processes and this client together."""
    with served(folder, what) as server:
        address = f"http://127.0.0.1:{PORT}{path}"
        harvest(address, 10_000)  # so that both workers have begun
        before, mine = _spent(server), time.process_time()
        got = harvest(address, RECORDS)
        spent = _spent(server) - before + time.process_time() - mine
    if got < RECORDS:
        sys.exit(f"{what} gave {got:,} records")
    return got / spent


def _spent(server: subprocess.Popen[bytes]) -> float:
    """CPU seconds of the server's processes so far."""
    import psutil

    processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    times = [one.cpu_times() for one in processes]
    return float(sum(one.user + one.system for one in times))


if __name__ == "__main__":
    main()
