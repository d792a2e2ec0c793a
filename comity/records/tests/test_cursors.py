"""Cursors: what was given is not given again, whatever is written meanwhile."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.records.cursors import BadCursor, Cursor


@given(st.uuids(), st.integers(0, 2**40 - 1))
def test_a_cursor_reads_back(row: UUID, place: int) -> None:
    assert Cursor.read(str(Cursor(row, place))) == Cursor(row, place)


@given(st.text(max_size=40))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    try:
        read = Cursor.read(text)
    except BadCursor:
        return
    assert str(read) == text if text else read is None


@given(st.lists(st.integers(1, 10_000), unique=True, min_size=4, max_size=60), st.integers(1, 5), st.randoms())
def test_a_walk_gives_each_row_once_though_rows_come_and_go(
    keys: list[int], size: int, chance: random.Random
) -> None:
    held = list(keys)
    seen: list[int] = []
    cursor, last = None, None
    while True:
        start = cursor.start(held, last) if cursor else 0
        page = held[start : start + size]
        if not page:
            break
        seen += page
        last, cursor = page[-1], Cursor(UUID(int=0), start + size)
        if len(held) < 200:  # something new comes first, as in a list of the newest
            held.insert(0, 20_000 + len(held) + chance.randrange(1_000) * 1_000)
    assert seen == keys


def test_a_cursor_whose_row_has_gone_goes_on_at_its_place() -> None:
    cursor = Cursor(UUID(int=7), 2)
    assert cursor.start([1, 2, 3, 4], None) == 2
    assert cursor.start([1, 2, 3, 4], 9) == 2
    assert cursor.start([], None) == 0


@pytest.mark.parametrize("text", ["x", "é", "A" * 28 + "=", "AAAA", "[1,2]", "A" * 27 + "!"])
def test_others_words_are_no_cursor(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.read(text)
