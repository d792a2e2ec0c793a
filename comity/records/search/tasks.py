"""Computing vectors in the background."""

from __future__ import annotations

from comity.records import tasks
from comity.records.search import vectors


@tasks.task("search.vectors")
def extend_vectors(progress: tasks.Progress) -> str:
    """Compute the vectors of titles that have none yet."""
    store, model = vectors.store(), vectors.embedder()
    if store is None or model is None:
        return "search by meaning is switched off"
    return f"{store.extend(model, progress)} titles"
