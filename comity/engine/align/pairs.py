"""Many instruments with each other: each is encoded once and put on disk, and a pair is worked out from two files.

A worker holds two encodings at a time, whatever the number of instruments, and writes each finished pair as one file,
so that work that was stopped goes on where it was. What is in a file depends on the two texts alone.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from comity.engine.align.encoding import Encoded
from comity.engine.align.model import ClauseSet, Embed
from comity.engine.align.ranking import DIGITS, VERSION, Fusion, shipped
from comity.engine.align.sparse import Bags

CONFIDENT = 0.5
"""Confidence from which a counterpart is likelier right than wrong."""
TOP = 3
"""Proposals of each clause that are kept."""
_KEPT = (
    "full", "headings", "characters", "characters_above", "stems_alone", "stems", "pairs_alone", "pairs",
    "stems_guided", "dense", "dense_within", "dense_headings", "dense_parents", "dense_guided", "words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Direction:
    """What was found from one instrument to another.

    Attributes:
        clauses: of the source; `confident` of them have a counterpart with a confidence of at least CONFIDENT.
        mean: of the confidence of the best proposals.
        places: of the proposals in the target, best first, -1 for none: shape (clauses, TOP).
        confidences: of the same.
    """

    clauses: int
    confident: int
    mean: float
    places: NDArray[np.int32]
    confidences: NDArray[np.float32]

    @property
    def share(self) -> float:
        return self.confident / self.clauses if self.clauses else 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """A pair to work out: the files of both encodings, and of the result.

    Attributes:
        dense: by meaning too; else by words alone, as where the model does not know a language.
    """

    source: str
    target: str
    result: str
    dense: bool = True


def engine_digest() -> str:
    """Of what decides a result besides the texts: the version, and what training found."""
    found = sha256(f"{VERSION} {TOP} {CONFIDENT}".encode())
    for name in ("coefficients.json", "domain.tsv"):
        found.update(resources.files(__package__).joinpath(name).read_bytes())
    return found.hexdigest()


def digest(clauses: ClauseSet) -> str:
    """Of all that is compared of one instrument in one language."""
    said = [clauses.name, clauses.language, *((one.key, *_said(one)) for one in clauses.units)]
    return sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def _said(one: Any) -> tuple[Any, ...]:
    return one.heading, one.text, one.path, one.context, one.guidance


def spill(clauses: ClauseSet, embed: Embed | None, file: Path) -> None:
    """Encode an instrument, and put that on disk. Memory: one encoding."""
    alone = ClauseSet(clauses.name, clauses.language, clauses.units)
    found = Encoded(alone, embed)
    for name in _KEPT:
        kept = getattr(found, name)
        if isinstance(kept, Bags):
            kept.index()
    found.embed = None
    _put(file, pickle.dumps(found, pickle.HIGHEST_PROTOCOL))


@lru_cache(maxsize=2)
def encoded(file: str) -> Encoded:
    """What `spill` put on disk; the last two are held."""
    found = pickle.loads(Path(file).read_bytes())  # noqa: S301  # written by `spill` into the node's own folder
    if not isinstance(found, Encoded):
        raise TypeError(file)
    return found


def _wordly(one: Encoded) -> Encoded:
    """The same without vectors."""
    found = Encoded(one.clauses, None)
    for name in _KEPT:
        if not name.startswith("dense"):
            found.__dict__[name] = getattr(one, name)
    found.__dict__["words"] = replace(one.words, vectors=np.zeros((len(one.words.spelt), 1), np.float32))
    return found


def work(jobs: Sequence[Job]) -> list[str]:
    """Work pairs out, each in both directions, and write each. Gives the names of the files written."""
    for job in jobs:
        if not Path(job.result).exists():
            source, target = encoded(job.source), encoded(job.target)
            if not job.dense:
                source, target = _wordly(source), _wordly(target)
            _put(Path(job.result), packed(direction(source, target), direction(target, source)))
    return [job.result for job in jobs]


def direction(source: Encoded, target: Encoded) -> Direction:
    """What corresponds to the clauses of one instrument in another, by their texts alone."""
    places = np.full((len(source), TOP), -1, np.int32)
    confidences = np.zeros((len(source), TOP), np.float32)
    for tile in Fusion(source, target, known=(), sets={}, coefficients=shipped()).candidates(TOP):
        best = tile.best[:, :TOP]
        rows = np.arange(tile.start, tile.start + len(best))[:, None]
        possible = np.take_along_axis(tile.scores, best, axis=1) >= 0
        order = np.argsort(~possible, axis=1, kind="stable")  # what is ruled out makes room
        possible, best = (np.take_along_axis(one, order, axis=1) for one in (possible, best))
        columns = np.arange(best.shape[1])
        places[rows, columns] = np.where(possible, best, -1)
        confidences[rows, columns] = np.where(possible, np.round(tile.chances[:, : best.shape[1]], DIGITS), 0)
    best = confidences.max(axis=1)
    confident = int((best >= np.float32(CONFIDENT)).sum())
    mean = round(float(best.astype(np.float64).mean()), DIGITS) if len(best) else 0.0
    return Direction(len(source), confident, mean, places, confidences)


def packed(there: Direction, back: Direction) -> bytes:
    """Both directions of a pair as the bytes of an .npz file: the same for the same, whenever it is made."""
    out = BytesIO()
    arrays: dict[str, Any] = {}
    for name, one in (("there", there), ("back", back)):
        arrays[f"{name}-counts"] = np.array([one.clauses, one.confident], np.int64)
        arrays[f"{name}-mean"] = np.array([one.mean], np.float64)
        arrays[f"{name}-places"], arrays[f"{name}-confidences"] = one.places, one.confidences
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def unpacked(file: Path) -> tuple[Direction, Direction]:
    """Both directions of a pair."""
    with np.load(file, allow_pickle=False) as found:
        return _direction(found, "there"), _direction(found, "back")


def _direction(found: Any, name: str) -> Direction:
    clauses, confident = (int(one) for one in found[f"{name}-counts"])
    return Direction(
        clauses, confident, float(found[f"{name}-mean"][0]), found[f"{name}-places"], found[f"{name}-confidences"]
    )


def _put(file: Path, content: bytes) -> None:
    """Whole or not at all: who is killed leaves no half file under the name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{uuid4().hex}.part")
    part.write_bytes(content)
    part.replace(file)
