"""The term base: well formed, unambiguous, and it puts what people type into the words of titles."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from comity.engine import termbase, text

FILE = Path(termbase.__file__).with_name("termbase.tsv")

IN_ENGLISH = [
    # French
    ("gestion des risques IA", "risk management artificial intelligence"),
    ("management du risque intelligence artificielle", "risk management artificial intelligence"),
    ("évaluation de l'impact des systèmes d'IA", "AI system impact assessment"),
    ("qualité des données pour l'apprentissage automatique", "data quality machine learning"),
    ("Cycle de vie du système d’IA", "AI system life cycle"),
    ("système de management de l'intelligence artificielle", "artificial intelligence management system"),
    ("lignes directrices explicabilité", "guidelines explainability"),
    ("réseaux de neurones robustesse", "neural network robustness"),
    ("commission d'études", "study group"),
    ("notes de liaison", "liaison statement"),
    # Spanish
    ("sesgo en sistemas de IA", "bias AI system"),
    ("gestión de riesgos de la inteligencia artificial", "risk management artificial intelligence"),
    ("supervision humana de la IA", "human oversight artificial intelligence"),
    ("protección de datos personales", "personal data protection"),
    ("evaluación de la conformidad", "conformity assessment"),
    ("ciudades inteligentes y sostenibles", "smart sustainable cities"),
    ("reconocimiento facial en espacios públicos", "facial recognition"),
    ("Objetivos de Desarrollo Sostenible", "Sustainable Development Goals"),
    # Russian
    ("управление рисками ИИ", "risk management artificial intelligence"),
    ("качество данных для машинного обучения", "data quality machine learning"),
    ("система менеджмента искусственного интеллекта", "artificial intelligence management system"),
    ("больших языковых моделей", "large language model"),
    ("безопасность систем искусственного интеллекта", "safety AI system"),
    ("оценка соответствия", "conformity assessment"),
    ("исследовательских комиссий", "study group"),
    # Arabic
    ("حوكمة الذكاء الاصطناعي", "governance of artificial intelligence"),
    ("إدارة المخاطر للذكاء الاصطناعي", "risk management artificial intelligence"),
    ("ادارة المخاطر والذكاء الاصطناعي", "risk management artificial intelligence"),
    ("تحيز أنظمة الذكاء الاصطناعي", "bias AI system"),
    ("التعلم الآلي وجودة البيانات", "machine learning data quality"),
    ("النماذج اللغوية الكبيرة", "large language model"),
    ("لجنة الدراسات", "study group"),
    # Chinese, simplified and traditional
    ("人工智能 风险管理", "artificial intelligence risk management"),
    ("人工智能风险管理", "artificial intelligence risk management"),
    ("人工智慧 風險管理", "artificial intelligence risk management"),
    ("人工智能系统影响评估", "AI system impact assessment"),
    ("机器学习数据质量", "machine learning data quality"),
    ("神經網路", "neural network"),
    ("可解释性", "explainability"),
    ("研究组", "study group"),
]


def _lines() -> list[str]:
    return FILE.read_text(encoding="utf-8").split("\n")


def test_file_has_a_header_and_ends_with_a_newline() -> None:
    lines = _lines()
    assert lines[0] == "\t".join(termbase.LANGUAGES)
    assert lines[-1] == ""


def test_every_line_has_a_term_in_each_language() -> None:
    for line in _lines()[1:-1]:
        cells = line.split("\t")
        assert len(cells) == len(termbase.LANGUAGES), line
        for cell in cells:
            assert all(term and term == term.strip() for term in cell.split("|")), line


def test_every_term_has_search_terms() -> None:
    for concept in termbase.concepts():
        for terms in concept.terms.values():
            assert all(text.terms(term) for term in terms), concept.english


def test_preferred_english_terms_are_distinct() -> None:
    counted = Counter(concept.english.casefold() for concept in termbase.concepts())
    assert [term for term, times in counted.items() if times > 1] == []


def test_no_term_stands_for_two_concepts() -> None:
    # Not even across languages: which language a query is in is not known when it is looked up.
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for concept in termbase.concepts():
        for language in termbase.LANGUAGES:
            for term in concept.terms[language]:
                owners[tuple(text.terms(term))].add(concept.english)
    assert {term: owned for term, owned in owners.items() if len(owned) > 1} == {}


def test_every_term_that_is_short_enough_is_recognised() -> None:
    for concept in termbase.concepts():
        for terms in concept.terms.values():
            for term in terms:
                if len(text.terms(term)) <= termbase.LONGEST:
                    assert termbase.recognise(term) == [concept], term


@pytest.mark.parametrize(("query", "expected"), IN_ENGLISH)
def test_query_is_put_into_english(query: str, expected: str) -> None:
    assert termbase.english(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "artificial intelligence risk management",
        "Functional safety and artificial intelligence",
        "machine learning robustness",
        "information technology vocabulary",
        "Bias in AI systems",
        "neural networks",
        "Conformity assessment of an information security management system",
        "design of power systems",
        "related documents",
        "",
    ],
)
def test_english_stays_as_it_is(query: str) -> None:
    if query.startswith("Bias"):
        assert [concept.english for concept in termbase.recognise(query)] == ["bias", "AI system"]
    assert termbase.english(query) == ""


def test_abbreviations_are_written_out() -> None:
    assert termbase.english("LLM") == "large language model"
    assert termbase.english("ODS") == "Sustainable Development Goals"
    assert termbase.english("ЦУР") == "Sustainable Development Goals"


@pytest.mark.parametrize(
    "query", ["it", "in the", "de la", "en el marzo", "pour les", "по для на", "من إلى", "ISO 42001"]
)
def test_words_that_name_nothing_stay_out(query: str) -> None:
    assert termbase.recognise(query) == []


def test_and_in_russian_is_not_artificial_intelligence() -> None:
    assert termbase.english("надежность и прозрачность") == "reliability transparency"
