"""Finds the right record from its title in another language.

On a copy of the node, all titles in French, Spanish and Japanese are taken out of the index. A thousand of
those of ISO (French), IEC (Spanish) and JIS (Japanese) whose documents have an English title too, drawn
with a fixed seed, are then the queries, without the words "official version in Spanish" that IEC sets
before most. Right is the same document, another of the same work, or one with the same title in English or
in the query's language. Beside: the embedding alone (every title compared whole), and TF-IDF over
character n-grams (scikit-learn).
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.harness import Figure, at_least, at_most, p95
from bench.node import arguments, milliseconds, tell, use

TAKEN = ("fr", "es", "ja")
GOALS = {"fr": (0.90, 0.88), "es": (0.90, 0.72), "ja": (0.80, 0.62)}  # share among the first ten, and first
BODIES = {"fr": "ISO", "es": "IEC", "ja": "JIS"}
QUERIES = 1_000
TOP = 10
_NOT_TITLE = re.compile(r"^\s*versi[oó]n oficial en espa[nñ]ol\s*(?:\([^)]*\)\s*)?[-–—.]*\s*", re.IGNORECASE)

Ranked = dict[str, list[list[int]]]  # by language: for each query, documents, best first


@dataclass(frozen=True, slots=True)
class Sample:
    """Titles in one language, with the document each stands on."""

    titles: list[str]
    documents: list[int]


def main() -> None:
    given = arguments(__doc__ or "").parse_args()
    with tempfile.TemporaryDirectory(dir=given.out.parent) as folder:
        home = Path(folder) / "node"
        shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("backups", "reports", "static"))
        use(home)
        tell(measure(), given.out)


def measure() -> list[Figure]:
    samples, right = _samples(), Right()
    _take_out()
    ours, times = _ours(samples)
    beside = {"the embedding alone": _embedding(samples), "character n-grams": _ngrams(samples)}
    figures = []
    for language, (ten, one) in GOALS.items():
        share = right.share(samples[language], ours[language])
        others = {name: right.share(samples[language], found[language]) for name, found in beside.items()}
        told = ", ".join(f"{name} {ten_:.3f}" for name, (ten_, _one) in others.items())
        first = ", ".join(f"{name} {one_:.3f}" for name, (_ten, one_) in others.items())
        goal = max(ten, round(others["the embedding alone"][0], 3))
        figures.append(at_least(f"title in {language}: among the first ten", told, round(share[0], 3), goal, ""))
        figures.append(at_least(f"title in {language}: first", first, round(share[1], 3), one, ""))
    figures.append(at_most("fused search across languages, p95", "CPU", p95(times), 60, "ms"))
    return figures


def _samples() -> dict[str, Sample]:
    from comity.standards.models import Document

    chance, found = random.Random(7), {}
    for language, body in BODIES.items():
        documents = Document.objects.filter(body__code=body).order_by("pk").values_list("pk", "title")
        bilingual = [(key, titles) for key, titles in documents if titles.get("en") and titles.get(language)]
        picked = chance.sample(bilingual, min(QUERIES, len(bilingual)))
        found[language] = Sample(
            [_NOT_TITLE.sub("", titles[language]) for _key, titles in picked], [key for key, _titles in picked]
        )
    return found


def _take_out() -> None:
    """Make the copy's index forget every title in the languages of the queries."""
    from django.db import transaction

    from comity.records import kinds, log
    from comity.records.models import EntryText, Text
    from comity.records.search import index, vectors
    from comity.standards.models import Document

    for batch in _batches(Document.objects.order_by("pk").iterator(chunk_size=2_000), 2_000):
        changed = []
        for one in batch:
            if any(tag in TAKEN for tag in (*one.title, *(tag for tag, _title in one.other_titles))):
                one.title = {tag: title for tag, title in one.title.items() if tag not in TAKEN}
                one.other_titles = [pair for pair in one.other_titles if pair[0] not in TAKEN]
                changed.append(one)
        with transaction.atomic():
            log.hold()
            index.refresh(kinds.of(Document), changed)
    store = vectors.store()
    assert store is not None
    left = set(EntryText.objects.values_list("text_id", flat=True).distinct())
    gone = [key for key in Text.objects.values_list("pk", flat=True) if key not in left]
    rows = np.memmap(vectors.folder(vectors.embedder().model) / "rows.i8", np.int8, "r+")  # type: ignore[union-attr]
    rows.reshape(-1, store.dimensions)[[key for key in gone if key < len(store)]] = 0
    rows.flush()


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


