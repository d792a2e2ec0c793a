from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.engine.align import DECIDED, ClauseSet, Known, Unit, align, pairs, ranking, signals, sparse
from comity.engine.align.encoding import Encoded
from comity.engine.align.ranking import FEATURES, confidences, pivoted, same_words
from comity.engine.align.signals import ordered, standout
from comity.engine.align.sparse import BUCKETS, bags, character_bags, merged, products, stem_bags

SUBJECTS = ("risk management", "human oversight", "training data quality", "incident reporting", "supplier contracts")


def by_letters(texts):
    """A stand-in for the model: texts with the same words have near vectors."""
    rows = np.zeros((len(texts), 64), np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split():
            rows[row, sum(map(ord, word)) % 64] += 1
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


def clauses(name, words, language="en"):
    units = tuple(
        Unit(key=f"{name}-{place}", heading=subject, text=words.format(subject))
        for place, subject in enumerate(SUBJECTS)
    )
    return ClauseSet(name, language, units)


ONE = clauses("one", "The provider shall establish {} and keep records of it.")
OTHER = clauses("other", "Organisations maintain {} throughout the life cycle.")


def firsts(found):
    return {one.source: one.target for one in found.proposals if one.rank == 1}


def test_clauses_on_the_same_subject_are_proposed_first_with_what_they_share():
    found = align(ONE, OTHER, embed=by_letters)

    assert firsts(found) == {f"one-{place}": f"other-{place}" for place in range(5)}
    best = found.proposals[0]
    assert ("risk", "risk") in best.evidence.terms
    assert best.evidence.signals
    assert sum(value for _name, value in best.evidence.signals) == pytest.approx(best.score, abs=1e-4)
    assert 0 <= best.confidence <= 1


def test_at_most_so_many_proposals_for_a_clause():
    found = align(ONE, OTHER, embed=by_letters, top=2)

    assert max(one.rank for one in found.proposals) == 2


def test_keys_are_never_read():
    renamed = replace(ONE, units=tuple(replace(unit, key=f"x{9 - place}") for place, unit in enumerate(ONE.units)))

    scores = [one.score for one in align(ONE, OTHER, embed=by_letters).proposals]

    assert scores == [one.score for one in align(renamed, OTHER, embed=by_letters).proposals]


def test_the_same_input_gives_the_same_output():
    assert align(ONE, OTHER, embed=by_letters) == align(ONE, OTHER, embed=by_letters)


def test_without_a_model_words_decide():
    assert firsts(align(ONE, OTHER, embed=None)) == {f"one-{place}": f"other-{place}" for place in range(5)}


def test_a_language_the_model_does_not_know_is_compared_by_words_and_said():
    found = align(replace(ONE, language="sw"), replace(OTHER, language="sw"), embed=by_letters)

    assert ("language-unknown", {"language": "sw"}) in found.warnings
    assert not any(name.startswith("dense") for one in found.proposals for name, _value in one.evidence.signals)


def test_a_version_in_the_language_of_the_source_is_read_instead():
    english = replace(OTHER, units=OTHER.units)
    french = replace(OTHER, language="fr", versions={"en": english})

    assert pivoted(ONE, french) == (ONE, english)
    assert pivoted(ONE, replace(french, versions={}))[1].language == "fr"


def test_an_instrument_mapped_to_itself_never_proposes_a_clause_for_itself():
    found = align(ONE, ONE, embed=by_letters)

    assert all(one.source != one.target for one in found.proposals)
    assert ("same-instrument", {"name": "one"}) in found.warnings


def test_an_empty_instrument_gives_nothing_and_says_so():
    empty = ClauseSet("empty", "en", ())

    assert align(ONE, empty, embed=by_letters).none == {unit.key: 1.0 for unit in ONE.units}
    assert align(empty, ONE, embed=by_letters).warnings == (("empty", {}),)


def test_one_clause_and_equal_clauses_and_headings_only_are_aligned():
    single = replace(ONE, units=ONE.units[:1])
    equal = ClauseSet("equal", "en", tuple(Unit(key=str(place), text="All the same.") for place in range(30)))
    bare = ClauseSet("bare", "en", tuple(replace(unit, text="") for unit in OTHER.units))

    assert len(align(single, single, embed=by_letters).proposals) == 0
    assert len(align(single, OTHER, embed=by_letters).proposals) == 5
    assert [one.target for one in align(single, equal, embed=by_letters).proposals] == ["0", "1", "2", "3", "4"]
    assert firsts(align(ONE, bare, embed=by_letters))["one-0"] == "other-0"


def test_what_people_decided_teaches_and_what_they_rejected_is_left_out():
    decided = Known("one", "other", (("one-0", "other-0"),), standing=DECIDED, rejected=(("one-1", "other-1"),))

    found = align(ONE, OTHER, embed=by_letters, known=[decided])

    assert ("one-1", "other-1") not in {(one.source, one.target) for one in found.proposals}


def third(pairs, name="third"):
    return clauses(name, "Whoever deploys it attends to {} in good time."), pairs


def test_a_path_over_another_instrument_is_evidence_and_names_its_weakest_link():
    between = clauses("between", "Organisations maintain {} throughout every year.")
    same = tuple((f"one-{place}", f"between-{place}") for place in range(5))
    onward = tuple((f"between-{place}", f"other-{place}") for place in range(5))
    known = [Known("one", "between", same, publisher="A"), Known("between", "other", onward, publisher="B")]

    best = align(ONE, OTHER, embed=by_letters, known=known, others={"between": between}).proposals[0]

    assert [step.publisher for step in best.evidence.path] == ["A", "B"]
    likeness = [step.likeness for step in best.evidence.path]
    assert likeness[best.evidence.weakest] == min(likeness)
    assert best.evidence.resembles is not None


def test_a_list_of_random_pairs_is_not_trusted():
    between = clauses("between", "Those in charge see to {} every year.")
    wrong = tuple((f"between-{place}", f"other-{(place + 2) % 5}") for place in range(5))

    found = align(ONE, OTHER, embed=by_letters, known=[Known("between", "other", wrong)], others={"between": between})

    assert [one.score for one in found.proposals] == [
        one.score for one in align(ONE, OTHER, embed=by_letters).proposals
    ]


def test_two_lists_that_contradict_each_other_are_named():
    one = Known("one", "other", (("one-0", "other-0"),), publisher="A")
    other = Known("one", "other", (), publisher="B", rejected=(("one-0", "other-0"),))

    codes = [code for code, _details in align(ONE, OTHER, embed=by_letters, known=[one, other]).warnings]

    assert codes == ["contradiction"]


def test_every_source_stands_once_in_the_order_of_teaching():
    assert sorted(align(ONE, OTHER, embed=by_letters).order) == sorted(unit.key for unit in ONE.units)


@pytest.mark.parametrize(
    ("forth", "back", "equal"), [(0.95, 0.9, 0.9), (0.95, 0.3, 0.0), (0.3, 0.95, 0.0), (0.5, 0.5, 0.0)]
)
def test_two_clauses_are_equal_only_where_each_has_the_words_of_the_other(forth, back, equal):
    assert same_words(forth, back) == equal


def test_of_two_targets_that_say_the_same_none_is_called_equal():
    words = "Providers keep records of the decisions of their systems"
    source = ClauseSet("one", "en", (Unit("a", "", words),))
    alone = ClauseSet("other", "en", (Unit("x", "", words), Unit("y", "", "Boats are painted in the spring")))
    twice = ClauseSet("other", "en", (*alone.units, Unit("z", "", words)))

    assert [one.relation for one in align(source, alone, embed=by_letters).proposals] == ["equal", ""]
    assert {one.relation for one in align(source, twice, embed=by_letters).proposals} == {""}


def test_a_clause_within_another_is_not_called_a_part_of_it():
    source = ClauseSet("one", "en", (Unit("a", "", "Providers keep records of the decisions of their systems"),))
    target = ClauseSet(
        "other", "en", (Unit("x", "", source.units[0].text + " and paint boats in the spring, yearly"),)
    )

    assert [one.relation for one in align(source, target, embed=by_letters).proposals] == [""]


rows = st.lists(st.lists(st.tuples(st.integers(0, 40), st.floats(0.1, 5)), max_size=8), min_size=1, max_size=12)


@given(rows, rows, st.data())
@settings(deadline=None, max_examples=60)
def test_products_of_bags_are_those_of_matrices(left, right, data):
    def dense(found):
        matrix = np.zeros((len(found), 41))
        for row, entries in enumerate(found):
            for column, weight in entries:
                matrix[row, column] += weight
        return matrix

    start = data.draw(st.integers(0, len(left) - 1))
    end = data.draw(st.integers(start + 1, len(left)))

    assert np.allclose(
        products(bags(left), bags(right), start, end), dense(left)[start:end] @ dense(right).T, rtol=1e-3
    )


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_products_are_the_same_whether_columns_are_common_or_rare_and_however_many_are_worked_out_at_once(
    monkeypatch, at_once
):
    monkeypatch.setattr(sparse, "AT_ONCE", at_once)
    draw = np.random.default_rng(0)
    common = [[(column, 1.0 + row) for column in range(3)] for row in range(40)]
    found = [row + [(int(column), 2.0) for column in draw.integers(3, 400, 5)] for row in common]
    matrix = np.zeros((40, 400))
    for row, entries in enumerate(found):
        for column, weight in entries:
            matrix[row, column] += weight

    assert bags(found).heavy[1].shape[1] >= 3
    assert np.allclose(products(bags(found), bags(found), 5, 33), matrix[5:33] @ matrix.T, rtol=1e-4)


def test_no_proposal_is_surer_than_one_before_it():
    texts = ("risk", "management of risk and of risks", "oversight", "data quality of training data", "incident")
    mixed = replace(OTHER, units=tuple(replace(one, text=text) for one, text in zip(OTHER.units, texts, strict=True)))
    features = np.zeros((1, 3, len(FEATURES)))
    features[0, :, 1] = [1.0, 3.0, 2.0]

    assert list(confidences(features, {"score": 1.0})[0].round(3)) == [0.731, 0.731, 0.731]
    for source in ONE.units:
        sure = [one.confidence for one in align(ONE, mixed, embed=by_letters).proposals if one.source == source.key]
        assert sure == sorted(sure, reverse=True)


def test_guidance_is_named_as_a_reason_only_where_it_was_given():
    advised = replace(OTHER, units=tuple(replace(one, guidance=f"Begin with {one.heading}.") for one in OTHER.units))

    def named(target):
        return {name for one in align(ONE, target, embed=by_letters).proposals for name, _ in one.evidence.signals}

    assert not any(name.startswith("guidance") for name in named(OTHER))
    assert any(name.startswith("guidance") for name in named(advised))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_bags_of_any_text_are_sorted_rows_within_bounds(texts):
    for found in (
        character_bags(texts),
        stem_bags(texts),
        merged([(stem_bags(texts), 1.0), (stem_bags(texts), 0.5)]),
    ):
        assert len(found) == len(texts)
        for start, end in zip(found.starts, found.starts[1:], strict=False):
            assert list(found.columns[start:end]) == sorted(set(found.columns[start:end]))
        assert ((found.columns >= 0) & (found.columns < BUCKETS)).all()


@given(
    st.integers(1, 6),
    st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6),
)
def test_the_best_are_those_of_a_stable_sort(most, values):
    scores = np.array(values, np.float64)

    assert np.array_equal(ordered(scores, most), np.argsort(-scores, axis=1, kind="stable")[:, :most])


