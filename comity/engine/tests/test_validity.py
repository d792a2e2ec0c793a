"""What was in force on a day: worked examples, and what holds whatever sources state."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.engine.dates import PartialDate
from comity.engine.stages import Stage
from comity.engine.validity import (
    DRAFTS,
    Finding,
    Stated,
    Status,
    Successor,
    Target,
    Why,
    read_day,
    spans,
    undated,
)

RANK = {Status.NOT_YET: 0, Status.CURRENT: 1, Status.SUPERSEDED: 2, Status.WITHDRAWN: 2}


def date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def one(key: str, stage: Stage = Stage.PUBLISHED, **facts: Any) -> Stated:
    dates = {name: date(facts.pop(name, "")) for name in ("out", "over", "confirmed")}
    return Stated(key, stage, read=date(facts.pop("read", "2025-06-30")), **dates, **facts)


def gone(key: str, **facts: Any) -> Stated:
    return one(key, Stage.WITHDRAWN, **facts)


def at(edition: Stated, day: str) -> Finding:
    return spans([edition])[0].at(read_day(day))


def meant(day: str, *editions: Stated) -> Target:
    return undated(spans(editions), read_day(day))


@pytest.mark.parametrize(
    ("day", "finding"),
    [
        ("2013-09-24", Finding(Status.NOT_YET)),
        ("2013-09-25", Finding(Status.CURRENT)),
        ("2022-10-24", Finding(Status.CURRENT)),
        ("2022-10-25", Finding(Status.WITHDRAWN)),
        ("9999", Finding(Status.WITHDRAWN)),
        ("0001", Finding(Status.NOT_YET)),
    ],
)
def test_dates_to_the_day_decide_every_day(day, finding):
    assert at(gone("a", out="2013-09-25", over="2022-10-25"), day) == finding


@pytest.mark.parametrize(
    ("day", "finding"),
    [
        ("2018-12-31", Finding(Status.CURRENT)),
        ("2019-06", Finding(Status.NOT_KNOWN, Why.OVER_WITHIN)),
        ("2019-12-31", Finding(Status.WITHDRAWN)),
    ],
)
def test_a_withdrawal_in_a_year_decides_no_day_of_that_year(day, finding):
    assert at(gone("a", out="2010", over="2019"), day) == finding


def test_a_publication_in_a_month_decides_no_day_of_that_month():
    edition = one("a", out="2015-09")
    assert at(edition, "2015-08-31") == Finding(Status.NOT_YET)
    assert at(edition, "2015-09-10") == Finding(Status.NOT_KNOWN, Why.OUT_WITHIN)
    assert at(edition, "2015-09") == Finding(Status.CURRENT)


def test_a_confirmation_shows_that_an_undated_end_came_later():
    edition = gone("a", out="1998-01-01", confirmed="2004-05-01")
    assert at(edition, "2004-05-01") == Finding(Status.CURRENT)
    assert at(edition, "2004-05-02") == Finding(Status.NOT_KNOWN, Why.OVER_NOT_STATED)
    assert at(edition, "2025-06-30") == Finding(Status.WITHDRAWN)


def test_of_what_came_after_the_reading_nothing_is_known():
    assert at(one("a", out="2015"), "2025-06-30") == Finding(Status.CURRENT)
    assert at(one("a", out="2015"), "2025-07-01") == Finding(Status.NOT_KNOWN, Why.AFTER_READING)


def test_an_edition_without_dates_is_in_force_on_the_day_it_was_read_and_before_that_not_known():
    assert at(one("a"), "2025-06-30") == Finding(Status.CURRENT)
    assert at(one("a"), "2020") == Finding(Status.NOT_KNOWN, Why.OUT_NOT_STATED)


def test_a_stage_that_nobody_states_is_not_known_but_what_is_not_out_is_not_out():
    edition = one("a", Stage.UNKNOWN, out="2015-01-01")
    assert at(edition, "2016") == Finding(Status.NOT_KNOWN, Why.NO_STAGE)
    assert at(edition, "2014") == Finding(Status.NOT_YET)


def test_a_draft_is_never_in_force():
    assert at(one("a", Stage.DRAFTING, draft=True, out="2020"), "2022") == Finding(Status.NOT_YET)
    assert meant("2022", one("a", out="2015"), one("b", Stage.DRAFTING, draft=True, order=1)).key == "a"


def test_without_a_date_of_its_own_an_edition_ended_when_the_next_came_out():
    old, new = gone("a", out="2008-11-15", order=1), one("b", out="2015-09-15", order=2)
    assert meant("2015-09-14", old, new) == Target(Status.CURRENT, "a")
    assert meant("2015-09-15", old, new) == Target(Status.CURRENT, "b")
    (_new, life) = spans([old, new])
    assert (life.inferred, [next_.key for next_ in life.successors]) == (True, ["b"])
    assert life.at(read_day("2016")).status == Status.SUPERSEDED


def test_what_a_source_names_as_the_successor_comes_before_the_order_of_editions():
    old = gone("a", out="2000-01-01", successors=(Successor("z", date("2004-03-01")),), order=1)
    assert meant("2005", old, one("b", out="2010-01-01", order=2)) == Target(Status.SUPERSEDED, "a")


def test_in_the_month_of_the_change_both_editions_are_candidates():
    target = meant("2015-09-10", gone("a", out="2008", order=1), one("b", out="2015-09", order=2))
    assert (target.status, target.candidates) == (Status.NOT_KNOWN, ("b", "a"))


def test_a_body_that_keeps_two_editions_is_believed():
    target = meant("2020", one("a", out="2010", order=1), one("b", out="2015", order=2))
    assert target == Target(Status.CURRENT, "b", kept=("a",))


def test_where_no_stage_is_stated_the_next_edition_takes_the_place_of_the_last():
    old, new = (
        one(key, inferred=True, out=out, order=n) for n, (key, out) in enumerate((("a", "2010"), ("b", "2015")))
    )
    assert meant("2020", old, new) == Target(Status.CURRENT, "b")


def test_releases_are_kept_beside_each_other():
    old = one("a", inferred=True, out="2019-01-01", order=1, branch="REL-15")
    new = one("b", inferred=True, out="2020-01-01", order=2, branch="REL-16")
    assert meant("2021", old, new) == Target(Status.CURRENT, "b", kept=("a",))


def test_an_edition_dated_after_its_successor_was_over_as_it_came_out():
    old = one("a", inferred=True, out="2019-10-09", order=1)
    new = one("b", inferred=True, out="2019-09-24", order=2)
    assert meant("2019-10-08", old, new).key == "b"
    assert meant("2019-10-09", old, new) == Target(Status.CURRENT, "b")


def test_after_a_withdrawal_and_before_the_next_edition_nothing_is_in_force():
    editions = gone("a", out="2000", over="2005-01-01", order=1), one("b", out="2015", order=2)
    assert meant("2010", *editions) == Target(Status.WITHDRAWN, "a")


def test_a_document_without_editions_is_not_known():
    assert undated([], datetime.date(2020, 1, 1)) == Target(Status.NOT_KNOWN, why=Why.NO_EDITION)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018", (2018, 12, 31)),
        ("2018-02", (2018, 2, 28)),
        ("2018-02-01", (2018, 2, 1)),
        ("9999", (9999, 12, 31)),
        ("0001", (1, 12, 31)),
    ],
)
def test_a_year_or_a_month_stands_for_its_last_day(text, day):
    assert read_day(text) == datetime.date(*day)


@pytest.mark.parametrize(
    "text", ["", "0", "0000", "12018", "2018-13", "2018-2", "20180201", "2018/02", "٢٠١٨", "-2018"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="not a"):
        read_day(text)


# whatever sources state

DAYS = st.dates(datetime.date(1995, 1, 1), datetime.date(2012, 12, 31))
DATES = DAYS.flatmap(lambda day: st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day}"])).map(PartialDate.parse)
MAYBE = st.none() | DATES


@st.composite
def editions(draw: st.DrawFn) -> list[Stated]:
    count = draw(st.integers(0, 5))
    found = []
    for order in range(count):
        stage = draw(st.sampled_from(list(Stage)))
        named = draw(st.lists(st.tuples(st.sampled_from("abcdexyz"), MAYBE), max_size=2))
        found.append(
            Stated(
                key="abcde"[order],
                stage=stage,
                inferred=draw(st.booleans()),
                draft=stage in DRAFTS or (stage == Stage.WITHDRAWN and draw(st.booleans())),
                out=draw(MAYBE),
                over=draw(MAYBE),
                confirmed=draw(MAYBE),
                read=draw(DATES),
                order=draw(st.integers(0, 3)),
                branch=draw(st.sampled_from(["", "REL-15"])),
                successors=tuple(Successor(key, out) for key, out in named if key != "abcde"[order]),
            )
        )
    return found


@given(editions(), st.lists(DAYS, min_size=2, max_size=30))
def test_an_edition_only_moves_forward(found, days):
    for life in spans(found):
        ranks = [RANK[finding.status] for day in sorted(days) if (finding := life.at(day)).status in RANK]
        assert ranks == sorted(ranks)


@given(editions(), st.dates())
def test_every_day_has_an_answer_and_what_is_not_known_a_reason(found, day):
    for life in spans(found):
        finding = life.at(day)
        assert (finding.status == Status.NOT_KNOWN) == bool(finding.why)
    target = undated(spans(found), day)
    assert (target.status == Status.NOT_KNOWN) == bool(target.why)
    assert {target.key, *target.kept, *target.candidates} <= {"", *(one.key for one in found)}


@given(editions(), DAYS)
def test_never_two_in_force_unless_the_body_keeps_both(found, day):
    target = undated(spans(found), day)
    by_key = {one.key: one for one in found}
    for key in target.kept:
        old, new = by_key[key], by_key[target.key]
        dated = old.over is not None
        assert not old.inferred or dated or old.branch != new.branch or old.stage != Stage.PUBLISHED, (old, new)
    if target.status == Status.CURRENT:
        assert not by_key[target.key].draft
        assert target.key not in target.kept


@given(editions(), DAYS)
def test_the_order_in_which_editions_are_read_does_not_matter(found, day):
    assert undated(spans(found), day) == undated(spans(found[::-1]), day)


@given(editions(), DAYS, st.integers(0, 4))
def test_a_more_precise_date_never_contradicts_a_vaguer_one(found, day, which):
    """With a publication known to the year only, what is answered holds for every day it may have been."""
    if which >= len(found) or found[which].out is None:
        return
    exact = found[which]
    vague = Stated(
        **{name: getattr(exact, name) for name in exact.__dataclass_fields__} | {"out": PartialDate(exact.out.year)}
    )
    alone, vaguer = spans([exact])[0].at(day), spans([vague])[0].at(day)
    if vaguer.status != Status.NOT_KNOWN and alone.status != Status.NOT_KNOWN:
        assert vaguer == alone
