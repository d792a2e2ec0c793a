"""Whether the obviously right standards come among the first five for questions in six languages.

The questions and what they ought to find are in topics.tsv: any one of the identifiers is right. They
were written before their results were seen; the weights of the ranking were chosen on them, so other
questions may do a little worse.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from bench.harness import Figure, at_least, at_most, p95
from bench.node import arguments, milliseconds, tell, use

FIRST = 5
MUST = ("人工智能 风险管理", "gestion des risques IA")


def main() -> None:
    given = arguments(__doc__ or "").parse_args()
    use(given.home)
    tell(measure(), given.out)


def measure() -> list[Figure]:
    from comity.records.search import ranking, vectors
    from comity.records.viewer import ANYONE

    with Path(__file__).with_name("topics.tsv").open(encoding="utf-8", newline="") as file:
        topics = list(csv.DictReader(file, delimiter="\t"))
    right: dict[str, list[bool]] = defaultdict(list)
    for topic in topics:
        right[topic["language"]].append(_finds(topic["query"], topic["expected"].split("|")))
    every = [one for found in right.values() for one in found]
    by_language = ", ".join(f"{language} {sum(found)}/{len(found)}" for language, found in sorted(right.items()))

    def afresh(query: str) -> None:
        vectors.encode.cache_clear()
        ranking.search(query, viewer=ANYONE)

    times = milliseconds(afresh, [topic["query"] for topic in topics])
    return [
        at_least("topics: right among the first five", by_language, sum(every) / len(every), 0.9, ""),
        at_least("“人工智能 风险管理”, “gestion des risques IA” → 23894", "", sum(map(_must, MUST)), len(MUST), ""),
        at_most("topics, p95", "CPU", p95(times), 60, "ms"),
    ]


def _must(query: str) -> bool:
    return _finds(query, ["ISO/IEC 23894"])


def _finds(query: str, expected: list[str]) -> bool:
    from comity.records.search import ranking
    from comity.records.viewer import ANYONE
    from comity.standards.models import Document

    hits = ranking.search(query, viewer=ANYONE).hits[:FIRST]
    keys = [hit.object for hit in hits if hit.kind == "document"]
    return Document.objects.filter(pk__in=keys, key__in=expected).exists()


if __name__ == "__main__":
    main()
