"""Vectors of titles: files of bytes, memory-mapped, one row a distinct title.

Row n is the vector of `Text` n, so nothing has to be looked up to extend or read the file. It is a
cache: lost or stale files are made again from the database. Searching compares one bit a component
over all rows first, then whole vectors of the likeliest (asymmetric: the query stays in floats).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from comity.engine import embedding
from comity.engine.embedding import Embedder
from comity.records.models import Text
from comity.records.search import lexical
from comity.records.search.lexical import Row
from comity.records.search.scope import Scope

BATCH = 512
NEAREST = 1_000  # rows compared as whole vectors, of those nearest by sign bits: all of the true first 20
FEW = 20_000  # a scope with at most so many titles is compared whole
WEAKEST = 0.25  # similarities below this say nothing


@lru_cache(maxsize=1)
def embedder() -> Embedder | None:
    """The model the node is set up with; None if meaning is switched off. Loads on first use."""
    chosen = settings.COMITY_EMBEDDING
    backend = chosen.get("backend", "use")
    if backend == "none":
        return None
    if backend == "sentence-transformers":
        return embedding.SentenceTransformersModel(chosen["model"])
    if backend == "endpoint":
        return embedding.EndpointModel(
            chosen["address"], chosen["model"], int(chosen["dimensions"]), chosen.get("key", "")
        )
    return embedding.UniversalSentenceEncoder()


def folder(model: str) -> Path:
    return Path(settings.COMITY_HOME) / "vectors" / re.sub(r"[^a-z0-9.-]+", "_", model.lower())


class Store:
    """The vectors of one model: a file of rows, read by many and extended by one at a time."""

    def __init__(self, model: str, dimensions: int) -> None:
        self.dimensions = dimensions
        self._folder = folder(model)
        self._file = self._folder / "rows.i8"
        self._rows: NDArray[np.int8] = np.zeros((0, dimensions), np.int8)
        self._signs: NDArray[np.uint64] = np.zeros((dimensions // 64, 0), np.uint64)
        self._stamp: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        return self._file.stat().st_size // self.dimensions if self._file.exists() else 0

    def rows(self) -> NDArray[np.int8]:
        """All rows, as they are on disk now: shape (n, dimensions)."""
        if not self._file.exists():
            return self._rows[:0]
        stat = self._file.stat()
        stamp = (stat.st_ino, stat.st_size // self.dimensions)
        if stamp != self._stamp:
            self._map(stamp)
        return self._rows

    def _map(self, stamp: tuple[int, int]) -> None:
        """Map the file; of rows that were there before, sign bits are kept."""
        known = self._stamp[1] if stamp[0] == self._stamp[0] and stamp[1] > self._stamp[1] else 0
        if not stamp[1]:
            self._rows, self._signs, self._stamp = self._rows[:0], self._signs[:, :0], stamp
            return
        self._rows = np.memmap(self._file, np.int8, "r", shape=(stamp[1], self.dimensions))
        parts = [self._signs[:, :known]] if known else []
        for start in range(known, stamp[1], 8_192):
            parts.append(embedding.signs(np.asarray(self._rows[start : start + 8_192])).T)
        self._signs = np.ascontiguousarray(np.concatenate(parts, axis=1))
        self._stamp = stamp

    def nearest(self, queries: NDArray[np.float32], most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows likeliest near any of the query vectors, with their best similarity; best first."""
        rows = self.rows()
        if not len(rows):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        picked = np.unique(np.concatenate([self._by_signs(query) for query in queries]))
        return self.compare(queries, picked, most)

    def compare(
        self, queries: NDArray[np.float32], picked: NDArray[np.int64], most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Of the rows `picked`, the `most` nearest to any of the query vectors, best first."""
        picked = picked[picked < len(self.rows())]
        if not len(picked):
            return picked, np.zeros(0, np.float32)
        block = self._rows[picked].astype(np.float32)
        # Not a product of matrices: for so few, starting threads costs more than the sums.
        near = np.einsum("rd,qd->rq", block, queries).max(axis=1) / embedding.SCALE
        best = np.lexsort((picked, -near))[:most]
        return picked[best], near[best]

    def _by_signs(self, query: NDArray[np.float32]) -> NDArray[np.int64]:
        if self._signs.shape[1] <= NEAREST:
            return np.arange(self._signs.shape[1])
        bits = embedding.signs(embedding.to_bytes(query[None]))[0]
        distance = np.zeros(self._signs.shape[1], np.uint16)
        for word, row in zip(bits, self._signs, strict=True):
            distance += np.bitwise_count(row ^ word)
        # Of equal distance at the border, the lowest rows: the same ones on every machine.
        border = np.partition(distance, NEAREST)[NEAREST]
        inside = np.flatnonzero(distance < border)
        return np.concatenate([inside, np.flatnonzero(distance == border)[: NEAREST - len(inside)]])

    @contextmanager
    def _writing(self) -> Any:
        self._folder.mkdir(parents=True, exist_ok=True)
        with open(self._folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with open(self._file, "ab") as out:
                out.truncate(os.fstat(out.fileno()).st_size // self.dimensions * self.dimensions)
                yield out

    def extend(self, model: Embedder, progress: Callable[[int, int], None] | None = None) -> int:
        """Compute the vectors of all titles after the last row. Returns how many were computed.

        May be killed at any time: whole rows stay, the rest is computed by the next call.
        """
        made = 0
        with self._writing() as out:
            first = out.tell() // self.dimensions
            waiting = Text.objects.filter(pk__gte=first)
            total = waiting.count()
            for texts in _batches(waiting.order_by("pk").values_list("pk", "text").iterator(chunk_size=BATCH)):
                out.write(self._block(texts, out.tell() // self.dimensions, model))
                out.flush()
                made += len(texts)
                if progress:
                    progress(made, total)
        if made:
            (self._folder / "model.json").write_text(
                json.dumps({"model": model.model, "dimensions": self.dimensions})
            )
        return made

    def _block(self, texts: Sequence[tuple[int, str]], first: int, model: Embedder) -> bytes:
        block = np.zeros((texts[-1][0] + 1 - first, self.dimensions), np.int8)
        vectors = embedding.to_bytes(model.encode([text for _key, text in texts]))
        block[[key - first for key, _text in texts]] = vectors
        return block.tobytes()


def _batches(items: Any) -> Any:
    batch: list[tuple[int, str]] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@lru_cache(maxsize=2)
def store() -> Store | None:
    model = embedder()
    return Store(model.model, model.dimensions) if model else None


def ready() -> bool:
    """Whether titles can be compared by meaning at all."""
    here = store()
    return here is not None and len(here) > 0


def waiting() -> int:
    """Titles whose vector is still to be computed."""
    here = store()
    return Text.objects.filter(pk__gte=len(here)).count() if here is not None else 0


@lru_cache(maxsize=2_000)
def encode(texts: tuple[str, ...]) -> NDArray[np.float32]:
    model = embedder()
    assert model is not None  # noqa: S101  (callers have a store, so there is a model)
    return model.encode(texts)


class Near(NamedTuple):
    """How near an entry is, by which of its titles."""

    similarity: float
    title: str
    row: Row


def near(texts: Sequence[str], scope: Scope, *, most: int = 200, beside: Collection[int] = ()) -> dict[int, Near]:
    """Entries whose titles mean what `texts` say, and how near the entries `beside` them are. At most two queries."""
    here = store()
    if here is None or not texts or not len(here):
        return {}
    queries = encode(tuple(texts))
    within = _texts_within(scope)
    keys, values = here.compare(queries, within, most) if within is not None else here.nearest(queries, most)
    similar = {int(key): float(value) for key, value in zip(keys, values, strict=True) if value >= WEAKEST}
    titles = _titles(similar, beside, scope)
    found = _best(titles, similar)
    # What the search by vectors did not meet is compared here.
    others = [one for one in titles if one[1][0] not in found]
    return found | _best(others, _compared(here, queries, {key for key, _title, _row in others}))


def _compared(here: Store, queries: NDArray[np.float32], texts: Iterable[int]) -> dict[int, float]:
    picked = np.unique(np.fromiter(texts, np.int64))
    keys, values = here.compare(queries, picked, len(picked))
    return dict(zip(keys.tolist(), values.tolist(), strict=True))


def _texts_within(scope: Scope) -> NDArray[np.int64] | None:
    """Rows in scope if they are few enough to compare them all; None otherwise."""
    if not scope.within or all(records is None for records in scope.within.values()):
        return None
    condition, parameters = scope.sql()
    sql = (
        "SELECT x.text_id FROM records_entry e JOIN records_entrytext x ON x.entry_id = e.id "  # noqa: S608
        f"WHERE {condition} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, FEW + 1])
        rows = cursor.fetchall()
    return None if len(rows) > FEW else np.unique(np.fromiter((row[0] for row in rows), np.int64))


Title = tuple[int, str, Row]  # its key, its words, and the entry that carries it


def _titles(texts: Iterable[int], entries: Iterable[int], scope: Scope) -> list[Title]:
    """Titles by their keys or by the entries that carry them, with those of these entries that are in scope."""
    listed, carried = (",".join(str(int(key)) for key in keys) for keys in (texts, entries))
    condition, parameters = scope.sql()
    # CROSS JOIN: SQLite begins with the titles, which are few, not with the entries of a kind.
    sql = (
        f"SELECT x.text_id, s.text, {lexical.COLUMNS} FROM records_entrytext x "  # noqa: S608
        "CROSS JOIN records_entry e CROSS JOIN records_text s "
        f"WHERE (x.text_id IN ({listed or 'NULL'}) OR x.entry_id IN ({carried or 'NULL'})) "
        f"AND e.id = x.entry_id AND s.id = x.text_id AND {condition}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [(key, title, tuple(row)) for key, title, *row in cursor.fetchall()]


def _best(titles: Iterable[Title], similar: Mapping[int, float]) -> dict[int, Near]:
    """Each entry by the nearest of its titles, of those that are in `similar`."""
    found: dict[int, Near] = {}
    for key, title, row in titles:
        entry = row[0]
        if key in similar and (entry not in found or similar[key] > found[entry].similarity):
            found[entry] = Near(similar[key], title, row)
    return found