class Right:
    """What counts as the same: the document, its work, or a title they share (however it is punctuated).

    Made before titles are taken out of the index.
    """

    def __init__(self) -> None:
        from comity.engine import text
        from comity.standards.models import Document

        self._same: dict[int, set[str]] = {}
        for key, work, titles in Document.objects.values_list("pk", "work", "title"):
            named = {tag: " ".join(text.terms(_NOT_TITLE.sub("", title))) for tag, title in titles.items()}
            self._same[key] = {f"{tag} {title}" for tag, title in named.items() if title and tag in ("en", *TAKEN)}
            if work is not None:
                self._same[key].add(f"work {work}")

    def __call__(self, one: int, other: int) -> bool:
        return one == other or not self._same[one].isdisjoint(self._same[other])

    def share(self, sample: Sample, found: Sequence[Sequence[int]]) -> tuple[float, float]:
        """How often a right document is among the first ten, and first."""
        ten = sum(
            any(self(key, one) for one in keys[:TOP]) for key, keys in zip(sample.documents, found, strict=True)
        )
        first = sum(
            any(self(key, one) for one in keys[:1]) for key, keys in zip(sample.documents, found, strict=True)
        )
        return ten / len(found), first / len(found)


def _ours(samples: dict[str, Sample]) -> tuple[Ranked, list[float]]:
    """What our search finds, and its times on a hundred of each, their vectors not computed before."""
    from comity.records.search import ranking, vectors
    from comity.records.viewer import ANYONE

    def ask(query: str) -> list[int]:
        vectors.encode.cache_clear()
        hits = ranking.search(query, viewer=ANYONE).hits
        return [hit.object for hit in hits if hit.kind == "document"][:TOP]

    found = {language: [ask(title) for title in sample.titles] for language, sample in samples.items()}
    return found, milliseconds(ask, [title for sample in samples.values() for title in sample.titles[:100]])


def _documents() -> dict[int, list[int]]:
    """Documents by the titles they carry."""
    from comity.records.models import EntryText

    found: dict[int, list[int]] = {}
    links = EntryText.objects.filter(entry__kind="document").order_by("entry")
    for text, document in links.values_list("text_id", "entry__object"):
        found.setdefault(text, []).append(document)
    return found


def _embedding(samples: dict[str, Sample]) -> Ranked:
    """The nearest titles by their whole vectors."""
    from comity.records.search import vectors

    store, model = vectors.store(), vectors.embedder()
    assert store is not None
    assert model is not None
    rows = store.rows()

    def nearest(titles: list[str]) -> Any:
        queries = model.encode(titles)
        return lambda start, end: queries @ np.asarray(rows[start:end], np.float32).T

    return _rank(samples, len(rows), nearest, _documents())


def _ngrams(samples: dict[str, Sample]) -> Ranked:
    from sklearn.feature_extraction.text import TfidfVectorizer

    from comity.records.models import Text

    texts = dict(Text.objects.order_by("pk").values_list("pk", "text"))
    left = _documents()
    keys = [key for key in texts if key in left]
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), min_df=3, dtype=np.float32)
    rows = vectorizer.fit_transform(texts[key] for key in keys)

    def nearest(titles: list[str]) -> Any:
        queries = vectorizer.transform(titles)
        return lambda start, end: (queries @ rows[start:end].T).toarray()

    return _rank(samples, len(keys), nearest, {place: left[key] for place, key in enumerate(keys)})


def _rank(
    samples: dict[str, Sample], rows: int, nearest: Callable[[list[str]], Any], documents: dict[int, list[int]]
) -> Ranked:
    """The first ten documents by their nearest title, all titles compared, in tiles that fit in memory."""
    found: Ranked = {}
    for language, sample in samples.items():
        similar = nearest(sample.titles)
        values = np.zeros((len(sample.titles), 0), np.float32)
        places = np.zeros((len(sample.titles), 0), np.int64)
        for start in range(0, rows, 10_000):
            end = min(start + 10_000, rows)
            tile = similar(start, end)
            values = np.concatenate([values, tile], axis=1)
            here = np.broadcast_to(np.arange(start, end), tile.shape)
            places = np.concatenate([places, here], axis=1)
            best = np.argsort(-values, axis=1, kind="stable")[:, : 5 * TOP]
            values, places = np.take_along_axis(values, best, 1), np.take_along_axis(places, best, 1)
        found[language] = [
            list(dict.fromkeys(one for place in row for one in documents.get(int(place), ())))[:TOP] for row in places
        ]
    return found


if __name__ == "__main__":
    main()
