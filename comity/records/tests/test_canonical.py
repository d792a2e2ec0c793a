"""Canonical JSON: the fast way writes what the standard's own library writes."""

from __future__ import annotations

import json

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from comity.records.canonical import canonical, digest
from comity.records.fields import Multilingual

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)
bodies = st.dictionaries(words, values, max_size=5)


@given(bodies)
def test_the_canonical_form_is_that_of_rfc_8785(body):
    assert canonical(body) == rfc8785.dumps(body)


@given(bodies)
def test_what_comes_back_from_a_database_has_the_same_digest(body):
    assert digest(json.loads(json.dumps(body))) == digest(body)


def test_keys_outside_ascii_are_in_the_order_of_utf_16():
    body = {"\ue000": 1, "\U00010000": 2}  # by code point the other way round

    assert canonical(body) == '{"\U00010000":2,"\ue000":1}'.encode()


def test_a_text_in_several_languages_is_written_as_a_plain_object():
    assert canonical({"name": Multilingual({"fr": "norme", "en": "standard"})}) == canonical(
        {"name": {"en": "standard", "fr": "norme"}}
    )


def test_the_salt_changes_the_digest():
    assert digest({"name": "Ada"}, b"1" * 16) != digest({"name": "Ada"}, b"2" * 16)
