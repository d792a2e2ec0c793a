"""Long outlines are read a part at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.engine.sections import cut


def test_a_short_outline_is_one_part() -> None:
    assert cut([1, 2, 2, 1], 10) == [(0, 4)]
    assert cut([], 10) == []


def test_parts_begin_at_chapters() -> None:
    assert cut([1, 2, 2, 2, 1, 2, 2, 2, 1, 2], 4) == [(0, 4), (4, 8), (8, 10)]


def test_a_chapter_too_long_is_cut_at_its_sections() -> None:
    depths = [1, 2, 3, 3, 2, 3, 3, 1]
    assert cut(depths, 3) == [(0, 1), (1, 4), (4, 7), (7, 8)]


def test_a_row_of_recitals_is_cut_by_number() -> None:
    assert cut([1] * 25, 10) == [(0, 10), (10, 20), (20, 25)]


@st.composite
def outlines(draw: st.DrawFn) -> list[int]:
    depths = [1]
    for step in draw(st.lists(st.integers(-3, 1), max_size=120)):
        depths.append(max(1, min(depths[-1] + step, 8)))
    return depths


@given(outlines(), st.integers(2, 30))
def test_every_clause_is_in_one_part_of_bearable_length(depths: list[int], most: int) -> None:
    parts = cut(depths, most)
    assert [place for start, end in parts for place in range(start, end)] == list(range(len(depths)))
    assert all(end - start <= most for start, end in parts)
