"""The judged pairs of the EU AI Act, and what is computed of them."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bridges_judged import (
    ASKED,
    EACH,
    FILE,
    UNITS,
    Judgement,
    condensed,
    judgements,
    kappa,
    measured,
    ndcg,
    pooled,
)

labels = st.lists(st.integers(0, 2), min_size=1, max_size=20)


def test_every_clause_asked_has_its_judged_targets_and_no_pair_stands_twice():
    found = judgements()

    assert len({(one.source, one.target_doc, one.target) for one in found}) == len(found) == 100
    asked = {(target, source) for target, sources in ASKED.items() for source in sources}
    assert {(one.target_doc, one.source) for one in found} == asked
    assert all(sum((one.target_doc, one.source) == each for one in found) == EACH for each in asked)
    assert {one.target_doc for one in found} == set(UNITS)


def test_the_file_holds_references_and_labels_and_the_lower_label_counts():
    with open(FILE, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))

    assert all(len(row["source_ref"]) < 15 and len(row["target_ref"]) < 15 for row in rows)
    assert all(int(row["agreed"]) == min(int(row["first"]), int(row["second"])) for row in rows)
    assert {row[name] for row in rows for name in ("first", "second")} == {"0", "1", "2"}
    assert Judgement("a", "b", "c", 2, 1).agreed == 1


def test_kappa_is_that_of_the_textbook():
    """Twenty and fifteen of fifty agreed on, after Cohen's own manner of counting."""
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15

    assert kappa(first, second) == pytest.approx(0.4)


def test_weighted_kappa_forgives_near_labels_more_than_far_ones():
    first = [0, 1, 2, 0, 1, 2]

    near, far = [0, 1, 2, 0, 1, 1], [0, 1, 2, 0, 1, 0]

    assert kappa(first, near, weighted=True) > kappa(first, far, weighted=True)


@given(labels)
def test_who_agrees_with_himself_has_a_kappa_of_one(found):
    assert kappa(found, found) == kappa(found, found, weighted=True) == 1.0


@given(labels)
def test_the_best_order_has_a_gain_of_one_and_no_order_more(found):
    best = ndcg(sorted(found, reverse=True))

    assert best is None if not any(found) else best == pytest.approx(1.0)
    assert (ndcg(found) or 0) <= 1 + 1e-9


def test_gain_falls_with_the_place_of_a_counterpart():
    assert ndcg([0, 2]) == pytest.approx(0.6309, abs=1e-4)


def test_targets_that_nobody_judged_are_left_out_of_a_ranking():
    assert condensed(["x", "a", "y", "b"], {"b": 2, "a": 0}) == [0, 2]
    assert measured([0, 2])["mrr"] == 0.5
    assert measured([1, 0]) == {"first": 0.0, "related": 1.0, "mrr": None, "ndcg": 1.0}


@given(st.text(max_size=8))
def test_the_first_of_every_system_is_in_the_pool_once(source):
    found = pooled(source, [["a", "b", "c", "d"], ["b", "a", "d", "e"], ["c", "a", "b", "f"]])

    assert len(found) == len(set(found)) == EACH
    assert {"a", "b", "c"} <= set(found)
