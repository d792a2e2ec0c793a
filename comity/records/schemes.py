"""Concept schemes (SKOS) every node has: Sustainable Development Goals, AI topics, stages of an AI system's life.

Sources: the goals' short titles are the United Nations'; the stages are those of ISO/IEC 22989:2022, clause 6;
the topics are our own.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from comity.records.models import Concept, Scheme

LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
SCHEMES = {
    "sdg": ({"en": "Sustainable Development Goals"}, "https://sdgs.un.org/goals"),
    "ai-lifecycle": ({"en": "Stages of an AI system's life"}, "ISO/IEC 22989:2022, clause 6"),
    "ai-topic": ({"en": "AI topics"}, ""),
}


@transaction.atomic
def load() -> int:
    """Bring the shipped concepts into the database. May be repeated; labels are brought up to date."""
    schemes = {
        code: Scheme.objects.update_or_create(code=code, defaults={"title": title, "source": source})[0]
        for code, (title, source) in SCHEMES.items()
    }
    with open(Path(__file__).parent / "facts" / "concepts.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        label = {tag: row[tag] for tag in LANGUAGES}
        Concept.objects.update_or_create(scheme=schemes[row["scheme"]], code=row["code"], defaults={"label": label})
    return len(rows)
