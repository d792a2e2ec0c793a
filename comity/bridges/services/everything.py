"""The whole catalogue: every instrument of the node with every other, in blocks that can be stopped and taken up."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

from django.conf import settings

from comity.bridges import policies
from comity.bridges.errors import MapStopped, NoDask, NotReached, TooFewInstruments
from comity.bridges.services.instruments import clause_set
from comity.bridges.vectors import Kept
from comity.engine.align import VERSION, ClauseSet, Unit, batches, pairs
from comity.engine.align.ranking import pivoted
from comity.records.errors import NotAllowed
from comity.records.search import vectors
from comity.records.viewer import NODE, Viewer
from comity.standards.models import Edition, Expression

Progress = Callable[[int, int], None]
BLOCK = batches.BLOCK
_FORM = 1


@dataclass(frozen=True, slots=True)
class Side:
    """What was found from one instrument of a pair to the other.

    Attributes:
        confident: clauses with a confident counterpart, of `clauses`.
        mean: of the confidence of the best proposals.
    """

    clauses: int
    confident: int
    mean: float

    @property
    def share(self) -> float:
        return self.confident / self.clauses if self.clauses else 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two editions by public id, in the languages they were compared in, with what was found both ways."""

    source: str
    target: str
    languages: tuple[str, str]
    there: Side
    back: Side

    @property
    def share(self) -> float:
        """The larger of both shares: a short text may be wholly within a long one."""
        return max(self.there.share, self.back.share)


@dataclass(frozen=True, slots=True)
class Everything:
    """What came of all pairs: the last run that was finished. `worked` of them it had to work out."""

    engine: str
    model: str
    instruments: tuple[str, ...]
    pairs: tuple[Pair, ...]
    worked: int = 0


def folder() -> Path:
    """Where finished pairs and the result are kept. Deleting it costs only time."""
    return Path(settings.COMITY_HOME) / "bridges"


def result_file() -> Path:
    return folder() / "map.json"


