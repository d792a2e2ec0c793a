"""How long alignments take, and what memory.

`speed`: two texts of 1,000 clauses. `everything`: what `comity bridge all` does with the texts of a node (each is
encoded once and put on disk, blocks of pairs go to several processes), here with the files of a folder, each with
every other; and what is left of a run that was killed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.crosswalks import Cached, Library
from bench.harness import ROOT, Figure, at_least, at_most

PROCESSES = 2
MINUTES, MEGABYTES, DENSE = 8, 1500, 1.5
SAMPLE = 40
"""Every so many pairs one is taken to time the dense signals beside the plain matrix product."""
FEW = 5
"""Every so many texts one is taken for the run that is killed."""
VECTORS = {
    "dense": ("dense", "dense"),
    "dense-within": ("dense_within", "dense_within"),
    "dense-headings": ("dense_headings", "dense_headings"),
    "dense-parents": ("dense_parents", "dense_parents"),
    "dense-parent-clause": ("dense_parents", "dense"),
    "guidance-dense": ("dense_guided", "dense_guided"),
}


def speed(given: Any) -> list[Figure]:
    """The middle of three processes, by CPU."""
    found = [
        json.loads(_command("speed", given.instruments, Path(), 1).stdout.splitlines()[-1]) for _turn in range(3)
    ]
    run = sorted(found, key=lambda one: one["cpu"])[1]
    return [
        at_most(
            "1,000 × 1,000 clauses, encodings cached, CPU", f"BM25 alone {run['bm25']:.2f} s", run["cpu"], 2, "s"
        ),
        at_most("the same, peak memory", "of the whole process", run["memory"], 400, "MB"),
    ]


def everything(given: Any) -> list[Figure]:
    """The whole folder on two processes; a part of it once undisturbed, and once killed and taken up again."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        home = Path(folder)
        whole = Run(given.instruments, home / "whole", PROCESSES)
        said, memory = whole.finished()
        dense = json.loads(_command("dense", given.instruments, home / "whole", PROCESSES).stdout.splitlines()[-1])
        stopped = _stopped(given.instruments, home)
    return [
        at_most(
            f"all {said['pairs']:,} pairs of {said['texts']} texts ({said['clauses']:,} clauses), two processes",
            f"CPU {said['cpu'] / 60:.1f} min; encoding before, vectors cached, {said['encoding']:.0f} s",
            said["aligning"] / 60,
            MINUTES,
            "min",
        ),
        at_most("the same, most memory of all processes (PSS)", "", memory, MEGABYTES, "MB"),
        at_most(
            f"the dense signals of {dense['pairs']} of these pairs",
            f"the matrix product alone {dense['plain']:.2f} s",
            dense["engine"] / dense["plain"],
            DENSE,
        ),
        at_least(
            f"{stopped['pairs']} pairs, killed at {stopped['before']} and taken up: share as of one process",
            f"{stopped['again']} of the finished worked out again",
            stopped["same"] / stopped["pairs"],
            1,
            "",
        ),
    ]


class Run:
    """One run in processes of its own, which can be killed with all it started."""

    def __init__(self, instruments: Path, home: Path, processes: int, every: int = 1) -> None:
        self.home = home
        words = _words("everything", instruments, home, processes, every)
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)

    def finished(self) -> tuple[dict[str, Any], float]:
        """(what it says, the most memory it took, in MB)."""
        most = 0.0
        while self.process.poll() is None:
            most = max(most, _memory(self.process.pid))
            time.sleep(1)
        said = self.process.communicate()[0].splitlines()
        if self.process.returncode:
            raise RuntimeError(f"The run left with status {self.process.returncode}.")
        return json.loads(said[-1]), most

    def kill_after(self, count: int) -> None:
        while self.process.poll() is None and len(results(self.home)) < count:
            time.sleep(0.02)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def _stopped(instruments: Path, home: Path) -> dict[str, int]:
    plain, killed = home / "plain", home / "killed"
    said, _memory = Run(instruments, plain, 1, FEW).finished()
    Run(instruments, killed, PROCESSES, FEW).kill_after(said["pairs"] // 3)
    before = {one: one.stat().st_mtime_ns for one in results(killed)}
    Run(instruments, killed, PROCESSES, FEW).finished()
    expected = {one.name: one.read_bytes() for one in results(plain)}
    found = {one.name: one.read_bytes() for one in results(killed)}
    return {
        "pairs": said["pairs"],
        "before": len(before),
        "again": sum(one.stat().st_mtime_ns != stamp for one, stamp in before.items()),
        "same": sum(found.get(name) == content for name, content in expected.items()),
    }


def results(home: Path) -> list[Path]:
    return sorted((home / "pairs").glob("*.npz"))


def do_speed(given: Any) -> dict[str, float]:
    from comity.engine.align.encoding import Encoded
    from comity.engine.align.ranking import aligned
    from comity.engine.align.signals import Signals

    library, embed = Library(given.instruments), Cached()
    names = sorted(file.stem for file in given.instruments.glob("*.en.json"))
    pools: list[list[Any]] = [[], []]
    for number, name in enumerate(names):
        pools[number % 2] += library.whole(name).units
    sets = []
    for number, pool in enumerate(pools):
        units = tuple(replace(unit, key=str(place)) for place, unit in enumerate(pool[:1000]))
        clauses = library.whole(names[0])
        sets.append(Encoded(replace(clauses, name=f"pool-{number}", units=units), embed))
    for one in sets:
        _worked_out(one)
    embed.held.clear()
    began = time.process_time()
    Signals(*sets).raw("bm25", 0, 1000)
    bm25 = time.process_time() - began
    began = time.process_time()
    aligned(*sets, explain=False)
    spent = time.process_time() - began
    return {"cpu": spent, "bm25": bm25, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _worked_out(one: Any) -> None:
    """What is worked out once for an instrument."""
    for name in ("characters", "characters_above", "stems", "stems_alone", "pairs", "pairs_alone", "stems_guided",
                 "dense", "dense_within", "dense_headings", "dense_parents", "dense_guided", "words"):  # fmt: skip
        getattr(one, name)


def do_everything(given: Any) -> dict[str, Any]:
    """What one run does: encode what is not encoded, work out what is not worked out."""
    from comity.engine.align import batches

    if not _texts(given.instruments, given.every)[1:]:
        raise SystemExit(f"There are not two texts in {given.instruments}.")
    began = time.perf_counter()
    clauses = _encode(given.instruments, given.home, given.every)
    encoded = time.perf_counter()
    jobs = _jobs(given.instruments, given.home, given.every)
    waiting = [one for one in jobs if not Path(one.result).exists()]
    with batches.local(given.processes) as executor:
        for _some in batches.finished(executor, batches.blocks(waiting), given.processes):
            pass
    return {
        "texts": len(_texts(given.instruments, given.every)),
        "clauses": clauses,
        "pairs": len(jobs),
        "encoding": encoded - began,
        "aligning": time.perf_counter() - encoded,
        "cpu": sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]),
    }


