"""The model that is shipped gives the vectors it gave when this was written; vectors keep their meaning as bytes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engine import embedding

GOLDEN = json.loads((Path(__file__).parent / "golden_vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def model():
    return embedding.UniversalSentenceEncoder()


@pytest.fixture(scope="module")
def vectors(model):
    return model.encode([one["text"] for one in GOLDEN["vectors"]])


def test_the_model_is_the_one_the_vectors_were_made_with(model):
    assert (model.model, model.dimensions) == (GOLDEN["model"], 512)


@pytest.mark.parametrize("place", range(len(GOLDEN["vectors"])))
def test_a_sentence_has_the_vector_it_had(vectors, place):
    kept = np.array(GOLDEN["vectors"][place]["bytes"], np.float32)
    cosine = float(vectors[place] @ kept / np.linalg.norm(kept))

    assert cosine >= 0.999


def test_vectors_have_length_one(vectors):
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_a_sentence_is_nearer_to_its_translations_than_to_another(vectors):
    english, french, chinese, other = vectors[:4]

    assert min(english @ french, english @ chinese) > max(english @ other, french @ other, chinese @ other) + 0.2


def test_the_vector_of_a_text_does_not_hang_on_its_neighbours(model, vectors):
    alone = model.encode([GOLDEN["vectors"][1]["text"]])[0]

    assert alone @ vectors[1] >= 0.9999


def test_spaces_and_composed_letters_change_nothing(model):
    same = model.encode(["qualité  des\tdonnées", "qualite\u0301 des donne\u0301es"])

    assert same[0] @ same[1] == pytest.approx(1, abs=1e-5)


def test_nothing_has_no_vector(model):
    assert model.encode([]).shape == (0, 512)


# bytes


def test_as_bytes_vectors_are_as_alike_as_before(vectors):
    rows = embedding.to_bytes(vectors).astype(np.float32)
    cosines = rows @ rows.T / np.outer(np.linalg.norm(rows, axis=1), np.linalg.norm(rows, axis=1))

    assert np.abs(cosines - vectors @ vectors.T).max() < 0.005


@given(st.lists(st.floats(-2, 2, width=32), min_size=64, max_size=64))
def test_a_component_is_at_most_half_a_step_from_its_byte_or_clipped(values):
    row = np.array([values], np.float32)
    kept = embedding.to_bytes(row).astype(np.float32) / embedding.SCALE
    most = 127 / embedding.SCALE

    assert np.abs(kept - np.clip(row, -most, most)).max() <= 0.5 / embedding.SCALE + 1e-6


def test_rows_of_zeros_stay_zeros():
    assert not embedding.unit(np.zeros((2, 8), np.float32)).any()


def test_signs_tell_what_is_above_zero():
    rows = np.array([[1] * 32 + [-1] * 32, [0] * 64], np.int8)

    assert [int(np.bitwise_count(word)) for word in embedding.signs(rows)[:, 0]] == [32, 0]


def test_a_texts_digest_is_that_of_its_cleaned_form():
    assert embedding.text_digest(" a  b ") == embedding.text_digest("a b") != embedding.text_digest("ab")


def test_an_endpoint_at_no_web_address_is_refused():
    with pytest.raises(ValueError, match="must be an http"):
        embedding.EndpointModel("file:///etc/passwd", "m", 8)
