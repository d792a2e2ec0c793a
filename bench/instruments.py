"""Instruments: whether readers find the clauses, what it costs to keep, show and compare them.

    python -m bench.instruments [--data DIR] [--part NAME] [--json OUT] [--check]

`refs`: the refs a reader finds in each original, beside those labelled by hand from that very file, or else the
JSON of the same text, as F1; the peer takes every line that looks like a numbered heading. Where an original has
both, its F1 beside the JSON is printed as well; those were cut otherwise, so it says less of the reader. Of the
Colorado act sections and subsections are compared, for the reader keeps the levels below them as text, and not
SECTION 2 and 3 of the bill, which frame or close what it enacts. The reader of plain text was mended after the
label of the Japanese guidelines was known: that line is no blind test. `store`: reading and saving all JSON files
into an empty node, beside `json.load` of the same files and bare `bulk_create` of the very rows that were written.
`page`: the reader's page of a text of 1,479 clauses. `diff`: two editions of 1,500 clauses, the second with an
article taken out, one put in, all numbers after them shifted and a thirtieth of the words changed, beside difflib
on the whole text.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

from bench.harness import ROOT, Figure, at_least, at_most, finish, median, options

PARTS = ("refs", "store", "page", "diff")
LABELS = ROOT / "comity" / "formats" / "tests" / "data"
LONGEST = "eu-ai-act"


@dataclass(frozen=True, slots=True)
class Original:
    """A file to read: with the file (or hand-made table of refs) that says what is in it, and its class.

    `inside` narrows what is compared to clauses whose refs begin so, `depth` to so many levels from the top: the
    original or its label holds more. `beside` is the JSON of the same text, where a table of refs is the label.
    """

    file: str
    label: str
    kind: str
    part: str = ""
    inside: str = ""
    depth: int = 0
    subset: bool = False
    beside: str = ""


ORIGINALS = (
    Original("gdpr.de.formex.xml", "gdpr.de.refs.tsv", "structured", beside="gdpr.de.json"),
    Original("reg-2024-903.en.formex.xml", "reg-2024-903.refs.tsv", "structured"),
    Original("dir-2014-92.en.akomantoso.xml", "dir-2014-92.refs.tsv", "structured"),
    Original("fr-senat.akomantoso.xml", "fr-senat.refs.tsv", "structured"),
    Original("ca-c27.en.billxml.xml", "ca-aida.en.json", "structured", part="3"),
    Original("ciso-assistant.iso42001-2023.yaml", "iso-42001.refs.tsv", "structured", beside="iso-42001.en.json"),
    Original(
        "ciso-assistant.nist-ai-rmf-1.0.yaml",
        "nist-ai-rmf-1.0.refs.tsv",
        "structured",
        beside="nist-ai-rmf-1.0.en.json",
    ),
    Original("mitre-atlas.yaml", "mitre-atlas.en.json", "structured"),
    Original("nist-ai-rmf-playbook.json", "nist-ai-rmf-playbook.en.json", "structured"),
    Original("nist-ai-rmf-playbook.xlsx", "nist-ai-rmf-playbook.en.json", "structured"),
    Original("nist-sp-800-53-r5-privacy.oscal-catalog.json", "nist-sp-800-53-r5.en.json", "structured", subset=True),
    Original("nist-sp-800-53-r5-privacy.oscal-catalog.xml", "nist-sp-800-53-r5.en.json", "structured", subset=True),
    Original("eu-ai-act.en.eurlex.html", "eu-ai-act.en.json", "HTML, Markdown, DOCX"),
    Original("eu-ai-act.nl.eurlex.html", "eu-ai-act.nl.json", "HTML, Markdown, DOCX"),
    Original("cn-genai-measures.zh.html", "cn-genai-measures.zh.json", "HTML, Markdown, DOCX"),
    Original("cn-algorithm-provisions.zh.md", "cn-algorithm-provisions.zh.json", "HTML, Markdown, DOCX"),
    Original(
        "us-co-ai-act.en.pdf2md.md",
        "us-co-ai-act.refs.tsv",
        "HTML, Markdown, DOCX",
        inside="§",
        depth=2,
        beside="us-co-ai-act.en.json",
    ),
    Original("owasp-llm01.en.md", "owasp-llm-top10-2025.en.json", "HTML, Markdown, DOCX", inside="LLM01"),
    Original("jp-ai-gfb.en.pdftext.txt", "jp-ai-gfb.refs.tsv", "PDF", beside="jp-ai-gfb.en.json"),
    Original("eu-ai-act-amendment-PE-30-2026.nl.pdf", "eu-ai-act-amendment.refs.tsv", "PDF"),
)
GOALS = {"structured": 1.0, "HTML, Markdown, DOCX": 0.97, "PDF": 0.9}


def main() -> None:
    parser = options(__doc__ or "", "instruments")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be repeated)")
    parser.add_argument("--do", choices=["store", "peer", "page"], help="what one process of a part does")
    parser.add_argument("--home", type=Path, help="the node of that process")
    given = parser.parse_args()
    if given.do:
        print(json.dumps(DO[given.do](given)))
        return
    figures: list[Figure] = []
    for part in given.part or PARTS:
        figures += MEASURE[part](given.data)
    finish(figures, given)


# refs


def refs(data: Path) -> list[Figure]:
    found: dict[str, list[tuple[str, float, float]]] = {}
    others: list[Figure] = []
    for one in ORIGINALS:
        content = (data / "originals" / one.file).read_bytes()
        read, right = _read(content, one), _compared(_labelled(data, one.label), one)
        scores = _f1(_compared(read, one), right, one), _f1(_numbered_lines(content), right, one)
        found.setdefault(one.kind, []).append((one.file, *scores))
        if one.beside:
            score = _f1(list(read), list(_labelled(data, one.beside)), one)
            others.append(Figure(f"  {one.file}", f"{one.beside}, no goal", f"{score:.4f}"))
    figures = [figure for kind, rows in found.items() for figure in _of_kind(kind, rows)]
    return [*figures, *others]


def _of_kind(kind: str, rows: list[tuple[str, float, float]]) -> Iterable[Figure]:
    ours, theirs = mean(row[1] for row in rows), mean(row[2] for row in rows)
    yield at_least(
        f"refs of {kind}, mean F1 of {len(rows)}", f"lines with numbers {theirs:.2f}", ours, GOALS[kind], ""
    )
    for file, score, _other in rows:
        if score < GOALS[kind]:
            yield Figure(f"  {file}", "", f"{score:.4f}")


def _labelled(data: Path, label: str) -> dict[str, str]:
    """The refs of a label with the parent of each."""
    if label.endswith(".tsv"):
        with open(LABELS / label, encoding="utf-8", newline="") as file:
            return {row["ref"]: row["parent"] for row in csv.DictReader(file, delimiter="\t")}
    clauses = json.loads((data / label).read_text(encoding="utf-8"))["clauses"]
    return {clause["ref"]: clause["parent"] or "" for clause in clauses}


def _read(content: bytes, one: Original) -> dict[str, str]:
    from comity.formats import instruments

    found = instruments.read(content, file=one.file, part=one.part)
    return {clause.ref: clause.parent or "" for clause in found.clauses}


def _compared(parents: dict[str, str], one: Original) -> list[str]:
    """The refs that an original and its label are compared by."""
    return [
        ref for ref in parents if ref.startswith(one.inside) and (not one.depth or _depth(ref, parents) <= one.depth)
    ]


def _depth(ref: str, parents: dict[str, str]) -> int:
    depth = 1
    while ref := parents.get(ref, ""):
        depth += 1
    return depth


_LOOKS_NUMBERED = re.compile(
    r"^\W{0,4}((?:Article|Artikel|Art\.|Chapter|Annex|Section|Recital)\s+[\w.]+|第[^条章\s]{1,6}[条章]"
    r"|[A-Z]{1,6}[- .]?\d[\w.()-]*|\d+(?:\.\d+)*|\(\w{1,4}\))(?=[\s.:)]|$)"
)


def _numbered_lines(content: bytes) -> list[str]:
    """The peer: text without tags, a clause wherever a line begins with something like a number."""
    text = re.sub(r"<[^>]*>", "\n", content.decode("utf-8", "replace"))
    found = []
    for line in text.splitlines():
        if match := _LOOKS_NUMBERED.match(line.strip()):
            found.append(re.sub(r"^(?:Article|Artikel)\s+", "Art.", match[1]))
    return found


def _f1(found: list[str], right: list[str], one: Original) -> float:
    """F1 over refs; of an original that holds a part of what its label does, precision only."""
    here, there = set(found), set(right)
    hits = len(here & there)
    if one.subset:
        return hits / len(here) if here else 0.0
    return 2 * hits / (len(here) + len(there)) if here or there else 0.0


# store


def store(data: Path) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        runs = [_process("store", data, Path(folder) / f"node-{turn}") for turn in range(3)]
        bare = [_process("peer", data, Path(folder) / "node-0") for _turn in range(3)]
    ours, theirs = sorted(run["cpu"] for run in runs)[1], sorted(run["cpu"] for run in bare)[1]
    return [
        at_most(
            f"read and keep {runs[0]['clauses']:,.0f} clauses, CPU",
            f"json.load and bulk_create of the same rows {theirs:.1f} s",
            ours / theirs,
            3,
        ),
        at_most("the same, peak memory", "PSS", max(run["memory"] for run in runs), 300, "MB"),
    ]


def _process(what: str, data: Path, home: Path) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.instruments", "--do", what, "--home", str(home), "--data", str(data)]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _use(home: Path) -> None:
    from django.core.management import call_command

    from bench.node import use

    home.mkdir(parents=True, exist_ok=True)
    use(home)
    call_command("migrate", verbosity=0)


def do_store(given: Any) -> dict[str, float]:
    _use(given.home)
    from bench.catalogue_import import Memory
    from comity.formats import instruments
    from comity.standards import services

    clauses = 0
    with Memory() as memory:
        began = time.process_time()
        for file in sorted(given.data.glob("*.json")):
            found = instruments.read(file.read_bytes(), file=file.name)
            clauses += len(found.clauses)
            services.save_instrument(found)
        cpu = time.process_time() - began
    return {"cpu": cpu, "memory": memory.peak, "clauses": clauses}


def do_peer(given: Any) -> dict[str, float]:
    """`json.load` of the files, and `bulk_create` of all rows that the run before wrote."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        _use(Path(folder))
        from bench import catalogue_import

        began = time.process_time()
        for file in sorted(given.data.glob("*.json")):
            with file.open(encoding="utf-8") as opened:
                json.load(opened)
        read = time.process_time() - began
        own = ["standards.Expression", "standards.Clause", "standards.ClauseText"]
        return {"cpu": read + catalogue_import.peer(given.home, [*catalogue_import.ROWS, *own])}


