"""How far shared words are trusted, by the question."""

from __future__ import annotations

import pytest

from comity.engine import text
from comity.records.search import ranking

TITLE = (
    "Systèmes de transport intelligents — Exigences de performance et procédures d'essai pour les systèmes "
    "de surveillance des véhicules lourds"
)


def trust(asked: str, strongest: float = 0.0) -> tuple[float, float]:
    return ranking._trust(asked, text.terms(asked), {1: strongest})


def test_a_short_question_in_terms_of_the_field_is_trusted_whole() -> None:
    assert trust("risk management artificial intelligence") == (1.0, 1.0)


def test_short_words_outside_the_field_count_only_where_a_title_has_them_all() -> None:
    assert trust("blue whales") == (0.0, 0.0)
    assert trust("blue whales", strongest=1.0) == (1.0, 0.0)


def test_the_words_of_a_long_title_tell_less_than_its_meaning() -> None:
    assert len(text.terms(TITLE)) >= ranking.LONG
    assert trust(TITLE, strongest=1.0) == (0.0, 0.0)


def test_half_a_term_of_the_field_is_no_term_of_the_field() -> None:
    assert ranking._share_of_field("neural stimulation", text.terms("neural stimulation")) == 0.0
    assert ranking._share_of_field("neural network", text.terms("neural network")) == pytest.approx(1.0)
