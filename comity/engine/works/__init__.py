"""Which publications of different bodies are the same work, with the reasons for a person to decide.

Source: blocking and log-odds weights after Fellegi and Sunter 1969, "A theory for record linkage".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from comity.engine.works import blocking
from comity.engine.works.model import ENGINE, Adoption, Candidate, Evidence, Publication, Sign
from comity.engine.works.prepared import prepare
from comity.engine.works.scoring import among, candidate, log_odds

__all__ = ["ENGINE", "LEAST", "Adoption", "Candidate", "Evidence", "Publication", "Sign", "propose"]

LEAST = 0.5  # confidence from which a pair is worth a person's time
CONSIDERED = 0.1  # confidence from which a pair counts as another candidate
SLACK = 0.08  # a counterpart in the same body that is so much less likely than the best is not proposed
ALIKE = 0.3  # log odds: candidates so close are as likely as each other
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
    weighed = _among_others(found, _best(found, publications), publications)
    return sorted(
        (one for one in weighed if one.confidence >= least), key=lambda one: (-one.confidence, one.a, one.b)
    )


def _among_others(
    found: dict[tuple[int, int], Candidate], kept: Sequence[tuple[int, int]], publications: Sequence[Publication]
) -> list[Candidate]:
    """Each pair as likely as it is beside the other candidates of its two publications."""
    sides = _sides(found, publications)
    weighed = []
    for a, b in kept:
        mine = (sides[a, publications[b].body], sides[b, publications[a].body])
        odds = log_odds(found[a, b].confidence) - ALIKE
        rivals = min(sum(log_odds(other) >= odds for other in all_) for all_ in mine)
        weighed.append(among(found[a, b], max(len(all_) for all_ in mine), rivals))
    return weighed


def _sides(
    found: dict[tuple[int, int], Candidate], publications: Sequence[Publication]
) -> dict[tuple[int, str], list[float]]:
    """The confidences of all candidates of a publication in a body."""
    sides: dict[tuple[int, str], list[float]] = defaultdict(list)
    for (a, b), one in found.items():
        sides[a, publications[b].body].append(one.confidence)
        sides[b, publications[a].body].append(one.confidence)
    return sides


def _best(found: dict[tuple[int, int], Candidate], publications: Sequence[Publication]) -> list[tuple[int, int]]:
    """Those that no clearly likelier counterpart in the same body stands against, from either side."""
    sides = _sides(found, publications)
    limits = {side: max(max(all_) - SLACK, sorted(all_)[-MOST:][0]) for side, all_ in sides.items()}
    return [
        (a, b)
        for (a, b), one in found.items()
        if one.confidence >= limits[a, publications[b].body] and one.confidence >= limits[b, publications[a].body]
    ]