def do_dense(given: Any) -> dict[str, float]:
    """The dense signals of some pairs as the engine has them, in tiles, beside one product of the same matrices.

    Turn and turn about, the best of three, on one thread.
    """
    from comity.engine.align import pairs
    from comity.engine.align.ranking import Fusion, shipped

    jobs = [one for one in _jobs(given.instruments, given.home, 1) if one.dense][::SAMPLE]
    engine = plain = 0.0
    for job in jobs:
        source, target = pairs.encoded(job.source), pairs.encoded(job.target)
        fusion = Fusion(source, target, known=(), sets={}, coefficients=shipped())
        for name, (left, right) in VECTORS.items():
            one, other = getattr(source, left), getattr(target, right)
            if one.shape[1] != other.shape[1]:
                continue
            turns = [(_tiles(fusion, name), _product(one, other)) for _turn in range(3)]
            engine += min(mine for mine, _theirs in turns)
            plain += min(theirs for _mine, theirs in turns)
    return {"pairs": len(jobs), "engine": engine, "plain": plain}


def _tiles(fusion: Any, name: str) -> float:
    began = time.perf_counter()
    for start, end in fusion.tiles():
        fusion.signals.raw(name, start, end)
    return time.perf_counter() - began


def _product(one: Any, other: Any) -> float:
    began = time.perf_counter()
    one @ other.T
    return time.perf_counter() - began


def _texts(instruments: Path, every: int) -> list[str]:
    return sorted(file.stem for file in instruments.glob("*.json"))[::every]


def _encode(instruments: Path, home: Path, every: int) -> int:
    """Encode each text, as `comity bridge all` does; gives the number of their clauses."""
    from comity.engine.align import pairs

    library, embed, count = Library(instruments), Cached(), 0
    for name in _texts(instruments, every):
        clauses = replace(library.whole(name), name=name)
        count += len(clauses.units)
        file = home / "encoded" / f"{name}.pickle"
        if not file.exists():
            pairs.spill(clauses, embed if _known(name) else None, file)
        embed.held.clear()
    return count


def _jobs(instruments: Path, home: Path, every: int) -> list[Any]:
    from comity.engine.align import pairs

    encoded = home / "encoded"
    return [
        pairs.Job(
            str(encoded / f"{one}.pickle"),
            str(encoded / f"{other}.pickle"),
            str(home / "pairs" / f"{one}--{other}.npz"),
            _known(one) and _known(other),
        )
        for one, other in combinations(_texts(instruments, every), 2)
    ]


def _known(name: str) -> bool:
    from comity.engine.align.ranking import MODEL_LANGUAGES

    return name.rpartition(".")[2].partition("-")[0] in MODEL_LANGUAGES


DO: dict[str, Callable[[Any], dict[str, Any]]] = {
    "speed": do_speed,
    "everything": do_everything,
    "dense": do_dense,
}


def _words(what: str, instruments: Path, home: Path, processes: int, every: int) -> list[str]:
    words: Sequence[object] = (
        sys.executable, "-m", "bench.bridges", "--do", what, "--instruments", instruments,
        "--home", home, "--processes", processes, "--every", every,
    )  # fmt: skip
    return [str(one) for one in words]


def _command(what: str, instruments: Path, home: Path, processes: int) -> subprocess.CompletedProcess[str]:
    from comity.engine.align.batches import ONE_THREAD

    words = _words(what, instruments, home, processes, 1)
    return subprocess.run(
        words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD}
    )


def _memory(group: int) -> float:
    """What the processes of a group hold, each shared page counted once (PSS), in MB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rpartition(")")[2].split()[2]) == group:
                rows = status.with_name("smaps_rollup").read_text().splitlines()
                total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
        except (OSError, IndexError, ValueError):
            continue  # it has just ended
    return total / 1024
