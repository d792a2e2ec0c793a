"""Who works on what: counts, overlaps that are none, gaps, what is confirmed; and the picture of it."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from comity.records import schemes
from comity.records import services as records
from comity.records.fields import Multilingual
from comity.records.models import Concept, Visibility
from comity.records.viewer import ANYONE, NODE
from comity.standards import workexports, workpicture
from comity.standards.models import Classification, Document
from comity.standards.queries import workmap
from comity.standards.queries.workmap import Asked, Named, WorkMap, groups
from comity.standards.workpicture import _wide, _wrapped
from tests.support import SECRETARY, ai, row

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def about(key: str, topic: str, state: str = "suggested") -> None:
    """Put a topic on a document."""
    decided = None if state == "suggested" else timezone.now()
    records.put(
        Classification(
            document=Document.objects.get(key=key),
            concept=Concept.objects.get(scheme__code="ai-topic", code=topic),
            state=state,
            confidence=0.8,
            engine="test",
            decided_at=decided,
        ),
        by=NODE,
    )


@pytest.fixture
def some(take):
    """Risk is prepared by ISO/IEC and by IEEE, data by ISO/IEC alone; bias is only out; nothing of ethics is."""
    schemes.load()
    take(
        row("ISO/IEC 1:2020", stage="60", substage="60", group=[{"name": "x", "identifier": "SC 42"}], ai=ai()),
        row("ISO/IEC DIS 2", stage="40", substage="20", ai=ai()),
        row("ISO 3", stage="30", substage="20", ai=ai()),
        row("ISO 9:2001", stage="95", substage="99", ai=ai()),
        row("ISO 8", stage="60", substage="60"),
    )
    take(row("IEEE P4", body="ieee", stage="draft", src="ieee4", ai=ai()))
    for key, topic, state in (
        ("ISO/IEC 1", "risk", "confirmed"),
        ("ISO/IEC 2", "risk", "suggested"),
        ("ISO 3", "risk", "suggested"),
        ("IEEE 4", "risk", "suggested"),
        ("ISO/IEC 2", "data", "suggested"),
        ("ISO 3", "data", "suggested"),
        ("ISO/IEC 1", "bias", "suggested"),
        ("ISO/IEC 1", "ethics", "rejected"),
        ("ISO 9", "risk", "suggested"),
        ("ISO 8", "risk", "suggested"),
    ):
        key = key if Document.objects.filter(key=key).exists() else key.replace("IEEE 4", "IEEE P4")
        about(key, topic, state)


def seen(**asked: object) -> WorkMap:
    return workmap.work_map(Asked(**asked), ANYONE)  # type: ignore[arg-type]


def topic(found: WorkMap, code: str) -> workmap.Topic:
    return next(one for one in found.topics if one.code == code)


def test_documents_are_counted_by_topic_and_body(some):
    found = seen()
    risk = topic(found, "risk")
    numbers = {
        column.key: (cell.published, cell.preparing, cell.withdrawn)
        for column, cell in zip(found.columns, risk.cells, strict=True)
    }
    assert numbers == {"ISO": (1, 2, 1), "IEC": (1, 1, 0), "IEEE": (0, 1, 0)}
    assert (risk.count.published, risk.count.preparing, risk.count.all) == (1, 3, 5)
    assert found.documents == 5  # what is no AI standard is not on it


def test_what_is_done_together_is_no_overlap(some):
    found = seen()
    assert [(one.code, [group.label for group in one.groups]) for one in found.overlaps] == [
        ("risk", ["ISO/IEC", "IEEE"])
    ]
    assert not topic(found, "data").overlaps


def test_gaps_are_of_three_kinds(some):
    found = seen()
    assert [one.code for one in found.gaps("unpublished")] == ["data"]
    assert [one.code for one in found.gaps("idle")] == ["bias"]
    assert "ethics" in [one.code for one in found.gaps("nothing")]


def test_only_what_is_confirmed_if_one_asks(some):
    every, confirmed = seen(), seen(confirmed=True)
    assert (every.suggested, every.confirmed) == (7, 1)
    assert (confirmed.suggested, confirmed.confirmed, confirmed.documents) == (0, 1, 1)
    assert topic(every, "ethics").count.all == 0  # rejected


@pytest.mark.parametrize(("by", "keys"), [("stage", ["drafting", "consultation", "published", "withdrawn"])])
def test_columns_may_be_stages(some, by, keys):
    assert [column.key for column in seen(by=by).columns] == keys


def test_columns_may_be_committees(some):
    (column,) = seen(by="committee").columns
    assert (column.label, column.count.published) == ("SC 42", 1)


def test_a_private_document_is_not_on_it(some):
    document = Document.objects.get(key="ISO/IEC 1")
    document.visibility, document.contributor = Visibility.PRIVATE, SECRETARY.actor
    records.put(document, by=NODE)
    assert topic(seen(), "risk").count.published == 0


def test_the_number_of_queries_does_not_grow(some, take, django_assert_num_queries):
    with django_assert_num_queries(3):
        seen()
    take(*(row(f"ISO {n}", stage="30", substage="20", ai=ai()) for n in range(100, 130)))
    for n in range(100, 130):
        about(f"ISO {n}", "risk")
    with django_assert_num_queries(3):
        seen()


@pytest.mark.parametrize(
    "given", [{"by": "nothing"}, {"scheme": "\0"}, {"scheme": "x" * 99}, {"confirmed": "maybe"}, {"scheme": "人"}]
)
def test_what_makes_no_sense_in_an_address_is_as_good_as_not_there(given):
    assert Asked.read(given) == Asked()


def test_an_address_is_read_as_it_was_written():
    from urllib.parse import parse_qsl

    for asked in (Asked(), Asked("committee", "sector", True), Asked(confirmed=True)):
        assert Asked.read(dict(parse_qsl(asked.address()))) == asked


# the picture


def pictures(found: WorkMap) -> list[ET.Element]:
    made = (workpicture.drawn(found, str), workpicture.narrow(found, str), workpicture.drawn(found, str, alone=True))
    return [ET.fromstring(one) for one in made]


@pytest.mark.parametrize("by", ["body", "committee", "stage"])
@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_the_picture_is_well_formed_and_nothing_is_drawn_outside_it(some, by, language):
    with translation.override(language):
        for svg in pictures(seen(by=by)):
            width = float(svg.attrib["viewBox"].split()[2])
            squares = [one for one in svg.iter() if "sq-" in one.attrib.get("class", "")]
            assert squares
            assert all(0 <= float(one.attrib["x"]) <= width for one in squares)


def test_a_square_is_a_document(some):
    found = seen()
    (svg, _narrow, _alone) = pictures(found)
    cells = sum(cell.published + cell.preparing for one in found.topics for cell in one.cells)
    legend = 2
    assert len([one for one in svg.iter() if one.attrib.get("class", "").startswith("sq-")]) == cells + legend


def test_with_many_documents_a_square_stands_for_several(some):
    found = seen()
    risk = topic(found, "risk")
    risk.cells[0].published = 9_000
    svg = workpicture.drawn(found, str)
    assert svg.count("sq-published") < 120
    assert re.search(r"a square is up to \d+ documents", svg)


def test_names_are_written_as_text(some):
    found = seen()
    found.topics[0].label = Multilingual({"en": '<script>alert(1)</script> & "x"'})
    svg = workpicture.drawn(found, str)
    assert "<script>" not in svg
    ET.fromstring(svg)


def test_an_empty_map_is_drawn_all_the_same(db):
    assert "<svg" in workpicture.drawn(seen(), str)


@given(st.text(max_size=60), st.integers(4, 30), st.integers(1, 4))
def test_labels_keep_to_their_lines(words, most, lines):
    made = _wrapped(words, most, lines)
    assert len(made) <= lines
    assert all(_wide(line) <= most + 3 for line in made)


# files


def test_the_table_has_every_number_and_no_formula(some):
    found = seen()
    found.topics[0].label = Multilingual({"en": "=1+1"})
    rows = list(csv.DictReader(io.StringIO(workexports.work_map_csv(found).decode())))
    mine = [one for one in rows if one["topic"] == "risk"]
    assert next((one["body"], one["published"], one["in preparation"]) for one in mine) == ("", "1", "3")
    assert {one["body"] for one in mine} == {"", "ISO", "IEC", "IEEE"}
    assert all(not one["label"].startswith("=") for one in rows)


def test_programs_get_the_same_numbers(some):
    body = workexports.work_map_json(seen())
    risk = next(one for one in body["topics"] if one["code"] == "risk")
    assert (risk["published"], risk["preparing"], risk["overlap"]) == (1, 3, True)
    assert risk["url"] == "/standards/?concept=ai-topic%3Arisk"
    assert [one["bodies"] for one in risk["prepared by"]] == [["ISO", "IEC"], ["IEEE"]]


# who prepares together


def named(pk: int, bodies: tuple[str, ...], work: int | None) -> Named:
    return Named(pk, f"s{pk}", f"X {pk}", Multilingual(), bodies, "drafting", "", work, "", "")


DOCUMENTS = st.lists(
    st.tuples(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=2, unique=True), st.sampled_from([None, 1, 2])),
    max_size=12,
)


@given(DOCUMENTS)
def test_groups_part_the_documents_and_share_no_body_and_no_work(given):
    documents = [named(pk, tuple(bodies), work) for pk, (bodies, work) in enumerate(given)]
    made = groups(documents)
    assert sorted(one.pk for group in made for one in group.documents) == list(range(len(documents)))
    bodies = [set(group.bodies) for group in made]
    works = [{one.work for one in group.documents if one.work} for group in made]
    for place, (some_bodies, some_works) in enumerate(zip(bodies, works, strict=True)):
        for others, other_works in zip(bodies[place + 1 :], works[place + 1 :], strict=True):
            assert some_bodies.isdisjoint(others)
            assert some_works.isdisjoint(other_works)
