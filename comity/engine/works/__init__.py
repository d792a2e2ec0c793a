"""Which publications of different bodies are the same work, with the reasons for a person to decide.

Source: blocking and log-odds weights after Fellegi and Sunter 1969, "A theory for record linkage".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from comity.engine.works import blocking
from comity.engine.works.model import ENGINE, Adoption, Candidate, Evidence, Publication, Sign
from comity.engine.works.prepared import prepare
from comity.engine.works.scoring import candidate, with_only

__all__ = ["ENGINE", "LEAST", "Adoption", "Candidate", "Evidence", "Publication", "Sign", "propose"]

LEAST = 0.5  # confidence from which a pair is worth a person's time
CONSIDERED = 0.1  # confidence from which a pair counts as another candidate
SLACK = 0.08  # a counterpart in the same body that is so much less likely than the best is not proposed
MOST = 8  # counterparts of one publication in one body


def propose(
    publications: Sequence[Publication],
    *,
    neighbours: Iterable[tuple[int, int, float]] = (),
    least: float = LEAST,
    progress: Callable[[int, int], None] | None = None,
) -> list[Candidate]:
    """Pairs of publications that may be one work, the most confident first; equal input gives equal output.

    Args:
        neighbours: places of publications whose titles mean the same, as an embedding says, with their cosine.
        least: confidence below which nothing is proposed.
    """
    prepared, words = prepare(publications, progress)
    meant = {(min(a, b), max(a, b)): similarity for a, b, similarity in neighbours if a != b}
    found: dict[tuple[int, int], Candidate] = {}
    for a, b in sorted({*blocking.pairs(prepared, words), *meant}):
        if publications[a].body == publications[b].body:
            continue
        one = candidate(prepared[a], prepared[b], words, meant.get((a, b), 0.0))
        if one is not None and one.confidence >= CONSIDERED:
            found[a, b] = one
    kept = [one for one in _best(_alone(found, publications), publications) if one.confidence >= least]
    return sorted(kept, key=lambda one: (-one.confidence, one.a, one.b))


def _alone(
    found: dict[tuple[int, int], Candidate], publications: Sequence[Publication]
) -> dict[tuple[int, int], Candidate]:
    """Pairs of which neither side has another candidate in the other's body are likelier."""
    counts = Counter(side for a, b in found for side in ((a, publications[b].body), (b, publications[a].body)))
    return {
        (a, b): with_only(one) if counts[a, publications[b].body] == counts[b, publications[a].body] == 1 else one
        for (a, b), one in found.items()
    }


def _best(found: dict[tuple[int, int], Candidate], publications: Sequence[Publication]) -> list[Candidate]:
    """Those that no clearly likelier counterpart in the same body stands against, from either side."""
    sides: dict[tuple[int, str], list[float]] = defaultdict(list)
    for (a, b), one in found.items():
        sides[a, publications[b].body].append(one.confidence)
        sides[b, publications[a].body].append(one.confidence)
    limits = {side: max(max(all_) - SLACK, sorted(all_)[-MOST:][0]) for side, all_ in sides.items()}
    return [
        one
        for (a, b), one in found.items()
        if one.confidence >= limits[a, publications[b].body] and one.confidence >= limits[b, publications[a].body]
    ]