# page


def page(data: Path) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        found = _process("page", data, Path(folder))
    return [
        at_most("reader's page of 1,479 clauses, SQL queries", "", found["queries"], 8, "queries"),
        at_most("reader's page, CPU", "", found["cpu"], 60, "ms"),
        at_most("reader's page, HTML", "the largest part", found["bytes"] / 1_024, 250, "KB"),
    ]


def do_page(given: Any) -> dict[str, float]:
    _use(given.home)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from comity.formats import instruments
    from comity.standards import services

    settings.ALLOWED_HOSTS = ["*"]
    file = given.data / f"{LONGEST}.en.json"
    saved = services.save_instrument(instruments.read(file.read_bytes(), file=file.name))
    address = f"{saved.expression.edition.document.get_absolute_url()}text/"
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{address}?part=0")
    count = len(queries)  # the next request empties the list
    sizes, costs = [], []
    for part in range(20):
        from comity.web.middleware import STORE

        STORE.clear()  # each view is the first
        began = time.process_time()
        response = client.get(f"{address}?part={part}")
        if b'class="clause ' in response.content:
            costs.append((time.process_time() - began) * 1_000)
            sizes.append(len(response.content))
    return {"queries": count, "cpu": sorted(costs)[len(costs) // 2], "bytes": max(sizes)}


# diff


def diff(data: Path) -> list[Figure]:
    from comity.engine.changes import compare

    old, new, right = _editions(data)
    spent = median(lambda: _cpu(lambda: compare(old, new)))
    peer = _cpu(lambda: _whole_text(old, new))
    found = {(old[o].ref, new[n].ref) for one in compare(old, new) for o in one.old for n in one.new}
    return [
        at_most(
            f"diff of two editions of {len(old):,} clauses, CPU", f"difflib, whole text {peer:.1f} s", spent, 2, "s"
        ),
        at_least("clauses that moved and were found again", "", len(found & right) / len(right), 0.99, "of them"),
    ]


def _editions(data: Path) -> tuple[list[Any], list[Any], set[tuple[str, str]]]:
    from random import Random

    from comity.engine.changes import Provision

    clauses = json.loads((data / f"{LONGEST}.en.json").read_text(encoding="utf-8"))["clauses"]
    old = [Provision(c["ref"], c["parent"] or "", c["heading"], c["text"]) for c in clauses]
    random = Random(1)

    def shifted(ref: str) -> str:
        match = re.match(r"Art\.(\d+)(.*)", ref)
        return f"Art.{int(match[1]) - 1}{match[2]}" if match and int(match[1]) > 7 else ref

    new, right = [], set()
    for one in old:
        if re.match(r"Art\.7(\D|$)", one.ref):
            continue
        words = [word for word in one.text.split() if random.random() > 1 / 30]
        new.append(replace(one, ref=shifted(one.ref), parent=shifted(one.parent), text=" ".join(words)))
        if shifted(one.ref) != one.ref:
            right.add((one.ref, shifted(one.ref)))
    return old, new, right


def _whole_text(old: list[Any], new: list[Any]) -> None:
    """Words of both texts as one sequence each: what a word processor's comparison does."""
    before, after = ([word for one in side for word in f"{one.heading} {one.text}".split()] for side in (old, new))
    difflib.SequenceMatcher(None, before, after).get_opcodes()


def _cpu(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


DO: dict[str, Callable[[Any], dict[str, float]]] = {"store": do_store, "peer": do_peer, "page": do_page}
MEASURE: dict[str, Callable[[Path], list[Figure]]] = {"refs": refs, "store": store, "page": page, "diff": diff}


if __name__ == "__main__":
    main()
