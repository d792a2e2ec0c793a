"""Concept schemes (SKOS) every node has: what documents are classified by.

Sources: the goals' short titles are the United Nations'; the stages are those of ISO/IEC 22989:2022, clause 6;
sectors are the sections of ISIC Rev. 4 under their letters; human activities are those of NIST AI 200-1 (2024);
application areas are the application domains of ISO/IEC TR 24030:2021. The topics are our own, and so are the
labels of activities and areas in languages other than English.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from comity.records.models import Concept, Scheme

LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
SCHEMES = {
    "ai-topic": (
        {
            "en": "AI topic",
            "ar": "موضوع الذكاء الاصطناعي",
            "es": "Tema de IA",
            "fr": "Thème de l'IA",
            "ru": "Тема ИИ",
            "zh": "人工智能主题",
        },
        "",
    ),
    "ai-lifecycle": (
        {
            "en": "Stage of an AI system's life",
            "ar": "مرحلة من دورة حياة نظام الذكاء الاصطناعي",
            "es": "Etapa de la vida de un sistema de IA",
            "fr": "Étape de la vie d'un système d'IA",
            "ru": "Стадия жизненного цикла системы ИИ",
            "zh": "人工智能系统生命周期阶段",
        },
        "ISO/IEC 22989:2022, clause 6",
    ),
    "sector": (
        {
            "en": "Sector",
            "ar": "القطاع",
            "es": "Sector",
            "fr": "Secteur",
            "ru": "Отрасль",
            "zh": "行业",
        },
        "International Standard Industrial Classification (ISIC) Rev. 4, sections",
    ),
    "human-activity": (
        {
            "en": "Human activity",
            "ar": "النشاط البشري",
            "es": "Actividad humana",
            "fr": "Activité humaine",
            "ru": "Деятельность человека",
            "zh": "人类活动",
        },
        "NIST AI 200-1 (2024), AI Use Taxonomy: A Human-Centered Approach",
    ),
    "application-area": (
        {
            "en": "Application area",
            "ar": "مجال التطبيق",
            "es": "Área de aplicación",
            "fr": "Domaine d'application",
            "ru": "Область применения",
            "zh": "应用领域",
        },
        "ISO/IEC TR 24030:2021, application domains",
    ),
    "sdg": (
        {
            "en": "Sustainable Development Goals",
            "ar": "أهداف التنمية المستدامة",
            "es": "Objetivos de Desarrollo Sostenible",
            "fr": "Objectifs de développement durable",
            "ru": "Цели в области устойчивого развития",
            "zh": "可持续发展目标",
        },
        "https://sdgs.un.org/goals",
    ),
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
