"""Vectors of clauses, kept by what was embedded, so that the next alignment need not compute them again.

One file a model, beside those of search: rows of a digest and a vector. It is a cache: it may be deleted at any
time. Vectors are kept whole (not in bytes, as search keeps them): the same text gives the same scores.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Sequence

import numpy as np

from comity.engine.embedding import Embedder, Vectors, text_digest
from comity.records.search.vectors import folder

BATCH = 64
KEY = 16


class Kept:
    """An embedding that remembers: `Kept(model)(texts)` gives one unit vector a row."""

    def __init__(self, model: Embedder, progress: Callable[[int], None] | None = None) -> None:
        self._model, self._progress = model, progress
        self._file = folder(model.model) / "clauses.f32"
        self._row = np.dtype([("key", np.uint8, KEY), ("vector", "<f4", model.dimensions)])
        self._known: dict[bytes, Vectors] = {}
        self._load()

    def _load(self) -> None:
        if not self._file.exists():
            return
        count = self._file.stat().st_size // self._row.itemsize
        rows = np.fromfile(self._file, self._row, count)
        self._known = {row["key"].tobytes(): row["vector"] for row in rows}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        keys = [text_digest(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        waiting = list(missing.items())
        for start in range(0, len(waiting), BATCH):
            self._add(waiting[start : start + BATCH])
        if self._progress and keys:
            self._progress(len(self._known))
        if not keys:
            return np.zeros((0, self._model.dimensions), np.float32)
        return np.stack([self._known[key] for key in keys]).astype(np.float32)

    def _add(self, texts: Sequence[tuple[bytes, str]]) -> None:
        vectors = np.asarray(self._model.encode([text for _key, text in texts]), np.float32)
        rows = np.zeros(len(texts), self._row)
        rows["key"] = [list(key) for key, _text in texts]
        rows["vector"] = vectors
        self._known |= {key: vector for (key, _text), vector in zip(texts, vectors, strict=True)}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            # Half a row that a killed process left would put all later ones out of place.
            out.truncate(out.seek(0, 2) // self._row.itemsize * self._row.itemsize)
            out.write(rows.tobytes())
        if self._progress:
            self._progress(len(self._known))
