"""Partial dates: what is known, what order follows, what is refused."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engine.dates import PartialDate

DAYS = st.dates()


@pytest.mark.parametrize(
    ("text", "printed", "precision", "earliest", "latest"),
    [
        ("2019", "2019", "year", (2019, 1, 1), (2019, 12, 31)),
        ("2019-06", "2019-06", "month", (2019, 6, 1), (2019, 6, 30)),
        ("2020-02", "2020-02", "month", (2020, 2, 1), (2020, 2, 29)),
        ("1900-02", "1900-02", "month", (1900, 2, 1), (1900, 2, 28)),
        ("2019-06-30", "2019-06-30", "day", (2019, 6, 30), (2019, 6, 30)),
        ("20190630", "2019-06-30", "day", (2019, 6, 30), (2019, 6, 30)),
        (" 2024-02-29T12:00:00Z", "2024-02-29", "day", (2024, 2, 29), (2024, 2, 29)),
    ],
)
def test_a_date_means_no_more_than_its_source_said(text, printed, precision, earliest, latest):
    date = PartialDate.parse(text)

    assert (str(date), date.precision) == (printed, precision)
    assert (date.earliest(), date.latest()) == (datetime.date(*earliest), datetime.date(*latest))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not a date"),
        ("0000", "no such year"),
        ("2020-13", "no such month"),
        ("2020-00", "no such month"),
        ("2019-02-29", "no such day"),
        ("2019-06-31", "no such day"),
        ("2019-06-00", "no such day"),
        ("202006", "not a date"),
        ("19", "not a date"),
        ("June 2019", "not a date"),
        ("٢٠١٩", "not a date"),
    ],
)
def test_nonsense_is_refused_with_a_reason(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        PartialDate.parse(text)


def test_a_day_needs_its_month():
    with pytest.raises(ValueError, match="without a month"):
        PartialDate(2020, None, 3)


def test_dates_order_by_the_first_day_they_may_mean_and_the_vaguer_comes_first():
    ordered = ["2018-12-31", "2019", "2019-01", "2019-01-01", "2019-06", "2019-06-02", "2020"]

    assert [str(date) for date in sorted(map(PartialDate.parse, reversed(ordered)))] == ordered


def test_a_date_does_not_order_against_other_things():
    with pytest.raises(TypeError):
        PartialDate(2020) < 2021  # noqa: B015


@given(DAYS, st.sampled_from(["year", "month", "day"]))
def test_printing_and_reading_agree(day, precision):
    date = PartialDate(day.year, day.month if precision != "year" else None, day.day if precision == "day" else None)

    assert PartialDate.parse(str(date)) == date
    assert date.earliest() <= day <= date.latest()
