"""Outlines of several languages become one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.engine.outlines import Place, together, within

CHAPTERS = {"Ch.1": "", "Art.1": "Ch.1", "Art.1(1)": "Art.1", "Ch.2": "", "Art.2": "Ch.2"}
BARE = {"Art.1": "", "Art.1(1)": "Art.1", "Art.1(2)": "Art.1", "Art.2": ""}


def refs(places: list[Place]) -> list[str]:
    return [place.ref for place in places]


def test_a_language_that_leaves_chapters_out_gets_those_of_the_other() -> None:
    for known, added in ((CHAPTERS, BARE), (BARE, CHAPTERS)):
        places = together(known, added)
        assert refs(places) == ["Ch.1", "Art.1", "Art.1(1)", "Art.1(2)", "Ch.2", "Art.2"]
        assert {place.ref: place.parent for place in places}["Art.2"] == "Ch.2"
        assert [place.depth for place in places] == [1, 2, 3, 3, 1, 2]


def test_a_clause_only_one_language_has_stands_where_it_stands_there() -> None:
    assert refs(together({"1": "", "3": ""}, {"1": "", "2": "", "3": "", "4": ""})) == ["1", "2", "3", "4"]


def test_a_language_keeps_its_own_tree() -> None:
    places = together(CHAPTERS, BARE)
    parents = {place.ref: place.parent for place in places}
    assert within(refs(places), parents, set(BARE)) == list(BARE.items())
    assert within(refs(places), parents, set(CHAPTERS)) == list(CHAPTERS.items())


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """A random outline whose refs tell their parents, with some clauses left out."""
    whole: dict[str, str] = {}
    for ref in range(draw(st.integers(1, 25))):
        whole[str(ref)] = draw(st.sampled_from(["", *whole])) if whole else ""
    return {place.ref: place.parent for place in together(whole, {})}


@given(trees(), st.data())
def test_parts_of_one_outline_give_it_back(whole: dict[str, str], data: st.DataObject) -> None:
    everything = list(whole)
    part = set(data.draw(st.lists(st.sampled_from(everything))))
    rest = set(everything) - part | set(data.draw(st.lists(st.sampled_from(everything))))
    one, other = (dict(within(everything, whole, chosen)) for chosen in (part, rest))
    places = together(one, other)
    assert sorted(refs(places)) == sorted(everything)
    assert len({place.order for place in places}) == len(places)
    seen = {""}
    for place in places:
        assert place.parent in seen
        seen.add(place.ref)


@given(trees())
def test_an_outline_with_itself_is_itself(tree: dict[str, str]) -> None:
    assert [(place.ref, place.parent) for place in together(tree, tree)] == list(tree.items())


@given(trees(), trees())
def test_nothing_is_lost_however_two_outlines_disagree(one: dict[str, str], other: dict[str, str]) -> None:
    assert set(refs(together(one, other))) == one.keys() | other.keys()


def test_each_under_the_other_keeps_what_was_known() -> None:
    places = together({"B": "", "A": "B"}, {"A": "", "B": "A"})
    assert [(place.ref, place.parent) for place in places] == [("B", ""), ("A", "B")]
