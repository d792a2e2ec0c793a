"""What documents are about, by words and by meaning."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import engine
from comity.engine import topics
from comity.engine.text import terms
from comity.engine.topics import Evidence, Subject

CONCEPTS = Path(engine.__file__).parent.parent / "records" / "facts" / "concepts.tsv"


class Letters:
    """Vectors without meaning: counts of letters."""

    model, dimensions, languages = "letters", 26, frozenset[str]()

    def encode(self, texts):
        rows = np.array([[text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], np.float32)
        rows = rows.reshape(len(texts), 26)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def about(title: str, language: str = "en", **facts: object) -> dict[str, topics.Suggestion]:
    found = topics.suggest([Subject([(language, title)], **facts)])[0]  # type: ignore[arg-type]
    return {one.concept: one for one in found}


def test_the_table_has_every_concept_of_every_scheme() -> None:
    with open(CONCEPTS, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert sorted(topics.table().concepts) == sorted(f"{row['scheme']}:{row['code']}" for row in rows)


def test_every_concept_has_cues_in_every_language_and_a_description() -> None:
    for row in topics._rows("topics.tsv"):
        assert row["scheme"] == "macro" or row["description"], row["code"]
        for language in topics.LANGUAGES:
            cues = topics._listed(row[language])
            assert cues, (row["code"], language)
            assert all(terms(cue) for cue in cues)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Artificial intelligence - Guidance on risk management"),
        ("ar", "الذكاء الاصطناعي - إرشادات بشأن إدارة المخاطر"),
        ("es", "Inteligencia artificial - Orientación sobre la gestión de riesgos"),
        ("fr", "Intelligence artificielle - Recommandations relatives au management du risque"),
        ("ru", "Искусственный интеллект - Руководство по управлению рисками"),
        ("zh", "人工智能 风险管理指南"),
        ("zh-Hans", "人工智能 风险管理指南"),
        ("und", "人工智能 风险管理指南"),
        ("und", "Guidance on risk management of AI"),
    ],
)
def test_a_title_says_it_in_any_of_six_languages(language: str, title: str) -> None:
    assert "ai-topic:risk" in about(title, language)


def test_terms_are_the_evidence_strongest_first() -> None:
    found = about("Testing of medical AI", keywords=["hospital"], ics=["11.040"])["sector:Q"]
    assert found.evidence == (
        Evidence("title", "medical"),
        Evidence("keyword", "hospital"),
        Evidence("mark", "11"),
    )


def test_nothing_is_an_answer() -> None:
    assert about("Fasteners - Hexagon bolts") == {}
    assert topics.suggest([Subject([])]) == [[]]
    assert topics.suggest([Subject([])], Letters()) == [[]]
    assert topics.suggest([]) == []


def test_a_neural_network_is_no_telecommunication_network() -> None:
    assert "sector:J" in about("Requirements of optical transport networks")
    assert "sector:J" not in about("Robustness of neural networks")


def test_a_cue_that_asks_for_another_word_needs_it() -> None:
    assert "ai-topic:networks" in about("Machine learning in the core network")
    assert "ai-topic:networks" not in about("Charging in the core network")


def test_words_of_one_language_are_no_cues_in_another() -> None:
    assert "application-area:transportation" in about("Transport de marchandises", "fr")
    assert "application-area:transportation" not in about("Transport protocols", "en")


def test_who_publishes_it_is_a_mark() -> None:
    confidence = about("Study", body="3GPP")["application-area:ict"].confidence
    assert 0.4 <= confidence < about("Study of 5G networks", body="3GPP")["application-area:ict"].confidence


def test_weights_never_speak_against_their_sign() -> None:
    for meaning in (True, False):
        assert (topics.weights(meaning=meaning).signs >= 0).all()
    assert not topics.weights(meaning=False).signs[topics.SIGNS.index("near") :].any()


def test_nearness_is_compared_within_a_scheme() -> None:
    found = topics.nearness(Letters().encode(["risk"]), topics.described(Letters()))
    assert found.shape == (len(topics.table().concepts), 2)
    assert found[:, 1].sum() == len(topics.SCHEMES)
    places = [n for n, name in enumerate(topics.table().concepts) if name.startswith("sdg:")]
    assert abs(found[places, 0].mean()) < 1e-6


texts = st.text(max_size=60) | st.sampled_from(
    ["risk management", "5G neural network", "机器学习 风险", "تقييم المخاطر", "медицинский", "a + b?", "|\t"]
)


@given(
    st.lists(st.tuples(st.sampled_from(["en", "fr", "zh-Hant", "und", "", "x-1"]), texts), max_size=3),
    st.lists(texts, max_size=3),
    texts,
    texts,
)
def test_any_text_gives_probabilities_in_order_and_the_same_twice(titles, keywords, committee, abstract) -> None:
    subject = Subject(titles, keywords, "ISO", committee, ["11.040", ""], abstract)
    found = topics.suggest([subject], Letters(), least=0.0)[0]
    assert [one.concept for one in found] == [
        one.concept for one in topics.suggest([subject], Letters(), least=0.0)[0]
    ]
    assert sorted(one.concept for one in found) == sorted(topics.table().concepts)
    confidences = [one.confidence for one in found]
    assert all(0 <= one <= 1 for one in confidences)
    assert confidences == sorted(confidences, reverse=True)


@given(st.sampled_from(["risk", "testing", "agriculture", "robot", "privacy"]), st.text("abc xyz", max_size=30))
def test_another_cue_in_the_title_never_makes_a_concept_less_likely(cue: str, rest: str) -> None:
    before = {one.concept: one.confidence for one in topics.suggest([Subject([("en", rest)])], least=0.0)[0]}
    after = {
        one.concept: one.confidence for one in topics.suggest([Subject([("en", f"{rest} {cue}")])], least=0.0)[0]
    }
    assert all(after[name] >= before[name] - 1e-9 for name in before)