def result() -> Everything | None:
    """The last result, if there is one."""
    try:
        said = json.loads(result_file().read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if said.get("form") != _FORM:
        return None
    found = tuple(
        Pair(
            one["source"], one["target"], (one["languages"][0], one["languages"][1]),
            Side(**one["there"]), Side(**one["back"]),
        )
        for one in said["pairs"]
    )  # fmt: skip
    return Everything(said["engine"], said["model"], tuple(said["instruments"]), found)


def align_everything(
    *, processes: int = 0, scheduler: str = "", by: Viewer = NODE, progress: Progress | None = None
) -> Everything:
    """Compare every instrument with every other, by their texts alone, and keep what share of clauses corresponds.

    Of each document its latest edition, each two in a language both have, else across languages. Finished pairs stay
    on disk, so a run that was stopped goes on where it was, and only what was changed is worked out again. The result
    is the same to the bit on any number of processes. Memory: one instrument being encoded, two for each process.

    Args:
        processes: local ones; 0 for as many as there are cores.
        scheduler: address of a Dask scheduler, whose workers see the node's folder, instead of local processes.

    Raises:
        NotAllowed: the viewer has no proposals made.
        TooFewInstruments: there are not two texts.
        NoDask, NotReached: there is no way to the scheduler.
        MapStopped: a process was killed; what is finished stays.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    plan = _Plan()
    if len(plan.outlines) < 2:
        raise TooFewInstruments
    waiting = [one for one in plan.jobs if not Path(one.result).exists()]
    tell = progress or (lambda _done, _total: None)
    needed = sorted({file for one in waiting for file in (one.source, one.target)})
    steps = len(needed) + len(plan.jobs)
    tell(0, steps)
    if waiting:
        with _workers(processes or os.cpu_count() or 1, scheduler) as (executor, width):
            plan.spill(needed, lambda count: tell(count, steps))
            done = len(needed) + len(plan.jobs) - len(waiting)
            for finished in _run(executor, waiting, width):
                done += len(finished)
                tell(min(done, steps - 1), steps)
    found = plan.collect(worked=len(waiting))
    tell(steps, steps)
    return found


@dataclass(frozen=True, slots=True)
class _Text:
    """One language of an edition: what it is encoded as."""

    rid: str
    language: str
    digest: str


class _Plan:
    """Which texts are compared with which: known before anything is worked out, and without holding their words."""

    def __init__(self) -> None:
        self.folder = folder()
        model = vectors.embedder()
        self.model, self.languages = (model.model, model.languages) if model else ("", frozenset[str]())
        self.engine = sha256(f"{pairs.engine_digest()} {self.model}".encode()).hexdigest()
        self.texts: dict[tuple[str, str], _Text] = {}
        self.editions = {one.key: one for one in _editions()}
        self.outlines = [one for key in sorted(self.editions) if (one := self._outline(self.editions[key])).units]
        self.ends: list[tuple[_Text, _Text]] = []
        self.jobs: list[pairs.Job] = []
        for one, other in combinations(self.outlines, 2):
            here, there = (self.texts[each.name, each.language] for each in pivoted(one, other))
            self.ends.append((here, there))
            self.jobs.append(self._job(here, there))

    def _outline(self, edition: Edition) -> ClauseSet:
        """An edition with its languages, without words: its only unit tells which clauses it has."""
        whole = clause_set(edition, viewer=NODE)
        sets = {one.language: one for one in (whole, *whole.versions.values())}
        outlines = {}
        for language, one in sets.items():
            self.texts[edition.key, language] = _Text(str(edition.rid), language, pairs.digest(one))
            keys = sha256("\n".join(unit.key for unit in one.units).encode()).hexdigest()
            outlines[language] = ClauseSet(edition.key, language, (Unit(keys),) if one.units else ())
        main = outlines.pop(whole.language)
        return ClauseSet(main.name, main.language, main.units, outlines)

    def _job(self, here: _Text, there: _Text) -> pairs.Job:
        known = {one.language.partition("-")[0] for one in (here, there)}
        dense = bool(self.model) and (not self.languages or known <= self.languages)
        key = sha256(f"{self.engine} {here.digest} {there.digest} {dense}".encode()).hexdigest()
        return pairs.Job(
            self._spilt(here), self._spilt(there), str(self.folder / "pairs" / key[:2] / f"{key[2:]}.npz"), dense
        )

    def _spilt(self, text: _Text) -> str:
        key = sha256(f"{self.engine} {text.digest}".encode()).hexdigest()
        return str(self.folder / "encoded" / f"{key}.pickle")

    def spill(self, files: Sequence[str], progress: Callable[[int], None]) -> None:
        """Encode what is needed, one after the other."""
        wanted = set(files)
        model = vectors.embedder()
        embed = Kept(model) if model else None
        count = 0
        for (key, language), text in self.texts.items():
            file = self._spilt(text)
            if file in wanted:
                if not Path(file).exists():
                    dense = not self.languages or language.partition("-")[0] in self.languages
                    pairs.spill(
                        clause_set(self.editions[key], language, viewer=NODE), embed if dense else None, Path(file)
                    )
                count += 1
                progress(count)

    def collect(self, worked: int) -> Everything:
        """Put the result together and write it; take away what no pair needs any more."""
        found = []
        for (here, there), job in zip(self.ends, self.jobs, strict=True):
            forth, back = (Side(one.clauses, one.confident, one.mean) for one in pairs.unpacked(Path(job.result)))
            found.append(Pair(here.rid, there.rid, (here.language, there.language), forth, back))
        rids = tuple(str(self.editions[one.name].rid) for one in self.outlines)
        everything = Everything(VERSION, self.model, rids, tuple(found), worked)
        said = {name: value for name, value in asdict(everything).items() if name != "worked"}
        part = result_file().with_name("map.json.part")
        part.write_text(json.dumps({"form": _FORM, **said}, ensure_ascii=False, indent=0), encoding="utf-8")
        part.replace(result_file())
        kept = {job.result for job in self.jobs}
        for file in (self.folder / "pairs").rglob("*"):
            if file.is_file() and str(file) not in kept:
                file.unlink()
        shutil.rmtree(self.folder / "encoded", ignore_errors=True)
        return everything


def _editions() -> list[Edition]:
    """Of each document the latest edition that can be compared. One query."""
    read = Expression.objects.visible_to(NODE).values("edition")
    found = Edition.objects.visible_to(NODE).filter(pk__in=read).select_related("document")
    latest: dict[int, Edition] = {}
    for one in found.order_by("document", "-date", "key"):
        latest.setdefault(one.document_id, one)
    return list(latest.values())


def _run(executor: Executor, waiting: Sequence[pairs.Job], width: int) -> Iterator[list[str]]:
    try:
        yield from batches.finished(executor, batches.blocks(waiting, BLOCK), width)
    except BrokenProcessPool as error:
        raise MapStopped from error


@contextmanager
def _workers(processes: int, scheduler: str) -> Iterator[tuple[Executor, int]]:
    """(who works, how many they are)."""
    if scheduler:
        with _dask(scheduler) as found:
            yield found
        return
    with batches.local(processes) as executor:
        yield executor, processes


@contextmanager
def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
    except ImportError as error:
        raise NoDask from error
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise NotReached(address=address) from error
    with client:
        here = folder()
        here.mkdir(parents=True, exist_ok=True)
        seen: Mapping[str, Any] = client.run(os.path.isdir, str(here))
        if not seen or not all(seen.values()):
            raise NotReached(NotReached.workers, address=address, folder=str(here))
        yield client.get_executor(pure=False), len(seen)
