"""What the catalogue says was in force on a day."""

from __future__ import annotations

import datetime

import pytest

from comity.engine.validity import Status, Why
from comity.records.models import Visibility
from comity.records.viewer import ANYONE
from comity.standards import queries
from comity.standards.errors import NotADay
from comity.standards.models import Document, Edition
from tests.support import row

DAY = datetime.date(2018, 1, 1)


def old(**facts):
    return row("ISO 9001:2008", stage="95", substage="99", dates={"published": "2008-11"}, **facts)


def new(**facts):
    return row("ISO 9001:2015", stage="60", substage="60", dates={"published": "2015-09"}, **facts)


@pytest.fixture
def then(document):
    return lambda key, day, viewer=ANYONE: queries.as_of(document(key), queries.day_of(day), viewer)


def test_an_undated_reference_meant_what_was_in_force_then(take, then):
    take(old(), new(), read_on="2025-06-30")

    assert then("ISO 9001", "2012").edition.identifier == "ISO 9001:2008"
    assert then("ISO 9001", "2018").edition.identifier == "ISO 9001:2015"
    assert then("ISO 9001", "2007").status == Status.NOT_YET
    unsure = then("ISO 9001", "2015-09-10")
    assert [one.identifier for one in unsure.candidates] == ["ISO 9001:2015", "ISO 9001:2008"]


def test_each_edition_has_its_status_and_what_took_its_place(take, then):
    take(old(), new(), read_on="2025-06-30")

    editions = then("ISO 9001", "2018").editions

    assert editions["ISO 9001:2015"].status == Status.CURRENT
    assert editions["ISO 9001:2008"].status == Status.SUPERSEDED
    assert [one.identifier for one in editions["ISO 9001:2008"].successors] == ["ISO 9001:2015"]
    assert editions["ISO 9001:2008"].inferred


def test_a_successor_of_another_name_is_found_from_either_side(take, then):
    gone = {"stage": "95", "substage": "99", "dates": {"published": "1994"}}
    take(
        row("ISO 9002:1994", rel=[{"type": "obsoletedBy", "id": "ISO 9100:2004"}], **gone),
        row("ISO 9003:1994", **gone),
    )
    follower = row("ISO 9100:2004", stage="60", substage="60", dates={"published": "2004-03-01"})
    take(follower | {"rel": [{"type": "obsoletes", "id": "ISO 9003:1994"}]}, read_on="2025-06-30")

    for key in ("ISO 9002", "ISO 9003"):
        assert then(key, "2003").status == Status.CURRENT
        after = then(key, "2005").edition
        assert (after.status, [one.address for one in after.successors]) == (
            Status.SUPERSEDED,
            ["/standards/iso-9100/"],
        )


def test_after_the_source_was_read_nothing_is_known(take, then):
    take(new(), read_on="2025-06-30")

    assert then("ISO 9001", "2025-06-30").status == Status.CURRENT
    after = then("ISO 9001", "9999")
    assert (after.status, after.why) == (Status.NOT_KNOWN, Why.AFTER_READING)


def test_a_date_far_from_the_identifiers_year_is_not_believed(take, then):
    """Catalogues date old standards by the day they were put on the web, and amendments by their standard."""
    web = row("ISO 1:1998", stage="60", substage="60", dates={"published": "2019-04-05", "issued": "1998-06-01"})
    amendment = row(
        "ISO 2:1985/Amd 1:1992", stage="60", substage="60", dates={"published": "1985", "updated": "1992-11"}
    )
    take(web, amendment, read_on="2025-06-30")

    assert then("ISO 1", "1998-06-01").status == Status.CURRENT
    assert then("ISO 2:1985/Amd 1", "1992-10").status == Status.NOT_YET
    assert then("ISO 2:1985/Amd 1", "1992-11").status == Status.CURRENT


def test_an_edition_that_may_not_be_seen_is_not_told_of(take, then):
    take(old(), new(), read_on="2025-06-30")
    Edition.objects.filter(key="ISO 9001:2015").update(visibility=Visibility.PRIVATE)

    found = then("ISO 9001", "2018")

    assert list(found.editions) == ["ISO 9001:2008"]
    assert found.editions["ISO 9001:2008"].successors == ()


@pytest.mark.parametrize("count", [2, 40])
def test_any_number_of_documents_takes_four_queries(take, count, django_assert_num_queries):
    take(*(one for n in range(count) for one in (row(f"ISO {n + 1}:2008"), row(f"ISO {n + 1}:2015"))))
    keys = list(Document.objects.values_list("pk", flat=True))
    with django_assert_num_queries(4):
        assert len(queries.as_of_many(keys, DAY)) == count


def test_no_documents_take_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.as_of_many([], DAY) == {}


@pytest.mark.parametrize("given", ["0000", "yesterday", "2018-13", "2018-02-30", "=1+1", "<b>", "2018\0", "٢٠١٨"])
def test_what_is_no_day_is_refused_in_words(given):
    with pytest.raises(NotADay, match="is not a date"):
        queries.day_of(given)


def test_no_day_is_none():
    assert queries.day_of("") is None
