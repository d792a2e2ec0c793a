"""Pages under load, beside a minimal Django view on the same server, in one run.

    python -m bench.pages [--data DIR] [--home NODE] [--json OUT] [--check]

A node with the whole catalogue is made first (minutes), unless `--home` names one that is there. It is
copied, since the bench writes to it: one public write a second while repeated pages are measured.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from bench.harness import ROOT, Figure, at_least, at_most, finish, options

SECONDS = 6
CONNECTIONS = 4
PORT = 8765
LUA = """
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local place = tonumber(os.getenv("BENCH_START") or "0")
request = function()
  place = place + 1
  return wrk.format("GET", paths[(place - 1) % #paths + 1])
end
"""


def main() -> None:
    parser = options(__doc__ or "", "catalogue")
    parser.add_argument("--home", type=Path, help="a node with the whole catalogue")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench.pages needs wrk: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        if given.home:
            shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("backups", "reports"))
        else:
            make_node(home, given.data)
        os.environ["COMITY_HOME"] = str(home)
        finish(measure(home, Path(folder)), given)


def make_node(home: Path, data: Path) -> None:
    """A node with the whole catalogue."""
    environment = os.environ | {"COMITY_HOME": str(home), "COMITY_PASSWORD": "bench-bench-bench"}
    comity = [sys.executable, "-m", "comity.cli.main"]
    subprocess.run([*comity, "init", "--email", "bench@example.org"], env=environment, check=True)
    files = [str(path) for path in sorted(data.glob("*.jsonl.gz")) if "pairs" not in path.name]
    subprocess.run([*comity, "import", "catalogue", "--no-vectors", *files], env=environment, check=True)


def measure(home: Path, folder: Path) -> list[Figure]:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
    django.setup()
    from comity.standards.models import Document

    slugs = list(Document.objects.order_by("?").values_list("slug", flat=True)[:6_000])
    keys = list(Document.objects.order_by("?").values_list("pk", flat=True)[:2_000])
    lists = [f"/standards/?all=1&page={n}" for n in range(1, 4_001)]
    documents = [f"/standards/{slug}/" for slug in slugs if slug.isascii()]
    with served(folder, "minimal"):
        minimal = rate([f"/{key}" for key in keys], folder)
    with served(folder, "comity") as server:
        rest = _memory(server)
        first_list = rate(lists, folder)
        first_document = rate(documents, folder)
        with writing():
            repeated_list = rate(lists[:20], folder)
            repeated_document = rate(documents[:20], folder)
        figures = [
            at_least("list of 25, first view", f"minimal view {minimal:.0f}/s", first_list / minimal, 0.2),
            at_least("document, first view", f"minimal view {minimal:.0f}/s", first_document / minimal, 0.3),
            at_least("list, repeated, one public write a second", "minimal view", repeated_list / minimal, 0.7),
            at_least(
                "document, repeated, one public write a second", "minimal view", repeated_document / minimal, 0.7
            ),
            Figure(
                "requests a second",
                "",
                f"lists {first_list:.0f}, documents {first_document:.0f}, "
                f"repeated {repeated_list:.0f} and {repeated_document:.0f}",
            ),
            at_most("web worker at rest, without the model", "PSS", rest, 160, "MB"),
            *_sizes(documents),
            *_queries(),
        ]
    return figures


class served:
    """A server of two workers while the block runs."""

    def __init__(self, folder: Path, what: str) -> None:
        self._words = [sys.executable, "-m", "bench.server", what, str(PORT)]

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(self._words, cwd=ROOT, start_new_session=True)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/robots.txt", timeout=5)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        time.sleep(0.5)


def rate(paths: list[str], folder: Path) -> float:
    """Requests a second answered with success, by wrk, after a second of warming up on other paths."""
    script, listing = folder / "paths.lua", folder / "paths.txt"
    script.write_text(LUA)
    listing.write_text("\n".join(paths))
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", "-s", str(script), f"http://127.0.0.1:{PORT}"]
    environment = os.environ | {"BENCH_PATHS": str(listing)}
    warm = environment | {"BENCH_START": str(len(paths) // 2)}
    subprocess.run([*words[:3], "-d1", *words[3:]], env=warm, capture_output=True, check=True)
    done = subprocess.run(
        [*words[:3], f"-d{SECONDS}", *words[3:]], env=environment, capture_output=True, text=True, check=True
    )
    if "Non-2xx" in done.stdout:
        sys.exit(f"some requests failed:\n{done.stdout}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else 0.0


class writing:
    """One public write a second while the block runs."""

    def __enter__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        from django.db import connection

        from comity.records import services
        from comity.records.viewer import NODE
        from comity.standards.models import Document

        while not self._stop.wait(1):
            document = Document.objects.order_by("pk").first()
            services.put(document, by=NODE, because="bench")
        connection.close()


def _memory(server: subprocess.Popen[bytes]) -> float:
    """The largest PSS of the server's processes, in MB, after each has answered."""
    for _ in range(8):
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/robots.txt").read()
    children = subprocess.run(
        ["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    return max(_pss(int(child)) for child in children)


def _pss(process: int) -> float:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _sizes(documents: list[str]) -> list[Figure]:
    pages = ["/", "/standards/", "/standards/?all=1", "/search?q=risk", *documents[:40]]
    sizes = {page: len(_get(page)) for page in pages}
    largest = max(sizes.values()) / 1024
    assets = re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"', _get("/standards/"))
    packed = sum(len(gzip.compress(_get(asset.decode()))) for asset in set(assets)) / 1024
    return [
        at_most("HTML of the largest page", "", largest, 60, "KB"),
        at_most("CSS and JavaScript, gzipped", "", packed, 60, "KB"),
    ]


def _get(page: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{page}") as answer:
        body: bytes = answer.read()
        return body


def _queries() -> list[Figure]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from comity.web.middleware import STORE

    settings.ALLOWED_HOSTS = ["*"]
    client, most = Client(), 0
    for page in (
        "/",
        "/standards/",
        "/standards/?all=1&stage=published",
        "/standards/iso-9001/",
        "/standards/?q=risk",
        "/standards/bodies/",
        "/standards/bodies/iso/",
        "/search?q=risk+management",
    ):
        client.get(page)
        STORE.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        most = max(most, len(captured))
    return [at_most("SQL queries of a page, anonymous", "", most, 8, "queries")]


if __name__ == "__main__":
    main()