def test_standing_out_is_the_softplus_of_how_far_from_the_mean(monkeypatch):
    monkeypatch.setattr(signals, "IN_CACHE", 60)  # several rounds of a few rows each
    raw = np.random.default_rng(0).normal(size=(11, 20)).astype(np.float32) * 5
    raw[4] = 0.5
    far = (raw - raw.mean(axis=1, keepdims=True)) / np.maximum(raw.std(axis=1, keepdims=True), 1e-9)

    expected = np.logaddexp(0, far)
    expected[4] = 0
    assert np.allclose(standout(raw), expected, atol=1e-6)


def test_a_text_without_a_word_is_aligned_with_one_that_has_words():
    silent = ClauseSet("silent", "en", (Unit("1", text="1 2 3"), Unit("2", text="§ 4")))

    assert len(align(ONE, silent, embed=by_letters).proposals) == 10
    assert len(align(silent, ONE, embed=by_letters).proposals) == 10


@pytest.mark.parametrize("other", [OTHER, replace(OTHER, units=OTHER.units[:2]), ONE])
def test_what_is_kept_of_a_pair_is_what_is_proposed_for_it(other, monkeypatch):
    monkeypatch.setattr(ranking, "CELLS", 10)  # several tiles
    expected = np.full((5, pairs.TOP), -1)
    chances = np.zeros((5, pairs.TOP), np.float32)
    keys = [unit.key for unit in other.units]
    for one in align(ONE, other, embed=by_letters, top=pairs.TOP).proposals:
        row = int(one.source[-1])
        expected[row, one.rank - 1] = keys.index(one.target)
        chances[row, one.rank - 1] = one.confidence

    found = pairs.direction(Encoded(ONE, by_letters), Encoded(other, by_letters))

    assert np.array_equal(found.places, expected)
    assert np.array_equal(found.confidences, chances)


def test_a_pair_by_words_alone_is_that_of_texts_encoded_without_a_model(tmp_path):
    for one in (ONE, OTHER):
        pairs.spill(one, by_letters, tmp_path / one.name)
    job = pairs.Job(str(tmp_path / "one"), str(tmp_path / "other"), str(tmp_path / "found.npz"), dense=False)

    pairs.work([job])

    there, back = pairs.unpacked(tmp_path / "found.npz")
    plain = Encoded(ONE, None), Encoded(OTHER, None)
    assert np.array_equal(there.confidences, pairs.direction(*plain).confidences)
    assert np.array_equal(back.places, pairs.direction(*reversed(plain)).places)
