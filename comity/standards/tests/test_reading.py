"""What leaves the catalogue: lists, lookups, exports; and what an address may say without harm."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.records import services as records
from comity.records.models import Visibility
from comity.records.viewer import ANYONE, NODE
from comity.standards import exports, queries, services
from comity.standards.models import Document, ImportRun
from comity.standards.payloads import documents_named
from comity.standards.tests.state import catalogue
from tests.support import ai, row

# filters


@given(st.dictionaries(st.sampled_from([*queries.FACETS, "q", "page", "sort", "all"]), st.text(max_size=30)))
def test_whatever_an_address_says_it_is_read(given):
    filters = queries.Filters.read(given)

    assert filters.page >= 1
    assert filters.sort in ("", *queries.SORTS)
    assert len(filters.query) <= 500


@pytest.mark.parametrize(
    ("given", "name", "read"),
    [
        ({"page": "-1"}, "page", 1),
        ({"page": "0"}, "page", 1),
        ({"page": "1e9"}, "page", 1),
        ({"page": "9" * 40}, "page", 1),
        ({"page": "٣"}, "page", 1),
        ({"page": "7"}, "page", 7),
        ({"year": "20x5"}, "year", ""),
        ({"year": "²⁰²⁵"}, "year", ""),
        ({"year": "2025"}, "year", "2025"),
        ({"stage": "'; DROP TABLE"}, "stage", ""),
        ({"type": "guide"}, "type", "guide"),
        ({"sort": "id; --"}, "sort", ""),
        ({"q": " " + "x" * 9_000}, "query", "x" * 500),
        ({"all": "yes"}, "all", False),
    ],
)
def test_what_makes_no_sense_in_an_address_is_as_good_as_not_there(given, name, read):
    assert getattr(queries.Filters.read(given), name) == read


@pytest.mark.django_db
@pytest.mark.data
@pytest.mark.parametrize("name", [*queries.FACETS, "q"])
@pytest.mark.parametrize(
    "value", ["\x00", "'", '"', "%", "\\", "AND OR NOT", '"*"', "\ud800", "(((", "'; DROP", "\u202e"]
)
def test_a_hostile_address_finds_nothing_and_breaks_nothing(take, name, value):
    take(row("ISO 9:1999", ai=ai()))
    page = queries.listing(queries.Filters.read({name: value}), ANYONE, meaning=False)

    assert queries.facets(page, ANYONE) is not None
    assert page.total <= 1


# lists


@pytest.fixture
def several(take, db):
    take(
        row("ISO 1:2001", title={"en": "Robots"}, stage="60", substage="60", dates={"published": "2001"}, ai=ai()),
        row("ISO 2:2002", title={"fr": "Robots"}, stage="95", substage="99", dates={"published": "2002"}, ai=ai()),
        row("IEC 3:2003", title={"en": "Pumps"}, body="iec", stage="PUBLISHED", dates={"published": "2003"}, ai=ai()),
        row("ISO 4:2004", title={"en": "Pumps"}, stage="60", substage="60", dates={"published": "2004"}),
    )


def address(**filters: object) -> queries.Filters:
    """Filters as an address gives them."""
    given = {
        "q" if name == "query" else name: "1" if value is True else str(value) for name, value in filters.items()
    }
    return queries.Filters.read(given)


def identifiers(**filters: object) -> list[str]:
    return [one.identifier for one in queries.listing(address(**filters), ANYONE, meaning=False).rows]


@pytest.mark.data
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["IEC 3:2003", "ISO 2:2002", "ISO 1:2001"]),
        ({"all": True}, ["ISO 4:2004", "IEC 3:2003", "ISO 2:2002", "ISO 1:2001"]),
        ({"body": "iso"}, ["ISO 2:2002", "ISO 1:2001"]),
        ({"stage": "published"}, ["IEC 3:2003", "ISO 1:2001"]),
        ({"year": "2002"}, ["ISO 2:2002"]),
        ({"language": "fr"}, ["ISO 2:2002"]),
        ({"body": "iso", "stage": "published"}, ["ISO 1:2001"]),
        ({"query": "pumps"}, ["IEC 3:2003"]),
        ({"query": "pumps", "all": True, "body": "iso"}, ["ISO 4:2004"]),
        ({"sort": "oldest"}, ["ISO 1:2001", "ISO 2:2002", "IEC 3:2003"]),
        ({"sort": "identifier"}, ["IEC 3:2003", "ISO 1:2001", "ISO 2:2002"]),
        ({"body": "nobody"}, []),
    ],
)
def test_a_list_is_narrowed_and_sorted_as_its_address_says(several, filters, found):
    assert identifiers(**filters) == found


@pytest.mark.data
@pytest.mark.parametrize("filters", [{}, {"all": True}, {"body": "iso"}, {"stage": "published"}, {"query": "robots"}])
def test_each_value_of_a_facet_says_how_many_documents_it_leaves(several, filters):
    page = queries.listing(address(**filters), ANYONE, meaning=False)
    for name, choices in queries.facets(page, ANYONE).items():
        for choice in choices:
            narrowed = address(**(filters | {name: choice.value}))
            assert queries.listing(narrowed, ANYONE, meaning=False).total == choice.count, (name, choice)


@pytest.mark.data
def test_pages_follow_each_other_without_a_gap(take):
    take(*(row(f"ISO {n}:2000", ai=ai()) for n in range(1, 61)))
    found: list[str] = []
    number: int | None = 1
    while number:
        page = queries.listing(queries.Filters(page=number), ANYONE)
        found += [one.identifier for one in page.rows]
        number = page.next

    assert len(found) == len(set(found)) == page.total == 60


@pytest.mark.data
@pytest.mark.parametrize("filters", [{}, {"all": True}, {"query": "ISO 9"}, {"query": "robots", "all": True}])
def test_a_hidden_document_is_in_no_list(take, filters):
    take(row("ISO 9:1999", title={"en": "Robots"}, ai=ai()))
    one = Document.objects.get()
    one.visibility = Visibility.PRIVATE
    records.put(one, by=NODE)
    page = queries.listing(address(**filters), ANYONE, meaning=False)

    assert (page.rows, page.total) == ([], 0)
    assert queries.find("ISO 9", ANYONE) is None


# lookups


@pytest.mark.data
@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        "ISO/IEC 42001:2023",
        "iso/iec 42001",
        "ISO IEC 42001",
        "ISO/IEC 42001-2023",
        "ISO/IEC 42001 : 2023",
        "iso-iec-42001",
    ],
)
def test_an_identifier_is_found_however_it_is_written(take, written):
    take(row("ISO/IEC 42001:2023"), row("ISO/IEC 42002:2023"))

    found = queries.find(written, ANYONE)
    assert found is not None
    assert found.key == "ISO/IEC 42001"


@pytest.mark.data
@pytest.mark.django_db
def test_words_without_a_number_name_no_document(take):
    take(row("ISO/IEC 42001:2023"))

    assert documents_named("management") == []
    assert documents_named("") == []


@pytest.mark.data
@pytest.mark.django_db
@pytest.mark.parametrize(("written", "first"), [("ISO 9:1999", "ISO 9"), ("IEC 9:1999", "IEC 9"), ("iec 9", "IEC 9")])
def test_the_body_in_an_identifier_comes_first_and_its_namesakes_follow(take, written, first):
    take(row("IEC 9:1999", body="iec"), row("ISO 9:1999"))
    found = Document.objects.in_bulk(documents_named(written))

    assert next(found[key].key for key in documents_named(written)) == first
    assert len(found) == 2


# exports


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_begins_as_a_formula_does(cell):
    assert exports.safe_cell(cell)[0] == "'"


@pytest.mark.data
@pytest.mark.django_db
def test_a_table_holds_no_formula(take):
    take(row("ISO 9:1999", title={"en": '=HYPERLINK("http://example.org")'}, ai=ai()))
    text = "".join(exports.csv_of(Document.objects.visible_to(ANYONE)))
    rows = list(csv.DictReader(io.StringIO(text)))

    assert rows[0]["identifier"] == "ISO 9:1999"
    assert not [cell for cells in rows for cell in cells.values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.data
@pytest.mark.django_db
def test_an_export_is_read_back_and_changes_nothing(take, tmp_path):
    from comity.standards.services.registry import FACTS

    services.import_catalogue([FACTS / "ai_standards.jsonl.gz"])
    before = catalogue()
    file = tmp_path / "export.jsonl"
    file.write_text("".join(exports.jsonl_of(Document.objects.visible_to(ANYONE))), encoding="utf-8")
    report = services.import_catalogue([file])

    assert report.counts["refused"] == 0
    assert report.counts["unchanged"] == report.counts["read"]
    assert not report.changed
    assert catalogue() == before


@pytest.mark.data
@pytest.mark.django_db
def test_a_hidden_document_is_in_no_export(take):
    take(row("ISO 9:1999", title={"en": "Secret"}, ai=ai()))
    one = Document.objects.get()
    one.visibility = Visibility.PRIVATE
    records.put(one, by=NODE)

    for form in (exports.csv_of, exports.jsonl_of):
        assert "Secret" not in "".join(form(Document.objects.visible_to(ANYONE)))


@pytest.mark.data
@pytest.mark.django_db
def test_an_empty_catalogue_is_exported_as_a_head_without_rows():
    assert "".join(exports.csv_of(Document.objects.visible_to(ANYONE))).count("\n") == 1
    assert list(exports.jsonl_of(Document.objects.visible_to(ANYONE))) == []
    assert not ImportRun.objects.exists()
